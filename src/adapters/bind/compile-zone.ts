import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CompiledZone, ZoneBundle, ZoneCompiler } from '../../dns/zone-compiler.ts';

/** Long enough for a million records; a zone that generates without end stops here. */
const timeLimitMs = 20_000;
const mostOutput = 256 * 1024 * 1024;

/** BIND's `named-compilezone`, from one of the folders; where none has it, nothing is known of any zone. */
export function bindZoneCompiler(programFolders: readonly string[], limitMs = timeLimitMs): ZoneCompiler {
  let program: Promise<string | null> | null = null;
  return {
    async compile(zone, bundle) {
      program ??= findProgram(programFolders);
      const found = await program;
      if (found === null) return { kind: 'not-known', reason: null };
      return compile(found, zone, bundle, limitMs);
    },
  };
}

async function findProgram(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const program = path.join(folder, 'named-compilezone');
    const runnable = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runnable) return program;
  }
  return null;
}

async function compile(program: string, zone: string, bundle: ZoneBundle, limitMs: number): Promise<CompiledZone> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetwright-zone-'));
  try {
    for (const [name, text] of bundle.files) await writeFile(path.join(folder, name), text, { mode: 0o600 });
    return await run(program, zone, bundle.main, folder, limitMs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(program: string, zone: string, main: string, folder: string, limitMs: number): Promise<CompiledZone> {
  // `-i local`: no name is asked for over the network. `-k ignore`: names as `0/25` or `_x` are judged by our checks.
  const words = ['-k', 'ignore', '-i', 'local', '-s', 'full', '-f', 'text', '-F', 'text', '-o', '-', '--', zone, main];
  const options = { cwd: folder, env: {}, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: mostOutput } as const;
  return new Promise((resolve) => {
    execFile(program, words, options, (error, stdout, stderr) => {
      if (error === null) resolve({ kind: 'compiled', text: stdout });
      else if (typeof error.code === 'number') resolve({ kind: 'refused', reason: firstWords(stderr + stdout) });
      else resolve({ kind: 'not-known', reason: 'named-compilezone came to no end' });
    });
  });
}

function firstWords(said: string): string {
  return said.trim().split('\n').slice(0, 3).join('; ').slice(0, 300);
}
