import { describe, expect, test } from 'vitest';
import { affectedBy } from '../../../src/nix/graph/affected.ts';
import { readFleet } from '../../../src/nix/hosts/find-hosts.ts';
import { memoryTree } from '../memory-tree.ts';

type Files = Readonly<Record<string, string>>;
type Inputs = Readonly<Record<string, string | readonly string[]>>;
type Nodes = Readonly<Record<string, { readonly rev?: string; readonly inputs?: Inputs }>>;

/** A lock file of which each node is told by its revision. */
function lock(inputs: Inputs, nodes: Nodes): string {
  const locked = Object.entries(nodes).map(([name, { rev = 'r1', inputs: inner }]) => [
    name,
    { ...(inner === undefined ? {} : { inputs: inner }), locked: { rev, narHash: `sha256-${rev}`, type: 'github' } },
  ]);
  return JSON.stringify({ version: 7, root: 'root', nodes: { root: { inputs }, ...Object.fromEntries(locked) } });
}

const inputs = {
  nixpkgs: 'nixpkgs',
  stable: 'stable',
  'home-manager': 'home-manager',
  sops: 'sops',
  colors: 'colors',
  treefmt: 'treefmt',
  darwin: 'darwin',
  disko: 'disko',
  utils: 'utils',
};
const nodes: Nodes = {
  nixpkgs: {},
  stable: {},
  'home-manager': { inputs: { nixpkgs: ['nixpkgs'] } },
  sops: { inputs: { nixpkgs: ['stable'], deep: 'deep' } },
  deep: {},
  colors: { inputs: { base: ['sops', 'deep'] } },
  treefmt: { inputs: { nixpkgs: 'nixpkgs_2' } },
  nixpkgs_2: {},
  darwin: { inputs: { nixpkgs: ['nixpkgs'] } },
  disko: {},
  utils: {},
};

const flake = `{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.stable.url = "github:NixOS/nixpkgs/nixos-25.05";
  inputs = {
    home-manager = { url = "github:nix-community/home-manager"; inputs.nixpkgs.follows = "nixpkgs"; };
    sops = { url = "github:Mic92/sops-nix"; inputs.nixpkgs.follows = "stable"; };
    colors.url = "github:misterio77/nix-colors";
    treefmt.url = "github:numtide/treefmt-nix";
    darwin.url = "github:LnL7/nix-darwin";
    disko.url = "github:nix-community/disko";
    utils.url = "github:numtide/flake-utils";
  };
  outputs = { self, nixpkgs, stable, utils, ... }@inputs:
    let
      inherit (nixpkgs) lib;
      mk = pkgs: name: pkgs.lib.nixosSystem { specialArgs = { inherit inputs; }; modules = [ ./common.nix (./hosts + "/\${name}.nix") ]; };
    in {
      nixosModules.secrets = { imports = [ inputs.sops.nixosModules.sops ]; };
      nixosConfigurations = lib.genAttrs [ "desk" "couch" ] (mk nixpkgs) // { rack = mk stable "rack"; };
      darwinConfigurations.mac = inputs.darwin.lib.darwinSystem { modules = [ ]; };
      formatter.x86_64-linux = inputs.treefmt.lib.mkWrapper nixpkgs { };
    } // utils.lib.eachDefaultSystem (system: { devShells.default = nixpkgs.legacyPackages.\${system}.mkShell { name = "a"; }; });
}`;
const fleet: Files = {
  'flake.nix': flake,
  'flake.lock': lock(inputs, nodes),
  'common.nix': '{ lib, pkgs, ... }: { environment.systemPackages = lib.optional true pkgs.git; }',
  'hosts/desk.nix':
    '{ inputs, lib, ... }: { imports = [ inputs.home-manager.nixosModules.default ]; home-manager.extraSpecialArgs = { inherit inputs; }; home-manager.users.ada = import ../home.nix; }',
  'hosts/couch.nix': '{ inputs, config, ... }: { theme = "${inputs.colors}/nord.yaml"; }',
  'hosts/rack.nix': '{ inputs, ... }: { imports = [ inputs.self.nixosModules.secrets ]; }',
  'home.nix': '{ inputs, ... }: { home.packages = [ inputs.disko.packages.x86_64-linux.disko ]; }',
};

async function reached(before: Files, change: Files): Promise<string[]> {
  const after = { ...before, ...change };
  const readings = await Promise.all([readFleet(memoryTree(before)), readFleet(memoryTree(after))]);
  return affectedBy(...readings, Object.keys(change))
    .map(({ name }) => name)
    .sort();
}

const bumped = (name: string): Files => ({
  'flake.lock': lock(inputs, { ...nodes, [name]: { ...nodes[name], rev: 'r2' } }),
});

describe('an input of the flake that is locked to something else reaches the hosts that come to it', () => {
  test.each<[string, string, string[]]>([
    ['Nixpkgs, those that are made with it and whoever has what follows it', 'nixpkgs', ['couch', 'desk', 'mac']],
    ['another Nixpkgs, whoever is made with that or has what follows it', 'stable', ['rack']],
    ['modules of an input', 'home-manager', ['desk']],
    ['an input behind a module of the flake itself, and behind what follows an input of it', 'sops', ['rack']],
    ['an input of an input', 'deep', ['couch', 'rack']],
    ['a file of an input', 'colors', ['couch']],
    ['an input that home-manager is handed', 'disko', ['desk']],
    ['an input of the formatter alone', 'treefmt', []],
    ['an input of an input of the formatter alone', 'nixpkgs_2', []],
    ['an input of the Darwin machines alone', 'darwin', ['mac']],
    ['an input that only puts outputs together', 'utils', []],
  ])('%s', async (_, name, hosts) => {
    expect(await reached(fleet, bumped(name))).toEqual(hosts);
  });

  test('a lock file that is written anew and says the same reaches nobody', async () => {
    const renamed = lock({ ...inputs, treefmt: 'treefmt_2' }, { ...nodes, treefmt_2: nodes['treefmt'] ?? {} });
    expect(await reached(fleet, { 'flake.lock': renamed.replaceAll(',', ',\n  ') })).toEqual([]);
  });

  test('inputs that follow each other come to an end', async () => {
    const round = (rev: string): Files => ({
      'flake.lock': lock(inputs, {
        ...nodes,
        sops: { inputs: { back: ['colors'] } },
        colors: { inputs: { on: ['sops'] }, rev },
      }),
    });
    expect(await reached({ ...fleet, ...round('r1') }, round('r2'))).toEqual(['couch', 'rack']);
  });
});

describe('what cannot be told of an input widens', () => {
  const all = ['couch', 'desk', 'mac', 'rack'];
  test.each<[string, Files, Files, string[]]>([
    ['a lock file that cannot be read', {}, { 'flake.lock': '<<<<<<< HEAD' }, all],
    ['a lock file that is the first', { 'flake.lock': '' }, { 'flake.lock': lock(inputs, nodes) }, all],
    [
      'an input that the flake does not write down',
      { 'flake.lock': lock({ ...inputs, hidden: 'hidden' }, { ...nodes, hidden: {} }) },
      { 'flake.lock': lock({ ...inputs, hidden: 'hidden' }, { ...nodes, hidden: { rev: 'r2' } }) },
      all,
    ],
    [
      'a host that goes through all inputs',
      {
        'hosts/couch.nix':
          '{ inputs, lib, ... }: { nix.registry = lib.mapAttrs (_: flake: { inherit flake; }) inputs; }',
      },
      bumped('treefmt'),
      ['couch'],
    ],
    [
      'a host that reads the lock file itself',
      {
        'hosts/couch.nix': '{ locked = (builtins.fromJSON (builtins.readFile ../flake.lock)).nodes.sops.locked.rev; }',
      },
      bumped('treefmt'),
      ['couch'],
    ],
    [
      'a host whose arguments are not known',
      {
        'flake.nix': flake.replace(
          '{ inherit inputs; }',
          '(if builtins.currentTime > 1 then inputs else { inherit inputs; })',
        ),
      },
      bumped('treefmt'),
      ['couch', 'desk', 'rack'],
    ],
  ])('%s', async (_, more, change, hosts) => {
    expect(await reached({ ...fleet, ...more }, change)).toEqual(hosts);
  });
});

describe('a flake that asks for an input otherwise', () => {
  test.each<[string, string, string, string[]]>([
    ['another branch', 'nixos-25.05', 'nixos-25.11', ['rack']],
    ['another input to follow', 'follows = "stable"', 'follows = "nixpkgs"', ['rack']],
    ['one for the formatter alone', 'numtide/treefmt-nix', 'numtide/treefmt', []],
    ['one more, which nobody uses yet', 'colors.url', 'new.url = "github:a/b";\n    colors.url', []],
    ['a development shell', 'name = "a"', 'name = "b"', []],
  ])('%s', async (_, from, to, hosts) => {
    expect(flake.split(from)).toHaveLength(2);
    expect(await reached(fleet, { 'flake.nix': flake.replace(from, () => to) })).toEqual(hosts);
  });
});
