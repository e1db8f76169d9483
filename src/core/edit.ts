import type { Tree, TreeEntry } from './tree.ts';

/** One file's text before and after. `null` before: the file is new. `null` after: the file goes. */
export interface Edit {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * The tree with the edits laid over it, without writing anything anywhere.
 * An edited file's blob id is a private name; it is not git's.
 */
export function overlay(base: Tree, edits: readonly Edit[]): Tree {
  const edited = new Map(edits.map((edit) => [edit.path, edit]));
  const blobOf = (path: string): string => `edited:${path}`;
  return {
    async list() {
      const kept = (await base.list()).filter(
        (entry) => !edited.has(entry.path) || edited.get(entry.path)?.after !== null,
      );
      const known = new Map(kept.map((entry) => [entry.path, entry]));
      for (const edit of edits) {
        if (edit.after === null) continue;
        const mode: TreeEntry['mode'] = known.get(edit.path)?.mode ?? 'file';
        known.set(edit.path, { path: edit.path, mode, blob: blobOf(edit.path) });
      }
      return [...known.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    async read(blob) {
      for (const edit of edits) {
        if (blobOf(edit.path) === blob && edit.after !== null) return new TextEncoder().encode(edit.after);
      }
      return base.read(blob);
    },
  };
}
