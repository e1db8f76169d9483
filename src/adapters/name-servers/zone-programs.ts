import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServerProgram } from '../../dns/server-programs.ts';
import type { CheckedByServer, CompiledZone, ZoneBundle, ZoneCompiler } from '../../dns/zone-compiler.ts';

/** Long enough for a million records; a zone that generates without end stops here. */
const timeLimitMs = 20_000;
const mostOutput = 256 * 1024 * 1024;
/** One zone is read for the change, for its plan and for the next change: the same texts, the same answer. */
const mostKept = 32;
const mostKeptOutput = 1024 * 1024;

type Program = 'named-compilezone' | ServerProgram;

type Said =
  | { readonly kind: 'well'; readonly out: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'no-end' };

/**
 * BIND's `named-compilezone`, Knot's `kzonecheck` and NSD's `nsd-checkzone`, each from the first of the folders that has
 * it; what none has says nothing of any zone. None of them asks the network.
 */
export function zonePrograms(programFolders: readonly string[], limitMs = timeLimitMs): ZoneCompiler {
  const known = new Map<Program, Promise<string | null>>();
  const find = (program: Program): Promise<string | null> => {
    const found = known.get(program) ?? findProgram(programFolders, program);
    known.set(program, found);
    return found;
  };
  const kept = new Map<string, Said>();
  const said = async (program: Program, file: string, zone: string, bundle: ZoneBundle): Promise<Said> => {
    const key = keyOf(program, zone, bundle);
    const before = kept.get(key);
    if (before !== undefined) return before;
    const now = await inFolder(bundle, (cwd) => run(file, wordsOf(program, zone, bundle), cwd, limitMs));
    if (now.kind === 'no-end' || (now.kind === 'well' && now.out.length > mostKeptOutput)) return now;
    kept.set(key, now);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return now;
  };
  return {
    async compile(zone, bundle): Promise<CompiledZone> {
      const file = await find('named-compilezone');
      if (file === null) return { kind: 'not-known', reason: null };
      const heard = await said('named-compilezone', file, zone, bundle);
      if (heard.kind === 'well') return { kind: 'compiled', text: heard.out };
      return heard.kind === 'refused' ? heard : { kind: 'not-known', reason: 'named-compilezone came to no end' };
    },
    async check(program, zone, bundle): Promise<CheckedByServer> {
      const file = await find(program);
      if (file === null) return { kind: 'absent' };
      const heard = await said(program, file, zone, bundle);
      if (heard.kind === 'well') return { kind: 'accepted' };
      return heard.kind === 'refused' ? heard : { kind: 'not-known', reason: `${program} came to no end` };
    },
  };
}

function wordsOf(program: Program, zone: string, { main }: ZoneBundle): readonly string[] {
  switch (program) {
    case 'named-compilezone':
      // `-i local`: no name is asked for over the network. `-k ignore`: names as `0/25` or `_x` are judged by our checks.
      return ['-k', 'ignore', '-i', 'local', '-s', 'full', '-f', 'text', '-F', 'text', '-o', '-', '--', zone, main];
    case 'kzonecheck':
      return ['-o', zone, '--', main];
    case 'nsd-checkzone':
      return ['--', zone, main];
  }
}

function keyOf(program: Program, zone: string, { main, files }: ZoneBundle): string {
  const hash = createHash('sha256').update(JSON.stringify([program, zone, main]));
  for (const [name, text] of files) hash.update(`\0${name}\0`).update(text);
  return hash.digest('hex');
}

async function findProgram(folders: readonly string[], name: Program): Promise<string | null> {
  for (const folder of folders) {
    const program = path.join(folder, name);
    const runnable = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runnable) return program;
  }
  return null;
}

async function inFolder(bundle: ZoneBundle, use: (folder: string) => Promise<Said>): Promise<Said> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetwright-zone-'));
  try {
    for (const [name, text] of bundle.files) await writeFile(path.join(folder, name), text, { mode: 0o600 });
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(program: string, words: readonly string[], cwd: string, limitMs: number): Promise<Said> {
  const options = { cwd, env: {}, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: mostOutput } as const;
  return new Promise((resolve) => {
    execFile(program, words, options, (error, stdout, stderr) => {
      if (error === null) resolve({ kind: 'well', out: stdout });
      else if (typeof error.code === 'number') resolve({ kind: 'refused', reason: firstWords(stderr + stdout) });
      else resolve({ kind: 'no-end' });
    });
  });
}

function firstWords(said: string): string {
  const lines = said.split('\n').map((line) => line.replace(/^\[\d{4}-[^\]]*\]\s*[\w-]+\[\d+\]:\s*/, '').trim());
  return lines
    .filter((line) => line !== '')
    .slice(0, 3)
    .join('; ')
    .slice(0, 300);
}
