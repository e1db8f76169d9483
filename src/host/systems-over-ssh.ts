import type { Clock } from '../core/clock.ts';
import { parseCompare } from './compare-answer.ts';
import type { Difference, Machine, NamesAndMore } from './machine.ts';
import { isTemplate } from './probes/units-probe.ts';
import { parseUnits } from './probes/host-answers.ts';
import { parseUnitName } from './remote-names.ts';
import { strangeAnswer, textOf, wordOf } from './run-command.ts';
import type { SteadyLink } from './steady-link.ts';

/** Built systems: kept from the garbage collector while a deploy needs them, and compared. */
export function systemsOverSsh(
  link: SteadyLink,
  clock: Clock,
  token: number,
): Pick<Machine, 'keep' | 'release' | 'compare'> {
  const shortly = () => ({ end: clock.now() + 60_000, tries: 3 });
  return {
    async keep(name, paths) {
      const asked = { kind: 'keep-systems', token, name, paths } as const;
      const { word, value } = await link.use(shortly(), (open) => wordOf(open, asked));
      if (word === 'missing') return { kind: 'missing', path: value };
      if (word !== 'kept') throw strangeAnswer('keep-systems', `"${word}"`);
      return { kind: 'kept' };
    },

    async release(name) {
      await link.use(shortly(), (open) => wordOf(open, { kind: 'release-systems', token, name }));
    },

    async compare(from, to) {
      const text = await link.use(shortly(), (open) => textOf(open, { kind: 'compare-systems', from, to }));
      const difference = parseCompare(text);
      if (difference === null) throw strangeAnswer('compare-systems', 'not a whole comparison');
      return onlyRunning(difference, await atRest(difference));
    },
  };

  /** Changed units that do not run now: a switch leaves them as they are (switch-to-configuration-ng, `main.rs`). */
  async function atRest({ units }: Difference): Promise<ReadonlySet<string>> {
    const changed = [...units.restarted.names, ...units.reloaded.names].filter((name) => !isTemplate(name));
    const asked = changed.map(parseUnitName).filter((unit) => unit !== null);
    if (asked.length === 0) return new Set();
    const ended = await link.use(shortly(), (open) => open.run({ kind: 'show-units', units: asked }));
    // Only what is told of the difference depends on it.
    if (ended.exitCode !== 0) return new Set();
    return new Set(
      parseUnits(new TextDecoder().decode(ended.stdout))
        .filter(({ active }) => active === 'inactive' || active === 'failed')
        .map(({ id }) => id),
    );
  }
}

function onlyRunning(difference: Difference, resting: ReadonlySet<string>): Difference {
  const { units } = difference;
  const running = ({ names, more }: NamesAndMore): NamesAndMore => ({
    names: names.filter((name) => !resting.has(name)),
    more,
  });
  return {
    ...difference,
    units: { ...units, restarted: running(units.restarted), reloaded: running(units.reloaded) },
  };
}
