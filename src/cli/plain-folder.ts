import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tree, TreeEntry } from '../core/tree.ts';

/** Nothing that a person keeps zones in. */
const skipped = new Set(['.git', 'node_modules', '.direnv', 'result']);

/** The files below a folder that no git knows. A blob is known by its path here. */
export function plainFolder(folder: string): Tree {
  return {
    async list() {
      const entries: TreeEntry[] = [];
      await collect(folder, '', entries);
      return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    read: (blob) => readFile(path.join(folder, blob)),
  };
}

async function collect(folder: string, under: string, entries: TreeEntry[]): Promise<void> {
  for (const entry of await readdir(path.join(folder, under), { withFileTypes: true })) {
    const file = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory() && !skipped.has(entry.name)) await collect(folder, file, entries);
    // A link is never followed: it may lead out of the folder.
    else if (entry.isFile()) {
      const { size } = await lstat(path.join(folder, file));
      entries.push({ path: file, mode: 'file', blob: file, size });
    }
  }
}
