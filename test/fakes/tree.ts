import { createHash } from 'node:crypto';
import type { Tree, TreeEntry } from '../../src/core/tree.ts';

/** A tree of texts in memory. `mode:` before a path makes a symlink or a submodule: `symlink:x`. */
export function treeOf(files: Readonly<Record<string, string | Uint8Array>>): Tree {
  const blobs = new Map<string, Uint8Array>();
  const entries = Object.entries(files).map(([key, content]): TreeEntry => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const blob = createHash('sha1').update(bytes).digest('hex');
    blobs.set(blob, bytes);
    const special = /^(symlink|submodule|executable):(.*)$/.exec(key);
    const mode = (special?.[1] ?? 'file') as TreeEntry['mode'];
    return { path: special?.[2] ?? key, mode, blob, size: bytes.length };
  });
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    list: async () => entries,
    read: async (blob) => {
      const bytes = blobs.get(blob);
      if (bytes === undefined) throw new Error(`the test tree has no blob ${blob}`);
      return bytes;
    },
  };
}
