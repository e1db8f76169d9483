import type { CommitFiles } from './commit-files.ts';

export type Imported =
  | {
      readonly kind: 'files';
      /** Text files, by path. */
      readonly paths: readonly string[];
      /** What else the system is made of and is no text: blob ids by path, and the names in listed folders. */
      readonly others: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'no-such-host' }
  | { readonly kind: 'missing-file'; readonly path: string };

/** What a host's system is made from, by the import graph that also tells which hosts a change affects. */
export async function importedFiles(commit: CommitFiles, attribute: string): Promise<Imported> {
  const fleet = await commit.fleet();
  const known = fleet.hosts.some(({ name, kind }) => name === attribute && kind === 'host');
  const made = known && commit.texts.has('flake.nix') ? fleet.filesOf(attribute) : null;
  if (made === null) return { kind: 'no-such-host' };
  const all = [...fleet.repository.entries.keys()];
  const below = (folder: string): string[] => all.filter((path) => path.startsWith(`${folder}/`));
  const named = new Set([...made.via.keys(), ...(commit.texts.has('flake.lock') ? ['flake.lock'] : [])]);
  for (const folder of made.folders.keys()) for (const path of below(folder)) named.add(path);
  const { entries } = fleet.repository;
  // Nix looks at other paths only where it comes to them; a module that is not there fails at once.
  const missing = [...named].find((path) => path.endsWith('.nix') && !entries.has(path));
  if (missing !== undefined) return { kind: 'missing-file', path: missing };
  const others = new Map<string, string>();
  for (const path of named) {
    if (!entries.has(path)) continue;
    if (!commit.texts.has(path)) others.set(path, fleet.repository.entries.get(path)?.blob ?? '');
  }
  for (const folder of made.listings.keys()) {
    const names = [...(fleet.repository.folders.get(folder)?.keys() ?? [])];
    others.set(`${folder}/`, names.sort().join('\n'));
  }
  return { kind: 'files', paths: [...named].filter((path) => commit.texts.has(path)).sort(), others };
}
