import { parseUnitName, type UnitName } from '../remote-names.ts';
import type { Expected } from '../machine.ts';
import { fails, type Probe } from './probe.ts';
import { startedTrouble } from './started-unit.ts';

/** A service that the change switches on is up. */
export const derivedUnits: Probe = {
  declared: true,
  derived: true,
  id: 'enabled-services',
  title: 'The unit of every service and container that the change switches on is up.',
  asks(expected) {
    const units = wanted(expected).map(({ unit }) => unit);
    return units.length === 0 ? [] : [{ kind: 'units', units }];
  },
  judge(asked, expected, scene) {
    const names = new Map(wanted(expected).map(({ unit, of }) => [String(unit), of]));
    return asked.flatMap(({ answer }) => {
      if (answer.kind !== 'units') return [fails(derivedUnits, scene, 'the host could not be asked for its units')];
      return answer.units.flatMap((state) => {
        const trouble = startedTrouble(state);
        const of = names.get(state.id) ?? state.id;
        return trouble === null
          ? []
          : [fails(derivedUnits, scene, `${trouble}; the change switches ${of} on`, state.id)];
      });
    });
  },
  suspects: (asked) =>
    asked.flatMap(({ answer }) =>
      answer.kind === 'units' ? answer.units.filter((unit) => startedTrouble(unit) !== null).map(({ id }) => id) : [],
    ),
};

function wanted({ derived = [] }: Expected): readonly { readonly unit: UnitName; readonly of: string }[] {
  return derived.flatMap((one) => {
    const unit = one.kind === 'unit' ? parseUnitName(one.unit) : null;
    return unit === null || one.kind !== 'unit' ? [] : [{ unit, of: one.for }];
  });
}
