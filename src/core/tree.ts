/** One file of a repository at one moment. `blob` is git's id of the content, so equal ids mean equal bytes. */
export interface TreeEntry {
  /** Relative, with `/`, without a leading `./`. */
  readonly path: string;
  readonly mode: 'file' | 'executable' | 'symlink' | 'submodule';
  readonly blob: string;
  /** In bytes, where the source knows it without reading. */
  readonly size?: number;
}

/**
 * A repository as everything that reads one sees it: a checkout, a commit, an overlay of edits, or a forge.
 * Reading is by blob id, so a cache needs no other key. A path that is not in `list` does not exist.
 */
export interface Tree {
  /** Every entry, sorted by path, folders left out. */
  list(): Promise<readonly TreeEntry[]>;
  /** The bytes of one blob that `list` named. */
  read(blob: string): Promise<Uint8Array>;
}

/** The entry at `path`, or null. */
export async function entryAt(tree: Tree, path: string): Promise<TreeEntry | null> {
  return (await tree.list()).find((entry) => entry.path === path) ?? null;
}

/** A file's text, or null where there is no such file or its bytes are not UTF-8 (ciphertext, an image). */
export async function textAt(tree: Tree, path: string): Promise<string | null> {
  const entry = await entryAt(tree, path);
  if (entry === null || entry.mode === 'symlink' || entry.mode === 'submodule') return null;
  return decodeText(await tree.read(entry.blob));
}

/** Strict UTF-8 with the byte-order mark kept, because what we print must be what we read. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** One folder of a tree as a tree of its own, for a config repository that is a part of a larger one. */
export function folderTree(tree: Tree, folder: string): Tree {
  const prefix = `${folder.replace(/\/+$/, '')}/`;
  return {
    list: async () =>
      (await tree.list())
        .filter(({ path }) => path.startsWith(prefix))
        .map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) })),
    read: (blob) => tree.read(blob),
  };
}
