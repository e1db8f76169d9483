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
      for (const one of left) one.reject(new Error('git cat-file ended before it answered'));
    };
    child.on('error', ended);
    child.on('close', ended);
    return child;
  }

  #drain(): void {
    for (;;) {
      const first = this.#waiting[0];
      if (first === undefined) return;
      const buffer = this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks);
      this.#chunks = [buffer];
      const taken = takeAnswer(buffer);
      if (taken === null) return;
      this.#waiting.shift();
      this.#chunks = [buffer.subarray(taken.used)];
      this.#size -= taken.used;
      first.resolve(taken.object);
    }
  }
}

const header = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/;

/** Takes one whole answer off the front, or null while it has not arrived in full. */
function takeAnswer(buffer: Buffer): { readonly object: GitObject | null; readonly used: number } | null {
  const lineEnd = buffer.indexOf(10);
  if (lineEnd < 0) return null;
  const match = header.exec(buffer.subarray(0, lineEnd).toString('latin1'));
  // `missing`, `ambiguous` and every other answer that is not an object is one line.
  if (match === null) return { object: null, used: lineEnd + 1 };
  const size = Number(match[3]);
  const start = lineEnd + 1;
  if (buffer.length < start + size + 1) return null;
  const type = match[2] as GitObject['type'];
  const bytes = Buffer.from(buffer.subarray(start, start + size));
  return { object: { sha: match[1] ?? '', type, bytes }, used: start + size + 1 };
}
