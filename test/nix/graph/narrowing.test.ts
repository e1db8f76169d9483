import { describe, expect, test } from 'vitest';
import { affectedBy } from '../../../src/nix/graph/affected.ts';
import { readFleet } from '../../../src/nix/hosts/find-hosts.ts';
import { memoryTree } from '../memory-tree.ts';

type Files = Readonly<Record<string, string>>;

/** What a change of one file reaches in a fleet that is otherwise the same. */
async function reached(files: Files, path: string, from: string, to: string): Promise<string[]> {
  const text = files[path] ?? '';
  expect(text.split(from)).toHaveLength(2);
  const after = { ...files, [path]: text.replace(from, () => to) };
  const readings = await Promise.all([readFleet(memoryTree(files)), readFleet(memoryTree(after))]);
  return affectedBy(...readings, [path]).map(({ name }) => name);
}

const table = {
  'flake.nix': `{
  description = "home";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  outputs = { self, nixpkgs, ... }@inputs:
    let
      lib = nixpkgs.lib;
      table = import ./hosts.nix;
      # Every host is made the same way.
      mk = name: host: lib.nixosSystem { specialArgs = { inherit inputs name host; }; modules = [ ./common.nix ./hosts/\${name} ]; };
    in {
      nixosConfigurations = lib.mapAttrs mk table;
      devShells.x86_64-linux.default = nixpkgs.mkShell { name = "tools"; };
    };
}`,
  'hosts.nix': `{
  griffin = { ip = "10.0.0.1"; roles = [ "dns" ]; };
  wolfhound = { ip = "10.0.0.2"; roles = [ ]; };
}`,
  'common.nix': '{ host, ... }: { networking.address = host.ip; }',
  'hosts/griffin/default.nix': '{ }',
  'hosts/wolfhound/default.nix': '{ }',
  'hosts/nova/default.nix': '{ }',
};

/** The same, with a module that writes all addresses down. */
const shared = {
  ...table,
  'common.nix': '{ lib, ... }: { networking.hosts = lib.mapAttrs (name: host: host.ip) (import ./hosts.nix); }',
};
const counted = {
  ...table,
  'common.nix': '{ lib, ... }: { fleet.size = lib.length (lib.attrNames (import ./hosts.nix)); }',
};
const asked = { ...table, 'common.nix': '{ lib, ... }: { fleet.hasNova = (import ./hosts.nix) ? nova; }' };
const defaulted = { ...table, 'common.nix': '{ lib, ... }: { fleet.nova = (import ./hosts.nix).nova.ip or "none"; }' };
const numbered = {
  ...table,
  'flake.nix': `{ outputs = { nixpkgs, ... }: let lib = nixpkgs.lib; table = import ./hosts.nix; in {
    nixosConfigurations = lib.listToAttrs (lib.imap0 (index: name: { inherit name; value = lib.nixosSystem { modules = [ { id = index; } ]; }; }) (lib.attrNames table)); }; }`,
};

describe('a table of hosts', () => {
  test.each<[string, Files, string, string, string[]]>([
    ["a host's value reaches that host", table, '10.0.0.1', '10.0.0.9', ['griffin']],
    ['an empty list that is filled', table, 'roles = [ ]', 'roles = [ "web" ]', ['wolfhound']],
    ['a value that becomes something else', table, '"10.0.0.1"', 'builtins.readFile ./ip', ['griffin']],
    ['a comment reaches nobody', table, 'griffin', '# first\n  griffin', []],
    ['blanks within a text count', table, '"dns"', '"dns "', ['griffin']],
    ['a new host reaches itself', table, '{\n  griffin', '{\n  nova = { ip = "10.0.0.3"; };\n  griffin', ['nova']],
    [
      'a name that is written otherwise',
      table,
      'griffin = {',
      'griffin.mac = "x"; griffin = {',
      ['griffin', 'wolfhound'],
    ],
    ['a table that everybody writes down', shared, '10.0.0.1', '10.0.0.9', ['griffin', 'wolfhound']],
    ['a value of it that nobody writes down', shared, '"dns"', '"web"', []],
    [
      'a new host that everybody writes down',
      shared,
      '{\n  griffin',
      '{\n  nova = { };\n  griffin',
      ['griffin', 'nova', 'wolfhound'],
    ],
    [
      'a new host that everybody counts',
      counted,
      '{\n  griffin',
      '{\n  nova = { };\n  griffin',
      ['griffin', 'nova', 'wolfhound'],
    ],
    ['a value where all are only counted', counted, '10.0.0.1', '10.0.0.9', []],
    [
      'a new host that somebody asks for',
      asked,
      '{\n  griffin',
      '{\n  nova = { };\n  griffin',
      ['griffin', 'nova', 'wolfhound'],
    ],
    [
      'a new host that stands in for a default',
      defaulted,
      '{\n  griffin',
      '{\n  nova = { };\n  griffin',
      ['griffin', 'nova', 'wolfhound'],
    ],
    [
      'a new host that moves the numbers of all',
      numbered,
      '{\n  griffin',
      '{\n  alpha = { };\n  griffin',
      ['alpha', 'griffin', 'wolfhound'],
    ],
  ])('%s', async (_, files, from, to, expected) => {
    expect((await reached(files, 'hosts.nix', from, to)).sort()).toEqual(expected);
  });
});

const json = {
  ...table,
  'flake.nix': table['flake.nix'].replace('import ./hosts.nix', 'builtins.fromJSON (builtins.readFile ./hosts.json)'),
  'hosts.json': '{ "griffin": { "ip": "10.0.0.1", "roles": ["dns"] }, "wolfhound": { "ip": "10.0.0.2", "mtu": 1500 } }',
};
const toml = {
  ...table,
  'flake.nix': table['flake.nix'].replace('import ./hosts.nix', 'lib.importTOML ./hosts.toml'),
  'hosts.toml': '[griffin]\nip = "10.0.0.1"\n[wolfhound]\nip = "10.0.0.2"\n',
};
const copied = { ...json, 'common.nix': '{ ... }: { environment.etc."hosts.json".source = ./hosts.json; }' };
const spelled = {
  ...json,
  'common.nix': '{ lib, ... }: { fleet.size = lib.stringLength (builtins.readFile ./hosts.json); }',
};

describe('a table of hosts in JSON or TOML', () => {
  test.each<[string, Files, string, string, string[]]>([
    ["a host's value reaches that host", json, '10.0.0.1', '10.0.0.9', ['griffin']],
    ['blanks reach nobody', json, '{ "griffin"', '{\n  "griffin"', []],
    ['a new host reaches itself', json, '{ "griffin"', '{ "nova": {}, "griffin"', ['nova']],
    ['a number that is written as another kind', json, '1500', '1500.0', ['griffin', 'wolfhound']],
    ['a file that is also copied as it is', copied, '10.0.0.1', '10.0.0.9', ['griffin', 'wolfhound']],
    ['a file that is also read as text', spelled, '{ "griffin"', '{\n "griffin"', ['griffin', 'wolfhound']],
    ['TOML: a value', toml, '10.0.0.1', '10.0.0.9', ['griffin']],
    ['TOML: a comment', toml, '[griffin]', '# first\n[griffin]', []],
    ['TOML: a new host', toml, '[griffin]', '[nova]\nip = "10.0.0.3"\n[griffin]', ['nova']],
  ])('%s', async (_, files, from, to, expected) => {
    const path = 'hosts.toml' in files ? 'hosts.toml' : 'hosts.json';
    expect((await reached(files, path, from, to)).sort()).toEqual(expected);
  });
});
