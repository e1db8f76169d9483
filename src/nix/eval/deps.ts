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
}

/** Everything that a record leads to. */
export function flattenDeps(root: Deps | null): {
  readonly files: Set<string>;
  readonly listings: Set<string>;
  readonly marks: Set<string>;
  readonly systems: Set<SystemValue>;
} {
  const files = new Set<string>();
  const listings = new Set<string>();
  const marks = new Set<string>();
  const systems = new Set<SystemValue>();
  const seen = new Set<Deps>();
  const waiting: Deps[] = root === null ? [] : [root];
  for (let deps = waiting.pop(); deps !== undefined; deps = waiting.pop()) {
    if (seen.has(deps)) continue;
    seen.add(deps);
    for (const file of deps.files) files.add(file);
    for (const folder of deps.listings) listings.add(folder);
    if (deps.marks !== null) for (const mark of deps.marks) marks.add(mark);
    if (deps.systems !== null) for (const system of deps.systems) systems.add(system);
    for (const inner of deps.inner) waiting.push(inner);
  }
  return { files, listings, marks, systems };
}
