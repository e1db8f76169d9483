import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNix } from '../src/nix/parser.ts';
import { type Bench, interleave, rounded } from './bench.ts';

const folder = 'examples/fleet';
/** Files as fleets have them, generated: the sample fleet alone is too little to measure by. */
const generated = 600;

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
    const texts = [
      ...files.map((file) => readFileSync(file, 'utf8')),
      ...Array.from({ length: generated }, (_, at) => moduleText(at)),
    ];
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const lezer = await installed<{ readonly parser: LezerParser }>('@replit/codemirror-lang-nix');
    const tvix = await installed<TvixModule>('nix-eval');
    const evaluator = tvix === null ? null : await tvix.createEvaluator();
    const times = await interleave(
      {
        ours: async () => {
          for (const text of texts) parseNix(text);
        },
        lezer: async () => texts.forEach((text) => lezer?.parser.parse(text)),
        // Behind a function head nothing is evaluated: what is left is the parser.
        tvix: async () => {
          for (const text of texts) await evaluator?.eval(`let f = _: (${text}\n); in 1`);
        },
      },
      5,
    );
    const speed = (ms: number): number => rounded(bytes / 1000 / ms);
    const ours = speed(times.ours);
    const overLezer = lezer === null ? null : rounded(ours / speed(times.lezer));
    const overTvix = tvix === null ? null : rounded(ours / speed(times.tvix));
    // One figure is judged, so it is the worse of the two: how far each is above what is asked of it.
    const asked = [overLezer === null ? null : overLezer / 5, overTvix === null ? null : overTvix / 25];
    const judged = asked.filter((each) => each !== null);
    return {
      ratio: judged.length === 0 ? ours : rounded(Math.min(...judged)),
      limit: judged.length === 0 ? 17 : 1,
      bound: 'at-least',
      unit:
        judged.length === 0
          ? 'megabytes a second (no other parser is installed)'
          : 'times what is asked: 5 times the lezer grammar, 25 times nix-eval',
      megabytesPerSecond: ours,
      overLezer: overLezer ?? 'not installed',
      overTvix: overTvix ?? 'not installed',
      nixInstantiateMsPerFile: nixInstantiate(files.slice(0, 10)) ?? 'not installed',
      rssMegabytes: Math.round(process.memoryUsage().rss / 1e6),
      files: texts.length,
      bytes,
    };
  },
};

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
  const began = performance.now();
  for (const file of files) {
    if (spawnSync('nix-instantiate', ['--parse', file], { stdio: 'ignore' }).error !== undefined) return null;
  }
  return rounded((performance.now() - began) / files.length);
}
