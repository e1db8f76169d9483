import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Errand } from './separate-process.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The process's program as JavaScript: Node 20 does not read TypeScript, and the tests' loader cannot be killed -9. */
export async function compileProcess(): Promise<{ readonly program: string; remove(): Promise<void> }> {
  // Inside node_modules, so that packages are found from there.
  const cache = path.join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'fleetwright-test-'));
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  const config = {
    extends: path.join(root, 'tsconfig.build.json'),
    compilerOptions: { rootDir: root, outDir: folder, typeRoots: [path.join(root, 'node_modules', '@types')] },
    include: [],
    files: [path.join(root, 'test/adapters/queue/separate-process.ts')],
  };
  const project = path.join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify(config));
  await promisify(execFile)(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', project]);
  return {
    program: path.join(folder, 'test/adapters/queue/separate-process.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface StartedProcess {
  readonly pid: number;
  readonly lines: readonly string[];
  /** The first line that begins with these words, when it has been said. */
  said(words: string): Promise<string>;
  /** Ends it as a power cut would: nothing of it runs any more. */
  kill(): Promise<void>;
}

export function startProcess(program: string, errand: Errand, temporary: string): StartedProcess {
  const child = spawn(process.execPath, [program, JSON.stringify(errand)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A killed process leaves its temporary files behind; here they can be found and removed.
    env: { TMPDIR: temporary },
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const wake of waiting) wake();
  });
  return {
    pid: child.pid ?? 0,
    lines,
    async said(words) {
      for (;;) {
        const line = lines.find((candidate) => candidate.startsWith(words));
        if (line !== undefined) return line;
        if (hasEnded(child)) throw new Error(`the process ended (${child.exitCode}) before it said "${words}"`);
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
          child.once('close', wake);
        });
      }
    },
    async kill() {
      if (hasEnded(child)) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Whether a process of this number runs; a dead one whose parent has not looked yet counts as ended. */
export async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

/** Resolves when the process is gone; a test that waits for ever is ended by its own limit. */
export async function gone(pid: number): Promise<void> {
  while (await isAlive(pid)) await sleep(20);
}
