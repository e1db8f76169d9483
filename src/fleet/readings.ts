import type { Tree } from '../core/tree.ts';
import type { ZoneSource } from '../dns/zone.ts';
import { type FleetReading, readFleet } from '../nix/hosts/find-hosts.ts';
import type { Fact } from './fact.ts';
import { renderMap } from './map/render-map.ts';
import { type FactsReading, readFacts } from './read-facts.ts';
import { type ReachedMachines, reachedMachines } from './reached-machines.ts';

/** The files of a repository by git's id of their top folder. Equal ids are equal files: nothing is ever out of date. */
export interface KeyedTree {
  readonly treeId: string;
  readonly tree: Tree;
}

/** Where answers outlive the process. Neither way throws: what is not there is worked out again. */
export interface AnswerStore {
  load(question: readonly string[]): Promise<ReachedMachines | null>;
  save(question: readonly string[], answer: ReachedMachines): Promise<void>;
}

/** Tells which machines changed paths reach between two states of a repository, and remembers what it told. */
export interface Readings {
  reached(before: KeyedTree, after: KeyedTree, changed: readonly string[]): Promise<ReachedMachines>;
  /** What the repository says of its machines and of these zones. */
  facts(state: KeyedTree, zones: readonly ZoneSource[]): Promise<readonly Fact[]>;
  /** The whole fleet on one page. */
  map(state: KeyedTree, zones: readonly ZoneSource[]): Promise<string>;
}

/** Whole readings are large: in memory there stay as many as a pull request beside the default branch needs. */
const mostReadings = 3;
const mostAnswers = 500;

export function createReadings(store: AnswerStore | null): Readings {
  const readings = new Recent<Promise<FleetReading>>(mostReadings);
  const answers = new Recent<Promise<ReachedMachines>>(mostAnswers);
  const facts = new Recent<Promise<FactsReading>>(mostReadings);

  const readingOf = ({ treeId, tree }: KeyedTree): Promise<FleetReading> =>
    readings.get(treeId) ?? readings.keep(treeId, readFleet(tree));

  const factsOf = (state: KeyedTree, zones: readonly ZoneSource[]): Promise<FactsReading> => {
    const key = [state.treeId, ...zones.flatMap(({ zone, file }) => [zone, file])].join('\0');
    const read = async (): Promise<FactsReading> => readFacts(await readingOf(state), state.tree, zones);
    return facts.get(key) ?? facts.keep(key, read());
  };

  async function answer(
    question: readonly string[],
    before: KeyedTree,
    after: KeyedTree,
    changed: readonly string[],
  ): Promise<ReachedMachines> {
    const stored = (await store?.load(question)) ?? null;
    if (stored !== null) return stored;
    // One after the other: the later one finds every file that did not change parsed.
    const old = await readingOf(before);
    const fresh = reachedMachines(old, await readingOf(after), changed);
    await store?.save(question, fresh);
    return fresh;
  }

  return {
    reached(before, after, changed) {
      const question = [before.treeId, after.treeId, ...changed];
      const key = question.join('\0');
      return answers.get(key) ?? answers.keep(key, answer(question, before, after, changed));
    },
    facts: async (state, zones) => (await factsOf(state, zones)).facts,
    map: async (state, zones) => renderMap({ hosts: (await readingOf(state)).hosts, ...(await factsOf(state, zones)) }),
  };
}

/** The few that were used last. A promise that fails is let go, so that the next one who asks tries again. */
class Recent<Value extends Promise<unknown>> {
  private readonly kept = new Map<string, Value>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  get(key: string): Value | undefined {
    const found = this.kept.get(key);
    if (found === undefined) return undefined;
    this.kept.delete(key);
    this.kept.set(key, found);
    return found;
  }

  keep(key: string, value: Value): Value {
    this.kept.set(key, value);
    value.catch(() => this.kept.delete(key));
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.most) break;
      this.kept.delete(oldest);
    }
    return value;
  }
}
