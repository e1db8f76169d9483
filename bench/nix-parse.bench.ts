import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNix } from '../src/nix/parser.ts';
import { type Bench, interleave, type Measured, median, processorMs, rounded } from './bench.ts';
import { nixInstantiateMs } from './nix-instantiate.ts';
import { clearYoungGarbage } from './young-garbage.ts';

const folder = 'examples/fleet';
/** Files as fleets have them, generated: the sample fleet alone is too little to measure by. */
const generated = 600;
const warmUp = 4;
const rounds = 7;

/** The other readers, as far as this bench needs them. */
interface LezerParser {
  parse(text: string): { readonly length: number };
}
interface TvixModule {
  createEvaluator(): Promise<Tvix>;
}
interface Tvix {
  eval(text: string): Promise<{ readonly errors: string }>;
}

/**
 * Nix texts: our lossless parser beside the readers that npm has and `nix-instantiate --parse`, each where it is
 * installed. All read the same texts in turn in one warm process, and only texts that nix-eval reads without an error,
 * which it would else be done with too soon. No text comes twice, so that nobody can remember one.
 */
export const nixParse: Bench = {
  name: 'nix-parse',
  async run() {
    const lezer = await installed<{ readonly parser: LezerParser }>('@replit/codemirror-lang-nix');
    const tvix = (await (await installed<TvixModule>('nix-eval'))?.createEvaluator()) ?? null;
    const files = nixFiles(folder);
    const all = [
      ...files.map((file) => readFileSync(file, 'utf8')),
      ...Array.from({ length: generated }, (_, at) => moduleText(at)),
    ];
    const readable = await readableBy(tvix, all);
    let texts = readable;
    const times = await interleave(
      {
        ours: async () => {
          for (const text of texts) parseNix(text);
        },
        lezer: async () => {
          if (lezer !== null) for (const text of texts) lezer.parser.parse(text);
        },
        tvix: async () => {
          if (tvix !== null) for (const text of texts) await tvix.eval(behindFunction(text));
        },
      },
      rounds,
      {
        warmUp,
        // All arms keep one thread busy and wait for nothing.
        clock: processorMs,
        before: (round) => {
          texts = readable.map((text) => flat(`${text}# ${round}\n`));
          clearYoungGarbage();
        },
      },
    );
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const overLezer = lezer === null ? null : rounded(times.lezer / times.ours);
    const overTvix = tvix === null ? null : rounded(times.tvix / times.ours);
    return {
      ...judge(overLezer, overTvix, rounded(bytes / 1000 / times.ours)),
      megabytesPerSecond: rounded(bytes / 1000 / times.ours),
      overLezer: overLezer ?? 'not installed',
      overTvix: overTvix ?? 'not installed',
      msPerFile: rounded(times.ours / texts.length),
      nixInstantiateMsPerFile: nixInstantiate(files.slice(0, 10)) ?? 'not installed',
      rssMegabytes: Math.round(process.memoryUsage().rss / 1e6),
      files: texts.length,
      notReadByTvix: all.length - readable.length,
      bytes,
    };
  },
};

/** One figure is judged, so it is the worse of the two: how far each is above what is asked of it. */
function judge(
  overLezer: number | null,
  overTvix: number | null,
  megabytesPerSecond: number,
): Pick<Measured, 'ratio' | 'limit' | 'bound' | 'unit'> {
  const judged = [overLezer === null ? null : overLezer / 5, overTvix === null ? null : overTvix / 25].filter(
    (each) => each !== null,
  );
  return judged.length === 0
    ? {
        ratio: megabytesPerSecond,
        limit: 17,
        bound: 'at-least',
        unit: 'megabytes a second (no other parser is installed)',
      }
    : {
        ratio: rounded(Math.min(...judged)),
        limit: 1,
        bound: 'at-least',
        unit: 'times what is asked: 5 times the lezer grammar, 25 times nix-eval',
      };
}

/** Behind a function head nothing is evaluated: what is left is the parser and the compiler behind it. */
function behindFunction(text: string): string {
  return `let f = _: (${text}\n); in 1`;
}

async function readableBy(tvix: Tvix | null, texts: readonly string[]): Promise<readonly string[]> {
  if (tvix === null) return texts;
  const readable: string[] = [];
  for (const text of texts) if ((await tvix.eval(behindFunction(text))).errors === '') readable.push(text);
  return readable;
}

/** The text in one piece, as it comes from a file. A joined one is put together when it is first read, in one arm's time. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}

function moduleText(at: number): string {
  const services = Array.from(
    { length: 12 },
    (_, each) => `    services.app${each} = {
      enable = mkDefault true;
      # Behind the proxy, never open to the world.
      listen = "127.0.0.1:\${toString (${8000 + at} + ${each})}";
      settings = { inherit (cfg) domain; workers = ${each}; path = ./data + "/app${each}"; };
      preStart = ''
        mkdir -p /var/lib/app${each}
        echo "\${config.networking.hostName} ''\${HOME}" > /var/lib/app${each}/name
      '';
    };`,
  );
  return `{ config, lib, pkgs, ... }:\nlet\n  inherit (lib) mkIf mkDefault mkOption types;\n  cfg = config.my.module${at};\nin\n{\n  imports = [ ./m${at + 1}.nix ];\n  options.my.module${at}.domain = mkOption { type = types.str; default = "m${at}.example.org"; };\n  config = mkIf (cfg.domain != "" && builtins.length pkgs.list > 0) {\n${services.join('\n')}\n  };\n}\n`;
}

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
  const times = files.map((file) => nixInstantiateMs(['--parse', file]));
  const known = times.filter((ms) => ms !== null);
  return known.length === 0 ? null : median(known);
}
