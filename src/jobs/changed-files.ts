import { changedEntries } from '../core/tree-diff.ts';
import { decodeText, type Tree, type TreeEntry } from '../core/tree.ts';
import type { ChangedFile } from '../guard/guard.ts';

/** In bytes. A larger file is no configuration that anybody wrote, and counts as not text. */
const largestText = 1_000_000;

/** The files that differ between two trees, with the texts that guards judge. */
export async function changedFiles(before: Tree, after: Tree): Promise<readonly ChangedFile[]> {
  const entries = await changedEntries(before, after);
  return Promise.all(
    entries.map(async ({ path, before: old, after: fresh }) => ({
      path,
      before: await sideOf(before, old),
      after: await sideOf(after, fresh),
    })),
  );
}

async function sideOf(tree: Tree, entry: TreeEntry | null): Promise<ChangedFile['before']> {
  if (entry === null) return null;
  const unread = entry.mode === 'submodule' || (entry.size ?? 0) > largestText;
  return { mode: entry.mode, text: unread ? null : decodeText(await tree.read(entry.blob)) };
}
