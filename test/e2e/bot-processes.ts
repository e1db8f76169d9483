import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { programFolders } from '../adapters/queue/redis-kinds.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export type Entry = 'all' | 'web' | 'jobs';

/** The bot's own programs as they are run in earnest: compiled, each in a process that can be killed. */
export interface Programs {
  readonly folder: string;
  start(entry: Entry, environment: Readonly<Record<string, string>>, folder: string): BotProcess;
  remove(): Promise<void>;
}

export async function compilePrograms(): Promise<Programs> {
  // Inside node_modules, so that packages are found from there; not in dist, which others may be building.
  const cache = path.join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'fleetwright-e2e-'));
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  const config = {
    extends: path.join(root, 'tsconfig.build.json'),
    compilerOptions: {
      rootDir: root,
      outDir: folder,
      sourceMap: false,
      // Types are held by `npm run check`.
      noCheck: true,
      typeRoots: [path.join(root, 'node_modules', '@types')],
    },
    include: [],
    files: ['all', 'web', 'jobs'].map((entry) => path.join(root, 'workers', `${entry}.ts`)),
  };
  const project = path.join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify(config));
  await promisify(execFile)(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', project]);
  return programsIn(folder);
}

/** Programs that somebody compiled already. */
export function programsIn(folder: string): Programs {
  return {
    folder,
    start: (entry, environment, cwd) => startProcess(path.join(folder, 'workers', `${entry}.js`), environment, cwd),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What it says is kept, the log of JSON lines and the plain sentences alike. */
export interface BotProcess {
  readonly pid: number;
  readonly lines: readonly string[];
  /** Resolves when a line holds the words; throws where it ended before. */
  said(words: string): Promise<string>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to stop, and answers how it ended. */
  stop(): Promise<number | null>;
  /** The exit code, when it ended by itself. */
  ended(): Promise<number | null>;
}

function startProcess(program: string, environment: Readonly<Record<string, string>>, cwd: string): BotProcess {
  const child = spawn(process.execPath, [program], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: programFolders.join(':'), TMPDIR: cwd, ...environment },
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  const ended = once(child, 'close');
  // A test that ran out of its time closes nothing.
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('close', () => process.off('exit', endWithUs));
  return {
    pid: child.pid ?? 0,
    lines,
    async said(words) {
      for (;;) {
        const line = lines.find((candidate) => candidate.includes(words));
        if (line !== undefined) return line;
        if (isOver(child))
          throw new Error(`it ended (${child.exitCode}) before it said "${words}": ${lines.join('\n')}`);
        await sleep(10);
      }
    },
    async kill() {
      if (!isOver(child)) child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      if (!isOver(child)) child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
    async ended() {
      await ended;
      return child.exitCode;
    },
  };
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
