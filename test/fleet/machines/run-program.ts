import { execFile } from 'node:child_process';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Its exit code is an answer like any other; one that cannot be run is not. */
export function ran(program: string, words: readonly string[], input?: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      words,
      { maxBuffer: 64 * 1024 * 1024, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
    // A program that reads nothing may be over before it is written to.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/** What a program prints; throws where it does not end well. */
export async function printed(program: string, words: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await ran(program, words, input);
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}
