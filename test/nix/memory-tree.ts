import type { Tree, TreeEntry } from '../../src/core/tree.ts';

/** A repository written down as its files. A value of `->target` is a link, `@submodule` a submodule, bytes are bytes. */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array>>): Tree {
  const entries = Object.entries(files).map(([path, content]): TreeEntry => {
    if (content === '@submodule') return { path, mode: 'submodule', blob: 'commit' };
    const isLink = typeof content === 'string' && content.startsWith('->');
    return { path, mode: isLink ? 'symlink' : 'file', blob: `blob:${path}:${String(content)}` };
  });
  const blobs = new Map(entries.map((entry) => [entry.blob, files[entry.path] ?? '']));
  return {
    list: async () => [...entries].sort((a, b) => (a.path < b.path ? -1 : 1)),
    async read(blob) {
      const content = blobs.get(blob) ?? '';
      return typeof content === 'string' ? new TextEncoder().encode(content.replace(/^->/, '')) : content;
    },
  };
}
