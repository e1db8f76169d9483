import { parseUnitName, type UnitName } from '../remote-names.ts';
import { fails, type Probe, type Scene } from './probe.ts';
import { unitTrouble } from './units.ts';

/**
 * Declarative NixOS containers are the unit `container@NAME` and register with systemd-machined. A container whose
 * unit is active and which machined does not know has an init that never came up, so both are asked.
 */
export const containers: Probe = {
  declared: true,
  id: 'containers',
  title: 'Every declared container is up.',
  asks(_expected, scene) {
    const names = unitNames(scene);
    return names.length === 0 ? [] : [{ kind: 'units', units: names }, { kind: 'machines' }];
  },
  judge(asked, _expected, scene) {
    const declared = scene.config.probes.containers;
    const wrong = declared.filter((name) => unitName(name) === null);
    const findings = wrong.map((name) => fails(containers, scene, `"${name}" is not the name of a container`));
    if (asked.length === 0) return findings;
    const [first, second] = [asked[0]?.answer, asked[1]?.answer];
    if (first?.kind !== 'units') return [...findings, fails(containers, scene, 'the host could not be asked')];
    const machines = second?.kind === 'machines' ? second.names : null;
    for (const name of declared.filter((one) => unitName(one) !== null)) {
      const state = first.units.find((unit) => unit.id === unitName(name));
      const trouble = state === undefined ? `container ${name} is not known to the host` : unitTrouble(state);
      if (trouble !== null) findings.push(fails(containers, scene, trouble, name));
      else if (machines !== null && !machines.includes(name)) {
        findings.push(fails(containers, scene, `container ${name} has not registered with systemd-machined`, name));
      }
    }
    return findings;
  },
  suspects(asked) {
    const answer = asked[0]?.answer;
    return answer?.kind === 'units'
      ? answer.units.filter((unit) => unit.load === 'loaded' && unitTrouble(unit) !== null).map((unit) => unit.id)
      : [];
  },
};

function unitName(container: string): UnitName | null {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(container) ? parseUnitName(`container@${container}.service`) : null;
}

function unitNames({ config }: Scene): readonly UnitName[] {
  return config.probes.containers.map(unitName).filter((unit): unit is UnitName => unit !== null);
}
