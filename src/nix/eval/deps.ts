import type { SystemValue } from './values.ts';

/** Which files and folders an evaluation looked at. Kept as a graph: a value that is shared shares its record. */
export class Deps {
  readonly files = new Set<string>();
  /** Folders whose list of names was read. */
  readonly listings = new Set<string>();
  /** Marks of a watch; null where there were none, as there are for all but two commits that are compared. */
  marks: Set<string> | null = null;
  /** Other machines that a condition rests on. */
  systems: Set<SystemValue> | null = null;
  readonly inner = new Set<Deps>();
  /** More may come to it when others already lead to it; everything else is finished before anybody asks. */
  readonly isGrowing: boolean;
  /** How often somebody came here on the way through a graph, until all that it leads to is kept with it. */
  visits = 0;
  all: AllDeps | null = null;

  constructor(isGrowing = false) {
    this.isGrowing = isGrowing;
  }
}

/** Everything that a record leads to. */
export interface AllDeps {
  readonly files: Set<string>;
  readonly listings: Set<string>;
  readonly marks: Set<string>;
  readonly systems: Set<SystemValue>;
  /** Records among them that are not finished. */
  readonly growing: Set<Deps>;
}

/** What many lead to is gone through a few times and then kept: the first that all of them meet, not what is below it. */
const fewVisits = 6;

/** Everything that a record leads to. */
export function flattenDeps(root: Deps | null): AllDeps {
  const all = gathered(root === null ? [] : [root], true);
  for (const each of all.growing) addOwn(all, each);
  return all;
}

function gathered(roots: readonly Deps[], isCounting: boolean): AllDeps {
  const all: AllDeps = {
    files: new Set(),
    listings: new Set(),
    marks: new Set(),
    systems: new Set(),
    growing: new Set(),
  };
  const seen = new Set<Deps>();
  const waiting: Deps[] = [...roots];
  for (let deps = waiting.pop(); deps !== undefined; deps = waiting.pop()) {
    if (seen.has(deps)) continue;
    seen.add(deps);
    if (deps.isGrowing) {
      all.growing.add(deps);
      continue;
    }
    if (isCounting && deps.all === null && deps.inner.size > 0 && ++deps.visits > fewVisits)
      deps.all = gathered([deps], false);
    if (deps.all !== null) addAll(all, deps.all);
    else {
      addOwn(all, deps);
      for (const inner of deps.inner) waiting.push(inner);
    }
  }
  return all;
}

function addOwn(all: AllDeps, { files, listings, marks, systems }: Deps): void {
  for (const file of files) all.files.add(file);
  for (const folder of listings) all.listings.add(folder);
  if (marks !== null) for (const mark of marks) all.marks.add(mark);
  if (systems !== null) for (const system of systems) all.systems.add(system);
}

function addAll(all: AllDeps, more: AllDeps): void {
  for (const file of more.files) all.files.add(file);
  for (const folder of more.listings) all.listings.add(folder);
  for (const mark of more.marks) all.marks.add(mark);
  for (const system of more.systems) all.systems.add(system);
  for (const each of more.growing) all.growing.add(each);
}
