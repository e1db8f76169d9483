import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNix } from '../src/nix/parser.ts';
import { type Bench, interleave, rounded } from './bench.ts';

const folder = 'examples/fleet';
/** Our arm reads the files this many times over, so that its time can be measured at all. */
const rounds = 40;

/** The other readers, as far as this bench needs them. */
interface LezerParser {
  parse(text: string): { readonly length: number };
}
interface TvixModule {
  createEvaluator(): Promise<{ eval(text: string): Promise<unknown> }>;
}

/**
 * Nix texts of the sample fleet: our lossless parser beside the readers that npm has and `nix-instantiate --parse`, each
 * where it is installed. A reader that is absent is said to be, and decides nothing.
 */
export const nixParse: Bench = {
  name: 'nix-parse',
  async run() {
    const files = nixFiles(folder);
    const texts = files.map((file) => readFileSync(file, 'utf8'));
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const lezer = await installed<{ readonly parser: LezerParser }>('@replit/codemirror-lang-nix');
    const tvix = await installed<TvixModule>('nix-eval');
    const evaluator = tvix === null ? null : await tvix.createEvaluator();
    const times = await interleave(
      {
        ours: async () => {
          for (let round = 0; round < rounds; round += 1) for (const text of texts) parseNix(text);
        },
        lezer: async () => texts.forEach((text) => lezer?.parser.parse(text)),
        // Behind a function head nothing is evaluated: what is left is the parser.
        tvix: async () => {
          for (const text of texts) await evaluator?.eval(`let f = _: (${text}\n); in 1`);
        },
      },
      15,
    );
    const speed = (ms: number, times = 1): number => rounded((bytes * times) / 1000 / ms);
    const ours = speed(times.ours, rounds);
    const overLezer = lezer === null ? null : rounded(ours / speed(times.lezer));
    const overTvix = tvix === null ? null : rounded(ours / speed(times.tvix));
    return {
      ratio: overLezer ?? ours,
      limit: overLezer === null ? 17 : 5,
      bound: 'at-least',
      unit: overLezer === null ? 'megabytes a second (the lezer grammar is not installed)' : 'times the lezer grammar',
      megabytesPerSecond: ours,
      overLezer: overLezer ?? 'not installed',
      overTvix: overTvix ?? 'not installed (at least 25 is asked for)',
      nixInstantiateMsPerFile: nixInstantiate(files.slice(0, 10)) ?? 'not installed',
      files: files.length,
      bytes,
    };
  },
};

function nixFiles(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.nix'))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function installed<Module>(name: string): Promise<Module | null> {
  try {
    return (await import(name)) as Module;
  } catch {
    return null;
  }
}

function nixInstantiate(files: readonly string[]): number | null {
  const began = performance.now();
  for (const file of files) {
    if (spawnSync('nix-instantiate', ['--parse', file], { stdio: 'ignore' }).error !== undefined) return null;
  }
  return rounded((performance.now() - began) / files.length);
}
