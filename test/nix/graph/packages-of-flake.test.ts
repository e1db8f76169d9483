import { describe, expect, test } from 'vitest';
import { affectedBy } from '../../../src/nix/graph/affected.ts';
import { readFleet } from '../../../src/nix/hosts/find-hosts.ts';
import { memoryTree } from '../memory-tree.ts';

type Files = Readonly<Record<string, string>>;

async function reached(base: Files, change: Files): Promise<string[]> {
  const readings = await Promise.all([readFleet(memoryTree(base)), readFleet(memoryTree({ ...base, ...change }))]);
  return affectedBy(...readings, Object.keys(change))
    .map(({ name }) => name)
    .sort();
}

const perSystem = `perSystem = { pkgs, self', ... }: { packages.foo = pkgs.callPackage ./pkgs/foo.nix { }; packages.bar = self'.packages.foo; };`;

function parts(modules: string, more = '', fn = '{ withSystem, ... }: '): string {
  return `{ outputs = inputs@{ self, nixpkgs, flake-parts, ... }: flake-parts.lib.mkFlake { inherit inputs; } (${fn}{
    systems = [ "x86_64-linux" ];
    ${perSystem}
    ${more}
    flake.nixosConfigurations.user = ${modules};
    flake.nixosConfigurations.other = nixpkgs.lib.nixosSystem { modules = [ ./other.nix ]; };
  }); }`;
}

const files: Files = {
  'pkgs/foo.nix': '{ stdenv }: stdenv.mkDerivation { name = "foo"; version = "1"; }',
  'user.nix': '{ }',
  'other.nix': '{ }',
};
const change: Files = { 'pkgs/foo.nix': '{ stdenv }: stdenv.mkDerivation { name = "foo"; version = "2"; }' };
const plain = `nixpkgs.lib.nixosSystem { specialArgs = { inherit self inputs; }; modules = [ ./user.nix ]; }`;

describe('a package of the flake reaches the hosts that have it', () => {
  test.each<[string, Files]>([
    [
      'self.packages.${system}',
      { 'flake.nix': parts(plain), 'user.nix': '{ self, pkgs, ... }: { p = [ self.packages.${pkgs.system}.foo ]; }' },
    ],
    [
      'self.packages of one platform',
      { 'flake.nix': parts(plain), 'user.nix': '{ self, ... }: { p = [ self.packages.x86_64-linux.foo ]; }' },
    ],
    [
      'inputs.self.packages',
      {
        'flake.nix': parts(plain),
        'user.nix': '{ inputs, pkgs, ... }: { p = [ inputs.self.packages.${pkgs.stdenv.hostPlatform.system}.foo ]; }',
      },
    ],
    [
      'through another package',
      { 'flake.nix': parts(plain), 'user.nix': '{ self, pkgs, ... }: { p = [ self.packages.${pkgs.system}.bar ]; }' },
    ],
    [
      "withSystem and self'",
      {
        'flake.nix': parts(
          `withSystem "x86_64-linux" ({ self', ... }: nixpkgs.lib.nixosSystem { specialArgs = { inherit self'; }; modules = [ ./user.nix ]; })`,
        ),
        'user.nix': "{ self', ... }: { p = [ self'.packages.foo ]; }",
      },
    ],
    [
      'withSystem and config',
      {
        'flake.nix': parts(
          `withSystem "x86_64-linux" ({ config, ... }: nixpkgs.lib.nixosSystem { specialArgs.packages = config.packages; modules = [ ./user.nix ]; })`,
        ),
        'user.nix': '{ packages, ... }: { p = [ packages.foo ]; }',
      },
    ],
    [
      'withSystem in a module',
      {
        'flake.nix': parts(
          `nixpkgs.lib.nixosSystem { modules = [ (flake-parts.lib.importApply ./user.nix { inherit withSystem; }) ]; }`,
        ),
        'user.nix':
          '{ withSystem }: { pkgs, ... }: { p = withSystem pkgs.system ({ config, ... }: [ config.packages.foo ]); }',
      },
    ],
    [
      "specialArgs self' by hand",
      {
        'flake.nix': parts(
          `withSystem "x86_64-linux" (ctx@{ self', inputs', ... }: nixpkgs.lib.nixosSystem { specialArgs = { inherit inputs'; packages = self'.packages; }; modules = [ ./user.nix ]; })`,
        ),
        'user.nix': '{ packages, ... }: { p = [ packages.foo ]; }',
      },
    ],
    [
      'moduleWithSystem',
      {
        'flake.nix': parts(
          `nixpkgs.lib.nixosSystem { modules = [ self.nixosModules.user ]; }`,
          "flake.nixosModules.user = moduleWithSystem (perSystem@{ self', config }: { ... }: { p = [ self'.packages.foo ]; });",
          '{ withSystem, moduleWithSystem, ... }: ',
        ),
      },
    ],
    [
      'an overlay of them',
      {
        'flake.nix': parts(
          `nixpkgs.lib.nixosSystem { modules = [ { nixpkgs.overlays = [ self.overlays.default ]; } ./user.nix ]; }`,
          'flake.overlays.default = final: prev: withSystem prev.stdenv.hostPlatform.system ({ config, ... }: { inherit (config.packages) foo; });',
        ),
        'user.nix': '{ pkgs, ... }: { p = [ pkgs.foo ]; }',
      },
    ],
    [
      'easyOverlay',
      {
        'flake.nix': parts(
          `nixpkgs.lib.nixosSystem { modules = [ { nixpkgs.overlays = [ self.overlays.default ]; } ./user.nix ]; }`,
          'imports = [ flake-parts.flakeModules.easyOverlay ];',
        ).replace('packages.bar =', "overlayAttrs = { inherit (self'.packages) foo; }; packages.bar ="),
        'user.nix': '{ pkgs, ... }: { p = [ pkgs.foo ]; }',
      },
    ],
    [
      'perSystem in a module of its own',
      {
        'flake.nix': `{ outputs = inputs@{ self, nixpkgs, flake-parts, ... }: flake-parts.lib.mkFlake { inherit inputs; } {
          systems = [ "x86_64-linux" ]; imports = [ ./parts/packages.nix ];
          flake.nixosConfigurations.user = ${plain};
          flake.nixosConfigurations.other = nixpkgs.lib.nixosSystem { modules = [ ./other.nix ]; }; }; }`,
        'parts/packages.nix':
          '{ perSystem = { pkgs, ... }: { packages = { foo = pkgs.callPackage ../pkgs/foo.nix { }; }; }; }',
        'user.nix': '{ self, pkgs, ... }: { p = [ self.packages.${pkgs.system}.foo ]; }',
      },
    ],
    [
      'plain outputs',
      {
        'flake.nix': `{ outputs = { self, nixpkgs }: {
          packages.x86_64-linux.foo = nixpkgs.legacyPackages.x86_64-linux.callPackage ./pkgs/foo.nix { };
          nixosConfigurations.user = ${plain.replace(' inputs', '')};
          nixosConfigurations.other = nixpkgs.lib.nixosSystem { modules = [ ./other.nix ]; }; }; }`,
        'user.nix': '{ self, pkgs, ... }: { p = [ self.packages.${pkgs.system}.foo ]; }',
      },
    ],
    [
      'flake-utils',
      {
        'flake.nix': `{ outputs = { self, nixpkgs, flake-utils }: flake-utils.lib.eachDefaultSystem (system: {
          packages.foo = nixpkgs.legacyPackages.\${system}.callPackage ./pkgs/foo.nix { }; }) // {
          nixosConfigurations.user = ${plain.replace(' inputs', '')};
          nixosConfigurations.other = nixpkgs.lib.nixosSystem { modules = [ ./other.nix ]; }; }; }`,
        'user.nix': '{ self, pkgs, ... }: { p = [ self.packages.${pkgs.system}.foo ]; }',
      },
    ],
    [
      'a set in one module and a function in another',
      {
        'flake.nix': parts(
          plain,
          'imports = [ { perSystem.formatter = 1; } { perSystem = { ... }: { checks = { }; }; } ];',
        ),
        'user.nix': '{ self, pkgs, ... }: { p = [ self.packages.${pkgs.system}.foo ]; }',
      },
    ],
    [
      'platforms that an input lists',
      {
        'flake.nix': parts(plain).replace('[ "x86_64-linux" ]', 'import inputs.systems'),
        'user.nix':
          '{ self, pkgs, ... }: { p = [ self.packages.${pkgs.system}.foo self.packages.riscv64-linux.bar ]; }',
      },
    ],
    [
      'packages of a function that is not ours',
      {
        'flake.nix': parts(plain).replace(
          'packages.foo = pkgs.callPackage ./pkgs/foo.nix { };',
          'packages = inputs.x.lib.packagesIn ./pkgs;',
        ),
        'user.nix': '{ self, pkgs, ... }: { p = [ self.packages.${pkgs.system}.foo ]; }',
      },
    ],
    [
      'packages of a module that perSystem imports',
      {
        'flake.nix': parts(plain).replace(
          'packages.foo = pkgs.callPackage ./pkgs/foo.nix { };',
          'imports = [ ./pkgs ];',
        ),
        'pkgs/default.nix':
          '{ pkgs, lib, ... }: { packages = lib.mkIf pkgs.stdenv.isLinux { foo = pkgs.callPackage ./foo.nix { }; }; }',
        'user.nix': '{ self, pkgs, ... }: { p = [ self.packages.${pkgs.system}.foo ]; }',
      },
    ],
    [
      'packages that perSystem sets as its own',
      {
        'flake.nix': parts(plain).replace(
          'packages.foo = pkgs.callPackage ./pkgs/foo.nix { };',
          '_module.args.pkgs = import nixpkgs { overlays = [ (final: prev: { foo = prev.callPackage ./pkgs/foo.nix { }; }) ]; }; packages.foo = pkgs.foo;',
        ),
        'user.nix': '{ self, pkgs, ... }: { p = [ self.packages.${pkgs.system}.foo ]; }',
      },
    ],
  ])('%s', async (_, said) => {
    expect(await reached({ ...files, ...said }, change)).toContain('user');
  });

  test('and leaves out a host that has another package', async () => {
    const said = {
      'flake.nix': parts(plain).replace("self'.packages.foo", 'pkgs.hello'),
      'user.nix': '{ self, ... }: { p = [ self.packages.x86_64-linux.bar ]; }',
    };
    expect(await reached({ ...files, ...said }, change)).toEqual([]);
  });
});
