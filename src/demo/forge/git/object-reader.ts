import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { startGit } from './run-git.ts';

/** One object as `git cat-file --batch` prints it. */
export interface GitObject {
  readonly sha: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly bytes: Buffer;
}

interface Waiting {
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Reads objects through one long-lived `git cat-file --batch`: starting a process for each blob would make
 * the practice forge the slowest part of every measurement. git resolves refs anew for each line it is asked.
 */
export class ObjectReader {
  readonly #folder: string;
  #child: ChildProcessWithoutNullStreams | null = null;
  #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #size = 0;
  /** How many bytes the answer under way takes at least: a large blob is put together once, not at every chunk. */
  #needed = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The object that a revision expression names, or null. */
  read(revision: string): Promise<GitObject | null> {
    // A line break would be a second question, whose answer nobody waits for.
    if (revision === '' || /[\r\n\0]/.test(revision)) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const child = this.#child ?? this.#open();
      this.#waiting.push({ resolve, reject });
      child.stdin.write(`${revision}\n`);
    });
  }

  close(): void {
    this.#child?.stdin.end();
    this.#child = null;
  }

  #open(): ChildProcessWithoutNullStreams {
    const child = startGit(['--git-dir', this.#folder, 'cat-file', '--batch']);
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      this.#drain();
    });
    child.stderr.resume();
    child.stdin.on('error', () => {});
    const ended = (): void => {
      if (this.#child === child) this.#child = null;
      const left = this.#waiting.splice(0);
      this.#chunks = [];
      this.#size = 0;
      this.#needed = 0;
      for (const one of left) one.reject(new Error('git cat-file ended before it answered'));
    };
    child.on('error', ended);
    child.on('close', ended);
    return child;
  }

  #drain(): void {
    while (this.#size >= this.#needed) {
      const first = this.#waiting[0];
      if (first === undefined) return;
      const buffer = Buffer.concat(this.#chunks, this.#size);
      const taken = takeAnswer(buffer);
      if (typeof taken === 'number') {
        this.#chunks = [buffer];
        this.#needed = taken;
        return;
      }
      this.#waiting.shift();
      this.#chunks = [buffer.subarray(taken.used)];
      this.#size -= taken.used;
      this.#needed = 0;
      first.resolve(taken.object);
    }
  }
}

const header = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/;

/** Takes one whole answer off the front, or says how many bytes there must be before it is worth looking again. */
function takeAnswer(buffer: Buffer): { readonly object: GitObject | null; readonly used: number } | number {
  const lineEnd = buffer.indexOf(10);
  if (lineEnd < 0) return buffer.length + 1;
  const match = header.exec(buffer.subarray(0, lineEnd).toString('latin1'));
  // `missing`, `ambiguous` and every other answer that is not an object is one line.
  if (match === null) return { object: null, used: lineEnd + 1 };
  const start = lineEnd + 1;
  const end = start + Number(match[3]);
  if (buffer.length < end + 1) return end + 1;
  const type = match[2] as GitObject['type'];
  // A copy, because a slice would keep everything that came with it alive.
  const bytes = Buffer.from(buffer.subarray(start, end));
  return { object: { sha: match[1] ?? '', type, bytes }, used: end + 1 };
}
