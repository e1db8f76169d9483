import { describe, expect, test } from 'vitest';
import { affectedBy } from '../../../src/nix/graph/affected.ts';
import { readFleet } from '../../../src/nix/hosts/find-hosts.ts';
import { memoryTree } from '../memory-tree.ts';

type Files = Readonly<Record<string, string>>;

/** All hosts share all modules, and are told apart by what they switch on. */
const fleet: Files = {
  'flake.nix': `{ outputs = { self, nixpkgs, ... }: let lib = nixpkgs.lib; in {
    nixosModules = import ./modules;
    nixosConfigurations = lib.genAttrs [ "griffin" "kestrel" "wolfhound" ] (name: lib.nixosSystem {
      specialArgs = { inherit self; };
      modules = builtins.attrValues self.nixosModules ++ [ (./hosts + "/\${name}.nix") ];
    }); }; }`,
  'modules/default.nix': '{\n  web = ./web.nix;\n  db = ./db.nix;\n  desk = ./desk.nix;\n  monitor = ./monitor.nix;\n}',
  'modules/web.nix': `{ config, lib, pkgs, ... }: {
    options.my.web = { enable = lib.mkEnableOption "web"; port = lib.mkOption { type = lib.types.port; default = 80; }; };
    config = lib.mkIf config.my.web.enable { services.nginx.enable = true; open = config.my.web.port; motd = builtins.readFile ../data/motd; };
  }`,
  'modules/db.nix': `{ config, lib, ... }: {
    options.my.db = lib.mkOption { type = lib.types.str; default = "none"; };
    config = lib.mkIf (config.my.db == "postgres") { services.postgresql.enable = true; };
  }`,
  'modules/desk.nix': `{ config, lib, ... }: {
    options.profiles.desk.enable = lib.mkEnableOption "desk";
    config = lib.mkIf config.profiles.desk.enable { my.web.enable = lib.mkDefault true; fonts.size = 12; };
  }`,
  'modules/monitor.nix': `{ config, lib, self, ... }: {
    options.my.monitor.enable = lib.mkEnableOption "monitor";
    config = lib.mkIf config.my.monitor.enable { targets = lib.mapAttrsToList (_: host: host.config.my.web.port) self.nixosConfigurations; };
  }`,
  'data/motd': 'hello',
  'hosts/griffin.nix': '{ profiles.desk.enable = true; networking.address = "10.0.0.1"; }',
  'hosts/kestrel.nix': '{ my.db = "postgres"; my.monitor.enable = true; networking.address = "10.0.0.2"; }',
  'hosts/wolfhound.nix': '{ my.web.enable = false; networking.address = "10.0.0.3"; }',
};

async function reached(change: Files, base: Files = fleet): Promise<string[]> {
  const readings = await Promise.all([readFleet(memoryTree(base)), readFleet(memoryTree({ ...base, ...change }))]);
  return affectedBy(...readings, Object.keys(change))
    .map(({ name }) => name)
    .sort();
}

const all = ['griffin', 'kestrel', 'wolfhound'];

function edited(path: string, from: string, to: string): Files {
  const text = fleet[path] ?? '';
  expect(text.split(from)).toHaveLength(2);
  return { [path]: text.replace(from, () => to) };
}

describe('what stands behind an option reaches the hosts on which the option may hold', () => {
  test.each<[string, string, string, string, string[]]>([
    [
      'an option that only a profile switches on',
      'modules/web.nix',
      'nginx.enable = true',
      'nginx.enable = false',
      ['griffin'],
    ],
    ['a text that one host sets', 'modules/db.nix', 'postgresql', 'mysql', ['kestrel']],
    ['a profile of one host', 'modules/desk.nix', 'size = 12', 'size = 14', ['griffin']],
    [
      'the default of an option, those that read it, also from elsewhere',
      'modules/web.nix',
      'default = 80',
      'default = 8080',
      ['griffin', 'kestrel'],
    ],
    [
      'the default of a switch',
      'modules/desk.nix',
      'lib.mkEnableOption "desk"',
      'lib.mkOption { default = true; }',
      all,
    ],
    ['a file that is read behind an option', 'data/motd', 'hello', 'hullo', ['griffin']],
    ['something of another host that nobody reads', 'hosts/griffin.nix', '10.0.0.1', '10.0.0.9', ['griffin']],
  ])('%s', async (_, path, from, to, hosts) => {
    expect(await reached(edited(path, from, to))).toEqual(hosts);
  });

  test('an option of another host that somebody reads', async () => {
    expect(
      await reached({
        'hosts/griffin.nix': '{ profiles.desk.enable = true; networking.address = "10.0.0.1"; my.web.port = 81; }',
      }),
    ).toEqual(['griffin', 'kestrel']);
  });

  test('a new module that nobody switches on reaches nobody', async () => {
    const change = {
      ...edited('modules/default.nix', '{\n', '{\n  mail = ./mail.nix;\n'),
      'modules/mail.nix':
        '{ config, lib, ... }: { options.my.mail.enable = lib.mkEnableOption "mail"; config = lib.mkIf config.my.mail.enable { services.postfix.enable = true; }; }',
    };
    const base = { ...fleet, 'hosts/kestrel.nix': '{ my.db = "postgres"; }' };
    expect(await reached(change, base)).toEqual([]);
    const host = {
      'hosts/wolfhound.nix': '{ my.web.enable = false; my.mail.enable = true; networking.address = "10.0.0.3"; }',
    };
    expect(await reached({ ...change, ...host }, base)).toEqual(['wolfhound']);
  });
});

describe('an option that may be set somewhere is not taken for its default', () => {
  const web = edited('modules/web.nix', 'nginx.enable = true', 'nginx.enable = false');
  test.each<[string, string]>([
    [
      'under a condition that is not known',
      '{ config, lib, ... }: { my.web.enable = lib.mkIf config.services.x.enable true; }',
    ],
    ['by a function', '{ lib, ... }: { my = lib.genAttrs [ "web" ] (_: { enable = true; }); }'],
    ['by something that is not known', '{ pkgs, ... }: { my.web = pkgs.settings; }'],
    ['by a module that is not known what it says', '{ pkgs, ... }: { config = pkgs.settings; }'],
    ['for a user', '{ home-manager.users.ada = { my.web.enable = true; }; }'],
    ['in a container', '{ containers.box.config = { my.web.enable = true; }; }'],
    ['below a name of its own', '{ hm.my.web.enable = true; }'],
    ['in a module that is written in its place', '{ imports = [ { my.web.enable = true; } ]; }'],
    ['beside the same value elsewhere', 'let on = { enable = true; }; in { x.y = on; my.web = on; }'],
  ])('%s', async (_, text) => {
    expect(await reached(web, { ...fleet, 'hosts/wolfhound.nix': text })).toEqual(['griffin', 'wolfhound']);
  });
});
