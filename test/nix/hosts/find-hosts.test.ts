import { describe, expect, test } from 'vitest';
import { findHosts } from '../../../src/nix/hosts/find-hosts.ts';
import { memoryTree } from '../memory-tree.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

async function named(files: Files): Promise<string[]> {
  const { hosts } = await findHosts(memoryTree(files));
  return hosts.map(({ kind, name, file, line }) => `${kind} ${name} ${file}:${line}`);
}

function flake(outputs: string, more: Files = {}): Files {
  return {
    'flake.nix': `{\n  inputs.nixpkgs.url = "x";\n  outputs = { self, nixpkgs, ... }@inputs:\n${outputs};\n}\n`,
    ...more,
  };
}

const machine = '{ system.stateVersion = "25.05"; }';

const layouts: readonly (readonly [string, Files, readonly string[]])[] = [
  [
    'nixosConfigurations written by hand',
    flake(
      '{ nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ]; };\n nixosConfigurations."b.example.org" = nixpkgs.lib.nixosSystem { }; }',
    ),
    ['host a flake.nix:4', 'host b.example.org flake.nix:5'],
  ],
  [
    'a local helper function',
    flake(
      'let mk = name: extra: nixpkgs.lib.nixosSystem { modules = [ (./hosts + "/${name}") ] ++ extra; };\nin { nixosConfigurations = {\n a = mk "a" [ ];\n b = mk "b" [ ]; }; }',
    ),
    ['host a flake.nix:6', 'host b flake.nix:7'],
  ],
  [
    'genAttrs over a list',
    flake('{ nixosConfigurations = nixpkgs.lib.genAttrs [\n "a"\n "b" ] (name: nixpkgs.lib.nixosSystem { }); }'),
    ['host a flake.nix:5', 'host b flake.nix:6'],
  ],
  [
    'mapAttrs over a set in another file',
    flake(
      '{ nixosConfigurations = builtins.mapAttrs (name: host: nixpkgs.lib.nixosSystem { inherit (host) system; }) (import ./hosts.nix); }',
      {
        'hosts.nix': '{\n  a.system = "x86_64-linux";\n  b = { system = "aarch64-linux"; };\n}\n',
      },
    ),
    ['host a hosts.nix:2', 'host b hosts.nix:3'],
  ],
  [
    'listToAttrs over a mapped list',
    flake(
      '{ nixosConfigurations = builtins.listToAttrs (map (name: { inherit name; value = nixpkgs.lib.nixosSystem { }; }) [ "a" "b" ]); }',
    ),
    ['host a flake.nix:4', 'host b flake.nix:4'],
  ],
  [
    'a folder that is read',
    flake(
      '{ nixosConfigurations = nixpkgs.lib.mapAttrs (name: _: nixpkgs.lib.nixosSystem { modules = [ ./hosts/${name} ]; }) (nixpkgs.lib.filterAttrs (_: kind: kind == "directory") (builtins.readDir ./hosts)); }',
      {
        'hosts/a/default.nix': machine,
        'hosts/b/configuration.nix': machine,
        'hosts/README.md': '',
      },
    ),
    ['host a hosts/a/default.nix:1', 'host b hosts/b/configuration.nix:1'],
  ],
  [
    'names from JSON',
    flake(
      '{ nixosConfigurations = nixpkgs.lib.mapAttrs (name: value: nixpkgs.lib.nixosSystem { }) (builtins.fromJSON (builtins.readFile ./hosts.json)); }',
      {
        'hosts.json': '{\n  "a": { "ip": "10.0.0.1", "b": [ { "c": 1 } ] },\n  "b": {}\n}\n',
      },
    ),
    ['host a hosts.json:2', 'host b hosts.json:3'],
  ],
  [
    'names from TOML',
    flake(
      '{ nixosConfigurations = nixpkgs.lib.mapAttrs (name: value: nixpkgs.lib.nixosSystem { }) (nixpkgs.lib.importTOML ./hosts.toml).hosts; }',
      {
        'hosts.toml': '[hosts.a]\nip = "10.0.0.1"\n[hosts."b.c"]\n',
      },
    ),
    ['host a hosts.toml:1', 'host b.c hosts.toml:3'],
  ],
  [
    'flake-parts, its hosts in an imported module',
    {
      'flake.nix':
        '{ outputs = inputs@{ flake-parts, ... }: flake-parts.lib.mkFlake { inherit inputs; } { imports = [ ./hosts ]; systems = [ ]; }; }',
      'hosts/default.nix':
        '{ inputs, lib, ... }:\n{\n  flake.nixosConfigurations = {\n    a = inputs.nixpkgs.lib.nixosSystem { };\n  };\n  perSystem = { pkgs, ... }: { packages.x = pkgs.hello; };\n}\n',
    },
    ['host a hosts/default.nix:4'],
  ],
  [
    "flake-parts, its hosts made from the flake's own modules",
    {
      'flake.nix':
        '{ outputs = inputs: (inputs.flake-parts.lib.evalFlakeModule { inherit inputs; } ({ self, lib, ... }: {\n flake.nixosModules = { a = { }; b = { }; hosts = { }; };\n myHosts.a.x = 1;\n flake.nixosConfigurations = lib.mapAttrs (name: module: inputs.nixpkgs.lib.nixosSystem { modules = [ module ]; }) (removeAttrs self.nixosModules [ "hosts" ]); })).config.flake; }',
    },
    ['host a flake.nix:2', 'host b flake.nix:2'],
  ],
  [
    'a dendritic tree of flake-parts modules',
    {
      'flake.nix':
        '{ outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } (inputs.import-tree ./modules); }',
      'modules/hosts/a.nix':
        '{ inputs, config, ... }: { flake.nixosConfigurations.a = inputs.nixpkgs.lib.nixosSystem { modules = [ config.flake.modules.nixos.base ]; }; }',
      'modules/base.nix': '{ flake.modules.nixos.base = { networking.hostName = "alpha"; }; }',
      'modules/_off/b.nix': '{ flake.nixosConfigurations.b = 1; }',
    },
    ['host a modules/hosts/a.nix:1'],
  ],
  [
    'a colmena hive in a flake',
    flake('{ colmena = { meta.nixpkgs = 1; defaults = { }; a = { deployment.targetHost = "x"; };\n b = ./b.nix; }; }'),
    ['host a flake.nix:4', 'host b flake.nix:5'],
  ],
  ['hive.nix', { 'hive.nix': '{\n meta = { };\n a = { ... }: { };\n}' }, ['host a hive.nix:3']],
  [
    'a morph network',
    { 'network.nix': '{\n network.description = "x";\n "web.example.org" = _: { };\n}' },
    ['host web.example.org network.nix:3'],
  ],
  [
    'a nixops network',
    { 'nixops.nix': '{\n network.description = "x";\n a = { };\n resources.sshKeyPairs = { };\n}' },
    ['host a nixops.nix:3'],
  ],
  [
    'deploy-rs beside nixosConfigurations names nothing twice',
    flake(
      '{ nixosConfigurations.a = nixpkgs.lib.nixosSystem { };\n deploy.nodes.a.profiles.system.path = inputs.deploy-rs.lib.activate.nixos self.nixosConfigurations.a;\n deploy.nodes.other-name.profiles.system.path = inputs.deploy-rs.lib.activate.nixos self.nixosConfigurations.a; }',
    ),
    ['host a flake.nix:4'],
  ],
  [
    'clan machines',
    {
      'flake.nix':
        '{ outputs = { self, clan-core, ... }: let clan = clan-core.lib.clan { inherit self;\n inventory.machines.a = { };\n inventory.machines.mac.machineClass = "darwin"; }; in { inherit (clan.config) nixosConfigurations darwinConfigurations; }; }',
      'machines/b/configuration.nix': machine,
      'machines/notes/readme.txt': '',
    },
    ['host b machines/b/configuration.nix:1', 'host a flake.nix:2', 'darwin mac flake.nix:3'],
  ],
  [
    'snowfall systems',
    {
      'flake.nix': '{ outputs = inputs: inputs.snowfall-lib.mkFlake { inherit inputs; src = ./.; }; }',
      'systems/x86_64-linux/a/default.nix': machine,
      'systems/aarch64-darwin/mac/default.nix': '{ }',
      'systems/x86_64-linux/empty/notes.txt': '',
    },
    ['host a systems/x86_64-linux/a/default.nix:1', 'darwin mac systems/aarch64-darwin/mac/default.nix:1'],
  ],
  [
    'blueprint hosts',
    {
      'flake.nix': '{ outputs = inputs: inputs.blueprint { inherit inputs; }; }',
      'hosts/a/configuration.nix': machine,
      'hosts/mac/darwin-configuration.nix': '{ }',
    },
    ['host a hosts/a/configuration.nix:1', 'darwin mac hosts/mac/darwin-configuration.nix:1'],
  ],
  [
    'flake-utils-plus hosts with their outputs',
    flake(
      'inputs.utils.lib.mkFlake { inherit self inputs; hostDefaults.modules = [ ./common.nix ];\n hosts.a.modules = [ ./a.nix ];\n hosts.mac = { output = "darwinConfigurations"; system = "aarch64-darwin"; }; }',
      { 'a.nix': machine, 'common.nix': '{ networking.hostName = "alpha"; }' },
    ),
    ['host a flake.nix:5', 'darwin mac flake.nix:6'],
  ],
  [
    'digga hosts in a folder, with what a file says of them',
    {
      'flake.nix':
        '{ outputs = { self, digga, ... }@inputs: digga.lib.mkFlake { inherit self inputs; nixos = ./nixos; }; }',
      'nixos/default.nix':
        '{ self, inputs, ... }: { hostDefaults.modules = [ ]; imports = [ (inputs.digga.lib.importHosts ../hosts) ]; hosts.b = { }; }',
      'hosts/a.nix': machine,
      'hosts/b/default.nix': machine,
    },
    ['host a hosts/a.nix:1', 'host b nixos/default.nix:1'],
  ],
  [
    'flakelight hosts in its folder and in the call',
    {
      'flake.nix':
        '{ outputs = { flakelight, ... }@inputs: flakelight ./. { inherit inputs;\n nixosConfigurations.a = { system = "x86_64-linux"; modules = [ ]; }; }; }',
      'nix/nixos/b/default.nix': '{ system = "x86_64-linux"; modules = [ { networking.hostName = "beta"; } ]; }',
      'nix/nixos/_default.nix': '{ inputs, ... }: { system = "x86_64-linux"; }',
      'nix/home/me.nix': '{ system = "x86_64-linux"; }',
    },
    [
      'host default nix/nixos/_default.nix:1',
      'host b nix/nixos/b/default.nix:1',
      'host a flake.nix:2',
      'home me nix/home/me.nix:1',
    ],
  ],
  [
    'denix hosts, each also in each look',
    {
      'flake.nix':
        '{ outputs = { denix, ... }: { nixosConfigurations = denix.lib.configurations { moduleSystem = "nixos"; homeManagerUser = "me"; paths = [ ./hosts ./rices ]; }; }; }',
      'hosts/a.nix': '{ delib, ... }:\ndelib.host {\n  name = "a";\n}',
      'rices/dark.nix': '{ delib, ... }: delib.rice { name = "dark"; }',
      'rices/base/default.nix': '{ delib, ... }: delib.rice { name = "base"; inheritanceOnly = true; }',
      'rices/base/more.nix': '{ delib, ... }: delib.rice { name = "base"; nixos = { }; }',
    },
    ['host a hosts/a.nix:3', 'host a-dark hosts/a.nix:3'],
  ],
  [
    'den hosts by system and name',
    {
      'flake.nix':
        '{ outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } (inputs.import-tree ./modules); }',
      'modules/hosts.nix':
        '{\n  den.hosts.x86_64-linux.a.users.me = { };\n  den.hosts.aarch64-darwin.mac = { };\n  den.homes.x86_64-linux.me = { };\n}',
    },
    ['host a modules/hosts.nix:2', 'darwin mac modules/hosts.nix:3', 'home me modules/hosts.nix:4'],
  ],
  [
    'configurations that a flake module from elsewhere turns into outputs',
    {
      'flake.nix':
        '{ outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } { imports = [ inputs.other.flakeModules.configs ./systems ]; }; }',
      'systems/default.nix':
        '{\n  configurations.nixos.a.modules = [ ./a ];\n  configurations.darwin.mac.modules = [ ];\n}',
      'systems/a/default.nix': machine,
    },
    ['host a systems/default.nix:2', 'darwin mac systems/default.nix:3'],
  ],
  [
    'easy-hosts: folders only where it is asked for, classes of its own by what they are',
    {
      'flake.nix':
        '{ outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } { easy-hosts = { path = ./hosts; additionalClasses.wsl = "nixos";\n hosts.a.class = "wsl";\n hosts.mac.class = "darwin"; }; }; }',
      'hosts/a/default.nix': machine,
      'hosts/mac/default.nix': '{ }',
      'hosts/notes/default.nix': machine,
    },
    ['host a flake.nix:2', 'darwin mac flake.nix:3'],
  ],
  [
    'easy-hosts: folders by machine and class',
    {
      'flake.nix':
        '{ outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } { easy-hosts = { path = ./hosts; autoConstruct = true; }; }; }',
      'hosts/x86_64-nixos/a/default.nix': machine,
      'hosts/aarch64-darwin/mac/default.nix': '{ }',
      'hosts/x86_64-iso/stick/default.nix': '{ }',
    },
    [
      'installer stick hosts/x86_64-iso/stick/default.nix:1',
      'host a hosts/x86_64-nixos/a/default.nix:1',
      'darwin mac hosts/aarch64-darwin/mac/default.nix:1',
    ],
  ],
  [
    'a flake whose outputs stand in another file, its modules taking arguments first',
    {
      'flake.nix': '{ outputs = inputs: inputs.flakegen ./_outputs.nix inputs; }',
      '_outputs.nix':
        '{ outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } { imports = [ (inputs.flake-parts.lib.importApply ./nixos.nix { names = [ "a" ]; }) ]; }; }',
      'nixos.nix':
        '{ names }: { inputs, ... }: { flake.nixosConfigurations = inputs.nixpkgs.lib.genAttrs names (name: inputs.nixpkgs.lib.nixosSystem { }); }',
    },
    ['host a _outputs.nix:1'],
  ],
  [
    "flake-parts, its hosts in an option of the flake's own, with defaults and conditions",
    {
      'flake.nix':
        '{ outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } { imports = [ ./option.nix ./hosts.nix ]; }; }',
      'option.nix':
        '{ lib, config, inputs, ... }: {\n options.my.hosts = lib.mkOption { default = { }; type = lib.types.attrsOf (lib.types.submodule { options.deployed = lib.mkOption { default = true; }; }); };\n config = lib.mkIf (config.my.hosts != { }) { flake.nixosConfigurations = lib.mapAttrs (name: host: inputs.nixpkgs.lib.nixosSystem { }) (lib.filterAttrs (name: host: host.deployed) config.my.hosts); }; }',
      'hosts.nix': '{\n  my.hosts.a = { };\n  my.hosts.b.deployed = false;\n}',
    },
    ['host a hosts.nix:2'],
  ],
  [
    'flake-parts, its hosts in a partition',
    {
      'flake.nix':
        '{ outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } { partitions.machines.module = ./machines.nix; partitionedAttrs.nixosConfigurations = "machines"; }; }',
      'machines.nix': '{ inputs, ... }: {\n  flake.nixosConfigurations.a = inputs.nixpkgs.lib.nixosSystem { };\n}',
    },
    ['host a machines.nix:2'],
  ],
  [
    "flake-parts, its modules loaded by somebody else's function",
    {
      'flake.nix':
        '{ outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } { imports = inputs.loader.lib.modulesIn ./parts; }; }',
      'parts/a/default.nix': '{ inputs, ... }: { imports = [ ./own.nix ]; }',
      'parts/a/own.nix': '{ inputs, ... }: { flake.nixosConfigurations.a = inputs.nixpkgs.lib.nixosSystem { }; }',
      'parts/_off.nix': '{ inputs, ... }: { flake.nixosConfigurations.b = inputs.nixpkgs.lib.nixosSystem { }; }',
    },
    ['host a parts/a/own.nix:1'],
  ],
  [
    'haumea with a loader and a transformer of the flake',
    flake(
      '{ nixosConfigurations = nixpkgs.lib.mapAttrs (name: path: nixpkgs.lib.nixosSystem { modules = [ path ]; }) (inputs.haumea.lib.load { src = ./hosts; loader = _: path: path; transformer = _: dir: dir.default or dir; }); }',
      { 'hosts/a/default.nix': machine, 'hosts/b.nix': '{ networking.hostName = "beta"; }' },
    ),
    ['host a hosts/a:1', 'host b hosts/b.nix:1'],
  ],
  [
    "evalModules of the flake's own, `mkForce` over what is written plainly",
    flake(
      'let lib = nixpkgs.lib; hosts = (lib.evalModules { modules = [ { options.hosts = lib.mkOption { }; }\n { hosts.a.kind = "server"; hosts.b.kind = lib.mkForce "none"; }\n { hosts.b.kind = "server"; } ]; }).config.hosts; in { nixosConfigurations = lib.mapAttrs (name: host: lib.nixosSystem { }) (lib.filterAttrs (name: host: host.kind == "server") hosts); }',
    ),
    ['host a flake.nix:5'],
  ],
  [
    'machines for each platform, among the packages',
    flake('{ packages.x86_64-linux.nixosConfigurations.a = nixpkgs.lib.nixosSystem { }; }'),
    ['host a flake.nix:4'],
  ],
  [
    "nodes that colmena's makeHive makes, and a machine with something beside it",
    flake(
      'let hive = inputs.colmena.lib.makeHive { meta = { };\n a = { }; }; in { nixosConfigurations = hive.nodes // {\n b = nixpkgs.lib.nixosSystem { } // { note = 1; };\n c = (nixpkgs.lib.nixosSystem { }).extendModules { modules = [ ]; }; }; }',
    ),
    ['host a flake.nix:5', 'host b flake.nix:6', 'host c flake.nix:7'],
  ],
  [
    "outputs that somebody else's function makes of one of ours",
    {
      'flake.nix': '{ outputs = _: import ./.; }',
      'default.nix':
        'let sources = import ./npins; in import sources.with-inputs sources { } (inputs: { nixosConfigurations.a = inputs.nixpkgs.lib.nixosSystem { }; })',
      'npins/default.nix': '{ broken = throw "fetches"; }',
      'npins/sources.json': '{}',
    },
    ['host a default.nix:1'],
  ],
  [
    'systems from pinned sources in a file of any name, without a flake',
    {
      'system.nix':
        'let sources = import ./npins; mk = name: import "${sources.nixpkgs}/nixos/lib/eval-config.nix" { modules = [ ./${name}.nix ]; }; in {\n a = mk "a";\n b = mk "b"; }',
      'npins/default.nix': '{ }',
      'npins/sources.json': '{}',
      'a.nix': machine,
      'b.nix': machine,
    },
    ['host a system.nix:2', 'host b system.nix:3'],
  ],
  [
    'a flake within the repository, given as an input',
    {
      'flake.nix':
        '{ inputs.core.url = "path:./core";\n outputs = inputs: { nixosConfigurations = inputs.core.lib.machines { inherit inputs; }; }; }',
      'core/flake.nix':
        '{ outputs = _: { lib.machines = { inputs }: {\n a = inputs.nixpkgs.lib.nixosSystem { }; }; }; }',
    },
    ['host a core/flake.nix:2'],
  ],
  [
    'den hosts without their platform, and one that is nowhere among the outputs',
    {
      'flake.nix':
        '{ outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } (inputs.import-tree ./modules); }',
      'modules/hosts.nix':
        '{\n  den.hosts.a = { };\n  den.hosts.mac.system = "aarch64-darwin";\n  den.hosts.x86_64-linux.guest.intoAttr = [ ];\n}',
    },
    ['host a modules/hosts.nix:2', 'darwin mac modules/hosts.nix:3'],
  ],
  [
    'nodes of the tests in `checks`',
    flake(
      '{ nixosConfigurations.a = nixpkgs.lib.nixosSystem { };\n checks.x86_64-linux.boots = nixpkgs.legacyPackages.x86_64-linux.testers.runNixOSTest { name = "boots"; nodes = {\n server = { };\n a = { }; }; testScript = ""; };\n checks.x86_64-linux.format = 1; }',
    ),
    ['host a flake.nix:4', 'test server flake.nix:6'],
  ],
  [
    'import-tree behind a filter',
    {
      'flake.nix':
        '{ outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } (inputs.import-tree.filterNot (f: f == 1) ./m); }',
      'm/a.nix': '{ inputs, ... }: { flake.nixosConfigurations.a = inputs.nixpkgs.lib.nixosSystem { }; }',
    },
    ['host a m/a.nix:1'],
  ],
  [
    'folders without a flake, shared ones left out',
    {
      'hosts/a/configuration.nix': machine,
      'hosts/b/default.nix': '{ networking.hostName = "beta"; }',
      'hosts/common/default.nix': machine,
      'hosts/snippets/default.nix': '{ programs.vim.enable = true; }',
      'hosts/empty/README.md': '',
    },
    ['host a hosts/a/configuration.nix:1', 'host b hosts/b/default.nix:1'],
  ],
  [
    'parts of machines beside them in their folder',
    {
      'config/machines/a.nix': '{ imports = [ ./disk-a.nix ]; system.stateVersion = "25.05"; }',
      'config/machines/disk-a.nix': '{ fileSystems."/".device = "x"; }',
    },
    ['host a config/machines/a.nix:1'],
  ],
  [
    'guesses beside names that are known, but for what those are made of',
    flake(
      '{ nixosConfigurations = unknown { } // {\n a = nixpkgs.lib.nixosSystem { modules = [ ./hosts/a.nix ]; }; }; }',
      { 'hosts/a.nix': '{ imports = [ ./disk.nix ]; }', 'hosts/disk.nix': machine, 'hosts/b.nix': machine },
    ),
    ['host a flake.nix:5', 'host b hosts/b.nix:1'],
  ],
  [
    'a lone /etc/nixos',
    { 'configuration.nix': '{ networking.hostName = "griffin"; }' },
    ['host griffin configuration.nix:1'],
  ],
  [
    'eval-config of a pinned nixpkgs',
    {
      'default.nix':
        'let sources = import ./npins; in {\n  a = import "${sources.nixpkgs}/nixos/lib/eval-config.nix" { modules = [ ./a.nix ]; };\n}',
      'npins/default.nix':
        'builtins.mapAttrs (_: x: fetchTarball x) (builtins.fromJSON (builtins.readFile ./sources.json)).pins',
      'npins/sources.json': '{"pins": {"nixpkgs": {"url": "x"}}}',
    },
    ['host a default.nix:2'],
  ],
];

describe('every layout', () => {
  test.each(layouts)('%s', async (_, files, expected) => {
    expect(await named(files)).toEqual(expected);
  });
});

describe('traps', () => {
  test('commented-out hosts are none', async () => {
    expect(
      await named(
        flake(
          '{ nixosConfigurations = { a = nixpkgs.lib.nixosSystem { }; # b = nixpkgs.lib.nixosSystem { };\n /* c = nixpkgs.lib.nixosSystem { }; */ }; }',
        ),
      ),
    ).toEqual(['host a flake.nix:4']);
  });

  test('a host name that differs from the attribute is told', async () => {
    const { hosts } = await findHosts(
      memoryTree(
        flake('{ nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ]; }; }', {
          'a.nix': '{ networking.hostName = "alpha"; }',
        }),
      ),
    );
    expect(hosts).toMatchObject([{ name: 'a', hostName: 'alpha', confidence: 'certain' }]);
  });

  test('two hosts may share a file', async () => {
    expect(
      await named(
        flake(
          '{ nixosConfigurations = nixpkgs.lib.genAttrs [ "a" "b" ] (name: nixpkgs.lib.nixosSystem { modules = [ ./both.nix ]; }); }',
          { 'both.nix': machine },
        ),
      ),
    ).toHaveLength(2);
  });

  test('guests, installers, Darwin and home configurations have their own kind', async () => {
    const files = flake(
      '{ nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ { containers.db.config = { }; } ]; };\n nixosConfigurations.iso = nixpkgs.lib.nixosSystem { modules = [ "${nixpkgs}/nixos/modules/installer/cd-dvd/installation-cd-minimal.nix" ]; };\n darwinConfigurations.mac = inputs.darwin.lib.darwinSystem { };\n homeConfigurations.me = inputs.home-manager.lib.homeManagerConfiguration { }; }',
    );
    expect(await named(files)).toEqual([
      'host a flake.nix:4',
      'installer iso flake.nix:5',
      'darwin mac flake.nix:6',
      'home me flake.nix:7',
      'guest db flake.nix:4',
    ]);
  });

  test('git-crypt ciphertext, a syntax error elsewhere and an absent submodule are said, and the rest is read', async () => {
    // A short ciphertext may be a text by chance.
    const cipher = Uint8Array.from([0, ...new TextEncoder().encode('GITCRYPT'), 0, 97, 98]);
    const tree = memoryTree(
      flake('{ nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./broken.nix ./secret.nix ]; }; }', {
        'broken.nix': '{ a = ; }',
        'secret.nix': cipher,
        sub: '@submodule',
      }),
    );
    const { hosts, unread } = await findHosts(tree);
    expect(hosts.map(({ name }) => name)).toEqual(['a']);
    expect(unread.map(({ file, line, why }) => `${file}:${line} ${why}`)).toEqual([
      'secret.nix:1 encrypted by git-crypt',
      'sub:1 a submodule, whose files are elsewhere',
      'broken.nix:1 syntax error: unexpected ";"',
    ]);
  });

  test('what the config file names is a host, found or not, and its mistakes are said', async () => {
    const key = (first: string) => `host_key: "SHA256:${first}7DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"`;
    const config = `hosts:\n  a: {address: a, ${key('4')}}\n  live: {address: b, ${key('5')}}\n  c: {address: c, attribute: gone, ${key('6')}}\n`;
    const files = flake(
      '{ nixosConfigurations.a = nixpkgs.lib.nixosSystem { };\n nixosConfigurations.live = nixpkgs.lib.nixosSystem { }; }',
    );
    const { hosts } = await findHosts(memoryTree({ ...files, '.github/fleetwright.yml': config }));
    expect(hosts.map(({ name, kind, file, line, how }) => `${kind} ${name} ${file}:${line} ${how}`)).toEqual([
      'host a flake.nix:4 nixosConfigurations in flake.nix',
      'host live flake.nix:5 nixosConfigurations in flake.nix; hosts.live in .github/fleetwright.yml',
      'host gone .github/fleetwright.yml:4 hosts.c in .github/fleetwright.yml',
    ]);
    const wrong = await findHosts(memoryTree({ ...files, '.github/fleetwright.yml': 'hosts:\n  a: {adress: x}\n' }));
    expect(wrong.hosts.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['host a', 'installer live']);
    expect(wrong.unread).toMatchObject([{ file: '.github/fleetwright.yml', line: 2 }, { line: 2 }, { line: 2 }]);
  });

  test('a machine made for tests is one, and a host that is a virtual machine is a host', async () => {
    const vm = '"${nixpkgs}/nixos/modules/virtualisation/qemu-vm.nix"';
    const files = flake(
      `{ nixosConfigurations.web-vm = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };\n nixosConfigurations.web-test = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ${vm} ]; }; }`,
      { 'web.nix': machine },
    );
    expect(await named(files)).toEqual(['host web-vm flake.nix:4', 'test web-test flake.nix:5']);
  });

  test('hosts that cannot be told are said, and folders that look like hosts are guessed', async () => {
    const files = flake('{ nixosConfigurations = inputs.magic.lib.hosts ./.; }', {
      'hosts/a/configuration.nix': machine,
    });
    const { hosts, unread } = await findHosts(memoryTree(files));
    expect(hosts).toMatchObject([{ name: 'a', confidence: 'guess' }]);
    expect(unread).toMatchObject([{ file: 'flake.nix', line: 4 }]);
  });

  test('links in a loop and links out of the repository end somewhere', async () => {
    const files = {
      'configuration.nix': '{ imports = [ ./x.nix ./y.nix ]; }',
      'x.nix': '->y.nix',
      'y.nix': '->x.nix',
      'out.nix': '->../../etc/passwd.nix',
      'self.nix': '->self.nix',
    };
    const { hosts, unread } = await findHosts(memoryTree(files));
    expect(hosts).toHaveLength(1);
    expect(unread.map(({ file, why }) => `${file}: ${why}`)).toEqual([
      'out.nix: a link that leads out of the repository',
      'self.nix: a link that leads back to itself',
      'x.nix: a link that leads back to itself',
      'y.nix: a link that leads back to itself',
    ]);
  });

  test('a flake that calls itself without end gives an answer', async () => {
    const files = flake(
      'let f = x: f { inherit x; }; g = n: [ (g (n + 1)) ]; in { nixosConfigurations = { a = f 1; b = nixpkgs.lib.nixosSystem { modules = g 1; }; }; }',
    );
    expect(await named(files)).toEqual(['host a flake.nix:4', 'host b flake.nix:4']);
  });

  test.each([
    ['parentheses', `${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
    ['sets', `${'{ a = '.repeat(50_000)}1${'; }'.repeat(50_000)}`],
    [
      'sets in two spellings',
      `{ x = ${'{ a = '.repeat(20_000)}1${'; }'.repeat(20_000)}; x = ${'{ a = '.repeat(20_000)}{ }${'; }'.repeat(20_000)}; }`,
    ],
    ['lists', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['calls', `${'f ('.repeat(50_000)}1${')'.repeat(50_000)}`],
    ['conditions', `${'if x then 1 else '.repeat(20_000)}1`],
    ['updates', `${'{ } // '.repeat(20_000)}{ }`],
    ['functions', `${'x: '.repeat(50_000)}1`],
  ])('a module of fifty thousand nested %s ends somewhere', async (_, text) => {
    const tree = memoryTree(
      flake('{ nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./deep.nix ]; }; }', { 'deep.nix': text }),
    );
    expect((await findHosts(tree)).hosts).toHaveLength(1);
  });
});
