import type { Expected } from '../machine.ts';
import { parseUnitName, type UnitName } from '../remote-names.ts';
import { type Asked, fails, type Probe, type ProbeFinding, type Scene } from './probe.ts';
import { startedTrouble } from './started-unit.ts';

/** More than so many in one question are more words than a command line should have. */
const most = 100;

interface UnitsParts {
  readonly id: string;
  readonly title: string;
  readonly kinds: RegExp;
  readonly words: (trouble: string, name: string) => string;
}

/** A probe of what the switch has started, of some kinds of units. */
export function unitsProbe({ id, title, kinds, words }: UnitsParts): Probe {
  const wanted = ({ changedUnits: changed, derived = [], after }: Expected): readonly UnitName[] => {
    if (changed === undefined || after !== 'activation') return [];
    // A service that the change switches on is asked for by that name.
    const elsewhere = new Set(derived.flatMap((one) => (one.kind === 'unit' ? [one.unit] : [])));
    const names = [...changed.added, ...changed.restarted].filter(
      (name) => kinds.test(name) && !isTemplate(name) && !elsewhere.has(name),
    );
    return names
      .map(parseUnitName)
      .filter((unit) => unit !== null)
      .slice(0, most);
  };
  const troubles = (asked: readonly Asked[], { changedUnits: changed }: Expected, scene: Scene) =>
    asked.flatMap(({ answer }): readonly ProbeFinding[] => {
      if (answer.kind !== 'units') return [fails({ id }, scene, 'the host could not be asked for its units')];
      return answer.units.flatMap((state) => {
        const trouble = startedTrouble(state);
        if (trouble === null) return [];
        const finding = fails({ id }, scene, words(trouble, state.id), state.id);
        const isTask = state.id.endsWith('.service') && state.active === 'inactive' && state.result === 'success';
        const isNew = changed?.restarted.includes(state.id) !== true;
        return [isTask && isNew ? { ...finding, level: 'warning' } : finding];
      });
    });
  return {
    id,
    title,
    asks(expected) {
      const units = wanted(expected);
      return units.length === 0 ? [] : [{ kind: 'units', units }];
    },
    judge: troubles,
    suspects: (asked, expected, scene) =>
      troubles(asked, expected, scene).flatMap(({ subject }) => (subject === undefined ? [] : [subject])),
  };
}

/** `name@.service` is nothing that can be up; only what is made of it is. */
export function isTemplate(name: string): boolean {
  return /@\.[a-z]+$/.test(name);
}
