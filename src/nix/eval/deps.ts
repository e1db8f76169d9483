/** Which files and folders an evaluation looked at. Kept as a graph: a value that is shared shares its record. */
export class Deps {
  readonly files = new Set<string>();
  /** Folders whose list of names was read. */
  readonly listings = new Set<string>();
  readonly inner = new Set<Deps>();
}

/** Everything that a record leads to. */
export function flattenDeps(root: Deps | null): { readonly files: Set<string>; readonly listings: Set<string> } {
  const files = new Set<string>();
  const listings = new Set<string>();
  const seen = new Set<Deps>();
  const waiting: Deps[] = root === null ? [] : [root];
  for (let deps = waiting.pop(); deps !== undefined; deps = waiting.pop()) {
    if (seen.has(deps)) continue;
    seen.add(deps);
    for (const file of deps.files) files.add(file);
    for (const folder of deps.listings) listings.add(folder);
    for (const inner of deps.inner) waiting.push(inner);
  }
  return { files, listings };
}
