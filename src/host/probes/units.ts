import { parseUnitName, type UnitName } from '../remote-names.ts';
import { type Asked, fails, type Probe, type Scene } from './probe.ts';
import type { UnitState } from './question.ts';

/** The units that the host's owner declared. */
export const units: Probe = {
  declared: true,
  id: 'units',
  title: 'Every declared unit is active.',
  asks(_expected, { config }) {
    const names = config.probes.units.map(parseUnitName).filter((unit): unit is UnitName => unit !== null);
    return names.length === 0 ? [] : [{ kind: 'units', units: names }];
  },
  judge(asked, _expected, scene) {
    const wrong = scene.config.probes.units.filter((name) => parseUnitName(name) === null);
    return [
      ...wrong.map((name) => fails(units, scene, `"${name}" is not the name of a unit`)),
      ...troubles(asked, scene).map(({ name, message }) => fails(units, scene, message, name ?? undefined)),
    ];
  },
  suspects: (asked, _expected, scene) => troubles(asked, scene).flatMap(({ unit }) => (unit === null ? [] : [unit])),
};

interface Trouble {
  readonly name: string | null;
  readonly unit: string | null;
  readonly message: string;
}

function troubles(asked: readonly Asked[], { config }: Scene): Trouble[] {
  return asked.flatMap(({ answer }): Trouble[] => {
    if (answer.kind !== 'units')
      return [{ name: null, unit: null, message: 'the host could not be asked for its units' }];
    const declared = config.probes.units.filter((name) => parseUnitName(name) !== null);
    return declared.flatMap((name) => {
      const state = answer.units.find((unit) => isUnit(unit, name));
      const message = state === undefined ? `${name} is not known to the host` : unitTrouble(state);
      return message === null ? [] : [{ name, unit: state?.load === 'loaded' ? state.id : null, message }];
    });
  });
}

/** systemd completes a name that has no ending with `.service`. */
function isUnit(state: UnitState, name: string): boolean {
  return state.id === name || state.id === `${name}.service`;
}

/** What is wrong with a unit that should be up, or null. */
export function unitTrouble(state: UnitState): string | null {
  if (state.load !== 'loaded') return `${state.id} does not exist on the host (${state.load})`;
  if (state.active === 'active' || state.active === 'reloading') return null;
  const why = state.result === 'success' || state.result === '' ? '' : `, ${state.result}`;
  return `${state.id} is ${state.active} (${state.sub}${why})`;
}
