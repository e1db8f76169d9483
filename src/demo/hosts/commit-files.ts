import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CommitSha } from '../../core/names.ts';
import { type FleetReading, readFleet } from '../../nix/hosts/find-hosts.ts';
import { decodeText, type Tree, type TreeEntry } from '../../core/tree.ts';

const run = promisify(execFile);

/** One commit, read whole: a practice host evaluates it many times over. */
export interface CommitFiles {
  readonly tree: Tree;
  /** Texts by path; what is not text is left out. */
  readonly texts: ReadonlyMap<string, string>;
  /** The fleet that it describes; read when it is asked for, once. */
  fleet(): Promise<FleetReading>;
}

const modes: Readonly<Record<string, TreeEntry['mode']>> = {
  '100644': 'file',
  '100755': 'executable',
  '120000': 'symlink',
  '160000': 'submodule',
};

/** Reads a commit out of a git folder. Throws where git does not know it. */
export async function readCommitFiles(gitFolder: string, sha: CommitSha): Promise<CommitFiles> {
  const listing = await run('git', ['-C', gitFolder, 'ls-tree', '-r', '-z', '--full-tree', sha], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const entries = listing.stdout
    .split('\0')
    .filter((line) => line !== '')
    .map((line): TreeEntry => {
      const [head = '', path = ''] = line.split('\t');
      const [mode = '', , blob = ''] = head.split(' ');
      return { path, mode: modes[mode] ?? 'file', blob };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const blobs = await readBlobs(
    gitFolder,
    entries.filter((entry) => entry.mode !== 'submodule').map((entry) => entry.blob),
  );
  const texts = new Map<string, string>();
  for (const entry of entries) {
    const bytes = blobs.get(entry.blob);
    const text = bytes === undefined || entry.mode === 'symlink' ? null : decodeText(bytes);
    if (text !== null) texts.set(entry.path, text);
  }
  const tree: Tree = {
    list: async () => entries,
    read: async (blob) => blobs.get(blob) ?? new Uint8Array(),
  };
  let fleet: Promise<FleetReading> | null = null;
  return { texts, tree, fleet: () => (fleet ??= readFleet(tree)) };
}

async function readBlobs(gitFolder: string, blobs: readonly string[]): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const child = run('git', ['-C', gitFolder, 'cat-file', '--batch'], {
    encoding: 'buffer',
    maxBuffer: 512 * 1024 * 1024,
  });
  child.child.stdin?.end(`${[...new Set(blobs)].join('\n')}\n`);
  const { stdout } = await child;
  let offset = 0;
  while (offset < stdout.length) {
    const end = stdout.indexOf(10, offset);
    const [blob = '', kind, size] = stdout.subarray(offset, end).toString('utf8').split(' ');
    offset = end + 1;
    if (kind !== 'blob') continue;
    found.set(blob, stdout.subarray(offset, offset + Number(size)));
    offset += Number(size) + 1;
  }
  return found;
}
