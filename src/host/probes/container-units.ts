import type { Expected } from '../machine.ts';
import { type MachineName, parseMachineName } from '../remote-names.ts';
import { fails, type Probe, type Scene } from './probe.ts';

/**
 * A container has a systemd of its own: it is up for its host as soon as that runs, whatever has failed inside. What had
 * failed there before is not held against the deploy, as on the host itself. One that cannot be asked is passed over:
 * the right for it is one of its own, which `fleetwright doctor` asks for where containers are declared.
 */
export const containerUnits: Probe = {
  declared: true,
  id: 'container-units',
  title: 'No unit within a declared or added container has failed or keeps restarting that did not before.',
  asks: (expected, scene) => machines(expected, scene).map((machine) => ({ kind: 'machine-units', machine })),
  judge: (asked, _expected, scene) =>
    asked.flatMap(({ question, answer }) => {
      if (question.kind !== 'machine-units' || answer.kind === 'unable') return [];
      const { machine } = question;
      if (answer.kind !== 'machine-units')
        return [fails(containerUnits, scene, `the host could not be asked for container ${machine}`)];
      return answer.failed.map((unit) =>
        fails(containerUnits, scene, `${unit} has failed in container ${machine}`, `${machine} ${unit}`),
      );
    }),
};

function machines({ derived = [] }: Expected, { config }: Scene): readonly MachineName[] {
  const added = derived.flatMap((one) =>
    one.kind === 'unit' ? (/^container@(.+)\.service$/.exec(one.unit)?.[1] ?? []) : [],
  );
  const names = [...new Set([...config.probes.containers, ...added])];
  return names.map(parseMachineName).filter((name) => name !== null);
}
