import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rounded } from './bench.ts';

/** Milliseconds of one run of `nix-instantiate`, or null where it is not installed. Its own start counts: who asks pays it. */
export function nixInstantiateMs(args: readonly string[], folder?: string): number | null {
  const began = performance.now();
  const { error, status, stderr } = spawnSync('nix-instantiate', args, { cwd: folder, encoding: 'utf8' });
  if (error !== undefined) return null;
  if (status !== 0) throw new Error(`nix-instantiate ${args.join(' ')}: ${stderr}`);
  return rounded(performance.now() - began);
}

/**
 * Stands for the module system, so that a host can be evaluated without nixpkgs: it comes to the host's modules by their
 * imports and evaluates what they say. What nixpkgs adds, which is seconds for each host, is not in the figure.
 */
const shim = `{ host }:
let
  numbers = builtins.genList (number: number) 480;
  lib.mkIf = condition: content: if condition then content else { };
  config = builtins.listToAttrs (map (number: { name = "s\${toString number}"; value.enable = true; }) numbers);
  given = { inherit lib config; pkgs = { }; inputs = { }; name = host; modulesPath = ./modules; };
  load = file:
    let
      read = import file;
      module = if builtins.isFunction read then read given else read;
    in
    [ module ] ++ builtins.concatMap load (builtins.filter builtins.pathExists (module.imports or [ ]));
  said = map (module: removeAttrs module [ "imports" ]) (load (./hosts + "/\${host}") ++ load ./common.nix);
in
builtins.deepSeq said (builtins.length said)
`;

/** Milliseconds in which Nix evaluates one host of a fleet that stands in memory, or null where Nix is not installed. */
export function evaluateOneHostMs(files: ReadonlyMap<string, string>, host: string): number | null {
  const folder = mkdtempSync(join(tmpdir(), 'nix-fleet-'));
  try {
    for (const [path, text] of [...files, ['shim.nix', shim] as const]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return nixInstantiateMs(['--eval', '--strict', '-E', `import ./shim.nix { host = "${host}"; }`], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
