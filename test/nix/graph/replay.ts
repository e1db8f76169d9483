import { affectedBy } from '../../../src/nix/graph/affected.ts';
import { readFleet } from '../../../src/nix/hosts/find-hosts.ts';
import { memoryTree } from '../memory-tree.ts';
import { type Files, type Judged, judge } from './drv-judge.ts';

export interface Change {
  readonly before: Files;
  readonly after: Files;
}

/** A change with what we say that it reaches and what Nix says. */
export interface Replayed {
  readonly change: Change;
  readonly paths: readonly string[];
  readonly named: readonly string[];
  readonly true: readonly string[];
}

export function pathsOf({ before, after }: Change): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => before[path] !== after[path]);
}

/** The hosts that we name. */
export async function namedBy(change: Change): Promise<string[]> {
  const [before, after] = await Promise.all([
    readFleet(memoryTree(change.before)),
    readFleet(memoryTree(change.after)),
  ]);
  return affectedBy(before, after, pathsOf(change))
    .map(({ name }) => name)
    .sort();
}

/** Plays changes of fleets against Nix. Those that Nix refuses on either side say nothing and are left out. */
export async function replay(changes: readonly Change[]): Promise<Replayed[]> {
  const sides = [...new Set(changes.flatMap(({ before, after }) => [before, after]))];
  const judged = new Map(judge(sides).map((each, index) => [sides[index] as Files, each]));
  const played: Replayed[] = [];
  for (const change of changes) {
    const [old, fresh] = [judged.get(change.before) ?? null, judged.get(change.after) ?? null];
    if (old === null || fresh === null) continue;
    played.push({ change, paths: pathsOf(change), named: await namedBy(change), true: differing(old, fresh) });
  }
  return played;
}

function differing(old: NonNullable<Judged>, fresh: NonNullable<Judged>): string[] {
  return Object.keys(fresh)
    .filter((name) => old[name] !== fresh[name])
    .sort();
}

/** What must never be: a host that changes and is not named. Told with the change, so that it can be read. */
export function missed(played: readonly Replayed[]): string[] {
  return played.flatMap(({ change, paths, named, true: hosts }) => {
    const names = hosts.filter((name) => !named.includes(name));
    if (names.length === 0) return [];
    const sides = paths.map((path) => `--- ${path}\n${change.before[path] ?? ''}\n+++\n${change.after[path] ?? ''}`);
    return [`${names.join(' ')} not in ${named.join(' ')}\n${sides.join('\n')}`];
  });
}

/** How many are named for each that changes. A change that reaches nobody counts what is named beside none as one more each. */
export function ratios(played: readonly Replayed[]): number[] {
  return played
    .map(({ named, true: hosts }) => (hosts.length === 0 ? named.length + 1 : named.length / hosts.length))
    .sort((a, b) => a - b);
}
