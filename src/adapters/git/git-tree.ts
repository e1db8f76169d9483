import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import type { Tree, TreeEntry } from '../../core/tree.ts';

/** Git with nothing of the user's own settings that could run a program or change what is printed. */
const calm = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', '-c', 'protocol.allow=never'];

/** A tree that holds a process open while it is read. */
export interface GitTree extends Tree {
  /** Ends the reader process; reading again starts another. */
  close(): void;
}

/** One commit of a local repository. Blobs come through one `git cat-file --batch`, which is started when first needed. */
export function commitTree(repository: string, commit: string): GitTree {
  const blobs = new BlobReader(repository);
  let entries: Promise<readonly TreeEntry[]> | null = null;
  return {
    list() {
      entries ??= listCommit(repository, commit);
      return entries;
    },
    read: (blob) => blobs.read(blob),
    close: () => blobs.close(),
  };
}

/** The files of a checkout as they lie there: what git tracks and what it would, without what it ignores. */
export function workingTree(folder: string): GitTree {
  let listed: Promise<{ readonly entries: readonly TreeEntry[]; readonly paths: ReadonlyMap<string, string> }> | null =
    null;
  const load = (): NonNullable<typeof listed> => {
    listed ??= listWorking(folder);
    return listed;
  };
  return {
    list: async () => (await load()).entries,
    async read(blob) {
      const path = (await load()).paths.get(blob);
      if (path === undefined)
        throw new Fault('git-failed', `reading ${blob}`, 'never', { detail: 'no such blob in this checkout' });
      return contentOf(join(folder, path));
    },
    close: () => undefined,
  };
}

async function contentOf(path: string): Promise<Uint8Array> {
  const { isSymbolicLink } = await kindOf(path);
  // A link's content is where it leads, as git stores it: it is never followed.
  return isSymbolicLink ? new TextEncoder().encode(await readlink(path)) : readFile(path);
}

async function kindOf(
  path: string,
): Promise<{ isSymbolicLink: boolean; size: number; executable: boolean; isFile: boolean }> {
  const stat = await lstat(path);
  return {
    isSymbolicLink: stat.isSymbolicLink(),
    size: stat.size,
    executable: (stat.mode & 0o100) !== 0,
    isFile: stat.isFile(),
  };
}

const modes: Readonly<Record<string, TreeEntry['mode']>> = {
  '100644': 'file',
  '100755': 'executable',
  '120000': 'symlink',
  '160000': 'submodule',
};

async function listCommit(repository: string, commit: string): Promise<readonly TreeEntry[]> {
  // A revision comes from the command line: one that begins with a dash would be an option of git.
  if (!/^[A-Za-z0-9][^\s:]*$/.test(commit))
    throw new Fault('git-failed', `reading ${commit}`, 'never', { detail: 'not a revision' });
  const output = await git(repository, ['ls-tree', '-r', '-z', '--long', '--full-tree', commit, '--']);
  const entries = output.split('\0').flatMap((line): TreeEntry[] => {
    const found = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([^]+)$/.exec(line);
    if (found === null) return [];
    const [, mode = '', blob = '', size = '-', path = ''] = found;
    const base = { path, mode: modes[mode] ?? 'file', blob };
    return [size === '-' ? base : { ...base, size: Number(size) }];
  });
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function listWorking(
  folder: string,
): Promise<{ readonly entries: readonly TreeEntry[]; readonly paths: ReadonlyMap<string, string> }> {
  const output = await git(folder, ['ls-files', '-z', '--stage', '--full-name']);
  const others = await git(folder, ['ls-files', '-z', '--others', '--exclude-standard', '--full-name']);
  const tracked = output.split('\0').flatMap((line) => {
    const found = /^(\d+) ([0-9a-f]+) \d\t([^]+)$/.exec(line);
    return found === null
      ? []
      : [{ path: found[3] ?? '', mode: modes[found[1] ?? ''] ?? 'file', blob: found[2] ?? '' }];
  });
  const untracked = others
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => ({ path, mode: 'file' as const, blob: '' }));
  const entries: TreeEntry[] = [];
  const paths = new Map<string, string>();
  const all = [...new Map([...untracked, ...tracked.toReversed()].map((entry) => [entry.path, entry])).values()];
  // Many at once, because most of the time is spent waiting; not all at once, because each holds a file in memory.
  for (let from = 0; from < all.length; from += 64) {
    const made = all
      .slice(from, from + 64)
      .map(async (entry) => (entry.mode === 'submodule' ? entry : workingEntry(folder, entry.path)));
    for (const entry of await Promise.all(made)) {
      if (entry === null) continue;
      entries.push(entry);
      paths.set(entry.blob, entry.path);
    }
  }
  return { entries: entries.sort((a, b) => (a.path < b.path ? -1 : 1)), paths };
}

/** A file that was deleted and not yet committed is gone: null. Its blob id is git's, over the bytes as they lie there. */
async function workingEntry(folder: string, path: string): Promise<TreeEntry | null> {
  try {
    const full = join(folder, path);
    const { isSymbolicLink, executable, isFile } = await kindOf(full);
    if (!isFile && !isSymbolicLink) return null;
    const bytes = await contentOf(full);
    const blob = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    return { path, mode: isSymbolicLink ? 'symlink' : executable ? 'executable' : 'file', blob, size: bytes.length };
  } catch {
    return null;
  }
}

function git(folder: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...calm, '-C', folder, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    let problem = '';
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      problem = (problem + chunk.toString()).slice(-2000);
    });
    child.on('error', (cause) => reject(new Fault('git-failed', 'starting git', 'never', { cause })));
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(output).toString());
      else reject(new Fault('git-failed', `git ${args[0] ?? ''}`, 'never', { detail: problem.trim() }));
    });
  });
}

interface Asked {
  readonly blob: string;
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (fault: Fault) => void;
}

/** One `git cat-file --batch` for any number of blobs; answers come in the order of the questions. */
class BlobReader {
  private readonly repository: string;
  private child: ChildProcessWithoutNullStreams | null = null;
  private readonly asked: Asked[] = [];
  private chunks: Buffer[] = [];
  private have = 0;
  /** Bytes from the start of the answer under way that must be there before it is worth another look. */
  private need = 0;

  constructor(repository: string) {
    this.repository = repository;
  }

  read(blob: string): Promise<Uint8Array> {
    if (!/^[0-9a-f]{40,64}$/.test(blob))
      return Promise.reject(new Fault('git-failed', `reading ${blob}`, 'never', { detail: 'not a blob id' }));
    return new Promise((resolve, reject) => {
      const child = this.running();
      this.asked.push({ blob, resolve, reject });
      child.stdin.write(`${blob}\n`);
    });
  }

  close(): void {
    this.child?.stdin.end();
  }

  private running(): ChildProcessWithoutNullStreams {
    if (this.child !== null) return this.child;
    const child = spawn('git', [...calm, '-C', this.repository, 'cat-file', '--batch'], { stdio: 'pipe' });
    this.child = child;
    const end = (cause?: unknown): void => {
      this.child = null;
      this.chunks = [];
      this.have = 0;
      this.need = 0;
      for (const { blob, reject } of this.asked.splice(0))
        reject(new Fault('git-failed', `reading ${blob}`, 'never', { cause }));
    };
    child.stdout.on('data', (chunk: Buffer) => this.take(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', end);
    child.on('close', () => end());
    // An idle reader keeps nobody waiting.
    child.unref();
    return child;
  }

  /** An answer that comes in many chunks is put together once, when all of it is there. */
  private take(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.have += chunk.length;
    if (this.have < this.need) return;
    const buffer = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    const rest = buffer.subarray(this.answerFrom(buffer));
    this.chunks = rest.length === 0 ? [] : [rest];
    this.have = rest.length;
  }

  /** Gives out the answers that are complete, and returns where the first begins that is not. */
  private answerFrom(buffer: Buffer): number {
    let at = 0;
    for (;;) {
      const stop = buffer.indexOf(10, at);
      this.need = buffer.length - at + 1;
      if (stop < 0) return at;
      // `<id> <kind> <size>` or `<id> missing`
      const [blob = '', kind, size] = buffer.toString('latin1', at, stop).split(' ');
      if (kind === 'missing' || size === undefined) {
        const fault = { detail: 'the repository has no such blob' };
        this.asked.shift()?.reject(new Fault('git-failed', `reading ${blob}`, 'never', fault));
        at = stop + 1;
        continue;
      }
      const end = stop + 1 + Number(size);
      this.need = end + 1 - at;
      if (buffer.length <= end) return at;
      // A copy: who keeps a file must not keep all that came in the same chunk.
      this.asked.shift()?.resolve(new Uint8Array(buffer.subarray(stop + 1, end)));
      at = end + 1;
    }
  }
}
