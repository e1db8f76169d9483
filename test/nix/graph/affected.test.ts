import { describe, expect, test } from 'vitest';
import type { Tree } from '../../../src/core/tree.ts';
import { affectedBy } from '../../../src/nix/graph/affected.ts';
import { readFleet } from '../../../src/nix/hosts/find-hosts.ts';
import { memoryTree } from '../memory-tree.ts';

const flake = `{
  outputs = { self, nixpkgs, ... }@inputs: let
    mk = name: nixpkgs.lib.nixosSystem { specialArgs = { inherit inputs name; }; modules = [ ./hosts/\${name} ]; };
  in {
    nixosModules.shared = ./modules/shared.nix;
    nixosConfigurations = nixpkgs.lib.genAttrs [ "a" "b" "c" ] mk;
  };
}`;

const base = {
  'flake.nix': flake,
  'flake.lock': '{}',
  'README.md': '',
  '.github/workflows/ci.yml': '',
  'modules/shared.nix': '{ ... }: { imports = [ ./deep.nix ]; }',
  'modules/deep.nix': '{ environment.etc.x.source = ./data.txt; }',
  'modules/data.txt': 'x',
  'modules/unused.nix': '{ }',
  'pkgs/tool/default.nix': '{ stdenv }: stdenv.mkDerivation { src = ./src; }',
  'pkgs/tool/src/main.c': '',
  'zones/example.org': '',
  'hosts/a/default.nix':
    '{ inputs, pkgs, ... }: { imports = [ inputs.self.nixosModules.shared ]; environment.systemPackages = [ (pkgs.callPackage ../../pkgs/tool { }) ]; }',
  'hosts/b/default.nix':
    '{ lib, config, name, ... }: { imports = map (x: ./. + "/${x}.nix") [ "net" ] ++ lib.optional config.foo.enable ./maybe.nix; sops.defaultSopsFile = ../../secrets + "/${name}.yaml"; }',
  'hosts/b/net.nix': '{ services.bind.zones.x = builtins.readFile ../../zones/example.org; }',
  'hosts/b/maybe.nix': '{ }',
  'secrets/a.yaml': '',
  'secrets/b.yaml': '',
  'hosts/c/default.nix':
    '{ containers.db.config = { imports = [ ../../modules/deep.nix ]; }; networking.hostName = "gamma"; imports = builtins.attrValues (builtins.mapAttrs (n: _: ./parts + "/${n}") (builtins.readDir ./parts)); }',
  'hosts/c/parts/one.nix': '{ config, ... }: { x = ../../../secrets + "/${config.networking.hostName}.yaml"; }',
  'secrets/gamma.yaml': '',
};

async function reached(changes: Readonly<Record<string, string | null>>): Promise<Record<string, readonly string[]>> {
  const after: Record<string, string> = { ...base };
  for (const [path, text] of Object.entries(changes)) {
    if (text === null) delete after[path];
    else after[path] = text;
  }
  const [before, now] = await Promise.all([readFleet(memoryTree(base)), readFleet(memoryTree(after))]);
  return Object.fromEntries(affectedBy(before, now, Object.keys(changes)).map(({ name, why }) => [name, why]));
}

describe('the hosts that a change reaches', () => {
  test.each([
    ["a host's own file", 'hosts/a/default.nix', ['a']],
    ['a module given as an output of the flake', 'modules/shared.nix', ['a']],
    ['a module that another imports, also in a container', 'modules/deep.nix', ['a', 'c']],
    ['a data file of a module', 'modules/data.txt', ['a', 'c']],
    ['the source of a package', 'pkgs/tool/src/main.c', ['a']],
    ['a path made from a list', 'hosts/b/net.nix', ['b']],
    ['a file behind a condition', 'hosts/b/maybe.nix', ['b']],
    ['a file that is read', 'zones/example.org', ['b']],
    ["a secret named by the host's argument", 'secrets/b.yaml', ['b']],
    ['a secret that no host names', 'secrets/a.yaml', []],
    ["a secret named by the host's own name", 'secrets/gamma.yaml', ['c']],
    ['a file of a folder that is read', 'hosts/c/parts/one.nix', ['c']],
    ['a module that nobody imports', 'modules/unused.nix', []],
    ['the readme', 'README.md', []],
    ['CI', '.github/workflows/ci.yml', []],
    ['the lock file', 'flake.lock', ['a', 'b', 'c']],
  ])('%s', async (_, path, hosts) => {
    expect(Object.keys(await reached({ [path]: '{ changed = true; }' }))).toEqual(hosts);
  });

  test('a file that comes into a folder that is read', async () => {
    expect(Object.keys(await reached({ 'hosts/c/parts/two.nix': '{ two = 2; }' }))).toEqual(['c']);
  });

  test('a file that comes into a folder that is read, and says nothing', async () => {
    expect(await reached({ 'hosts/c/parts/two.nix': '{ }' })).toEqual({});
  });

  test('what the flake makes of every host', async () => {
    const more = flake.replace('modules = [', 'modules = [ { more = 1; }');
    expect(Object.keys(await reached({ 'flake.nix': more }))).toEqual(['a', 'b', 'c']);
  });

  test('the lock file of a flake that is not at the top', async () => {
    const files = Object.fromEntries(Object.entries(base).map(([path, text]) => [`nixos/${path}`, text]));
    const after = { ...files, 'nixos/flake.lock': '{ "changed": true }' };
    const readings = await Promise.all([readFleet(memoryTree(files)), readFleet(memoryTree(after))]);
    expect(affectedBy(...readings, ['nixos/flake.lock']).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('a comment in the flake reaches nobody', async () => {
    expect(await reached({ 'flake.nix': `${flake}# more` })).toEqual({});
  });

  test('a file that goes', async () => {
    expect(Object.keys(await reached({ 'modules/deep.nix': null }))).toEqual(['a', 'c']);
  });

  test('a file that an import newly names', async () => {
    const change = {
      'hosts/a/default.nix': '{ imports = [ ../../modules/unused.nix ]; }',
      'modules/unused.nix': '{ x = 1; }',
    };
    expect(Object.keys(await reached(change))).toEqual(['a']);
  });

  test('files of several hosts that become the same bytes', async () => {
    const files = (text: string) => ({
      'flake.nix': flake,
      'hosts/a/default.nix': text,
      'hosts/b/default.nix': text,
      'hosts/c/default.nix': text,
    });
    // As in git, where equal bytes have one id.
    const stored = (text: string): Tree => ({
      list: async () => Object.entries(files(text)).map(([path, blob]) => ({ path, blob, mode: 'file' })),
      read: async (blob) => new TextEncoder().encode(blob),
    });
    const [before, after] = await Promise.all([
      readFleet(stored('{ services.web.enable = false; }')),
      readFleet(stored('{ services.web.enable = true; }')),
    ]);
    const changed = Object.keys(files('')).filter((path) => path !== 'flake.nix');
    expect(affectedBy(before, after, changed).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('the way from the file to the host is told', async () => {
    expect(await reached({ 'modules/data.txt': 'y' })).toEqual({
      a: ['modules/data.txt', 'modules/deep.nix', 'modules/shared.nix', 'hosts/a/default.nix', 'flake.nix'],
      c: ['modules/data.txt', 'modules/deep.nix', 'hosts/c/default.nix', 'flake.nix'],
    });
  });
});
