import type { Tree, TreeEntry } from './tree.ts';

export interface ChangedEntry {
  readonly path: string;
  readonly before: TreeEntry | null;
  readonly after: TreeEntry | null;
}

/** What differs between two trees, by blob id and mode, sorted by path. Nothing is read: equal ids are equal bytes. */
export async function changedEntries(before: Tree, after: Tree): Promise<readonly ChangedEntry[]> {
  const [old, fresh] = await Promise.all([before.list(), after.list()]);
  const olds = new Map(old.map((entry) => [entry.path, entry]));
  const changed: ChangedEntry[] = [];
  for (const entry of fresh) {
    const was = olds.get(entry.path) ?? null;
    olds.delete(entry.path);
    if (was?.blob !== entry.blob || was.mode !== entry.mode)
      changed.push({ path: entry.path, before: was, after: entry });
  }
  for (const gone of olds.values()) changed.push({ path: gone.path, before: gone, after: null });
  return changed.sort((a, b) => (a.path < b.path ? -1 : 1));
}
