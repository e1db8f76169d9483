import type { Files } from './drv-judge.ts';
import { type Dice, oneOf } from './mutate.ts';

/**
 * Fleets whose machines share all modules and are told apart by options: profiles that switch modules on, roles that
 * are texts or lists, options that nobody sets, users with modules of their own, packages and overlays, a library,
 * options of other machines, and inputs of which each machine uses some.
 */
export function optionFleet(roll: Dice): Files {
  const names = ['ada', 'bob', 'cyd', 'dot'].slice(0, 2 + roll(3));
  const modules = Array.from({ length: 3 + roll(4) }, (_, at) => `s${at}`);
  const profiles = ['desk', 'server'];
  const files: Record<string, string> = {
    'flake.nix': flakeText(roll, names),
    'flake.lock': lockText(roll),
    'lib/default.nix': `{ lib }: { mkBool = default: lib.mkOption { inherit default; }; on = { enable = true; }; greet = name: "hello " + name; unused = x: x; }`,
    'pkgs/tool.nix': '{ stdenv }: stdenv.mkDerivation { name = "tool"; src = ../data/shared.txt; }',
    'pkgs/other.nix': '{ stdenv }: stdenv.mkDerivation { name = "other"; flags = [ "a" "b" ]; }',
    'overlays/default.nix':
      'final: prev: { patched = prev.tool.overrideAttrs (old: { patch = "one"; }); wrapped = prev.hello; }',
    'data/shared.txt': 'shared',
    'users/kim.nix': userText(roll, modules),
    'modules/roles.nix': `{ lib, config, ... }: {
  options.fleet.role = lib.mkOption { type = lib.types.str; default = "none"; };
  options.fleet.tags = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; };
  options.fleet.port = lib.mkOption { type = lib.types.port; default = 80; };
  options.fleet.note = lib.mkOption { type = lib.types.nullOr lib.types.str; default = null; };
  config.env.role = config.fleet.role;
}`,
  };
  for (const name of modules) files[`modules/${name}.nix`] = serviceText(roll, name, modules, names);
  for (const name of profiles) files[`modules/${name}.nix`] = profileText(roll, name, modules);
  files['modules/default.nix'] =
    `{\n${[...modules, ...profiles, 'roles'].map((name) => `  ${name} = ./${name}.nix;`).join('\n')}\n}`;
  for (const name of names) files[`hosts/${name}.nix`] = hostText(roll, name, modules);
  return files;
}

function hostText(roll: Dice, name: string, modules: readonly string[]): string {
  const module = oneOf(roll, modules);
  const lines = [
    `my.${module}.enable = true;`,
    `my.${module}.enable = lib.mkForce false;`,
    `my.${module} = mylib.on;`,
    'profiles.desk.enable = true;',
    'profiles.server.enable = true;',
    'profiles = { server.enable = lib.mkDefault true; };',
    `fleet.role = "${oneOf(roll, ['web', 'db', 'none'])}";`,
    'fleet.tags = [ "web" ];',
    'fleet.note = "here";',
    `my = lib.genAttrs [ "${module}" ] (_: { enable = true; });`,
    `\${"my"}.${module}.level = 3;`,
    'home-manager.users.kim = import ../users/kim.nix;',
    `home-manager.users.kim = { my.${module}.enable = true; };`,
    'environment.systemPackages = [ (pkgs.callPackage ../pkgs/tool.nix { }) ];',
    'nixpkgs.overlays = [ (import ../overlays) ]; env.patched = pkgs.wrapped;',
    'imports = [ inputs.sops.nixosModules.default ];',
    'env.input = inputs.colors.rev;',
    'env.all = lib.mapAttrs (_: input: input.rev or "none") (removeAttrs inputs [ "self" ]);',
    'env.file = "${inputs.colors}/theme";',
  ];
  const own = lines.filter((line) => roll(5) === 0 && line !== '');
  // A name may be said once; the rest is merged by the module system.
  const parts = own.map((line) => `    { ${line.replace(/imports = /, 'imports = ')} }`);
  return `{ config, lib, pkgs, inputs, mylib, ... }: {\n  imports = [\n${parts.join('\n')}\n  ];\n  networking.hostName = "${name}";\n}`;
}

function serviceText(roll: Dice, name: string, modules: readonly string[], names: readonly string[]): string {
  const [other, host] = [oneOf(roll, modules), oneOf(roll, names)];
  const condition = oneOf(roll, [
    'cfg.enable',
    'cfg.enable',
    'cfg.enable',
    'cfg.enable && cfg.level > 1',
    'config.fleet.role == "web"',
    'builtins.elem "web" config.fleet.tags',
    'config.fleet.note != null',
    `cfg.enable || config.my.${other}.enable`,
    'config.profiles.server.enable',
    '!config.profiles.desk.enable',
  ]);
  const body = oneOf(roll, [
    `env.${name} = "on";`,
    `env.${name} = toString cfg.level;`,
    `env.${name} = builtins.readFile ../data/shared.txt;`,
    `env.${name} = mylib.greet "${name}";`,
    `env.${name} = pkgs.callPackage ../pkgs/other.nix { };`,
    `env.${name} = self.nixosConfigurations.${host}.config.fleet.role;`,
    `env.${name} = self.nixosConfigurations.${host}.config.my.${name}.level;`,
    `env.${name} = lib.mapAttrsToList (_: m: m.config.fleet.port) self.nixosConfigurations;`,
    `env.${name} = config.networking.hostName;`,
    `env.${name} = lib.optionalString (config.fleet.role == "db") "db";`,
    `env.${name} = inputs.colors.rev;`,
    `env.${name} = lib.attrNames config.my;`,
    `env.${name} = if cfg.enable then [ "a" ] else [ "b" ];`,
    `fleet.tags = [ "${name}" ];`,
    `my.${other}.level = lib.mkDefault 5;`,
  ]);
  const more = oneOf(roll, [
    '',
    `env.more${name} = lib.mkIf (config.fleet.port == 80) "std";`,
    `fleet.port = lib.mkDefault 80;`,
  ]);
  return `{ config, lib, pkgs, self, inputs, mylib, ... }:
let cfg = config.my.${name}; in {
  options.my.${name} = {
    enable = ${oneOf(roll, ['lib.mkEnableOption "it"', 'mylib.mkBool false', 'lib.mkOption { type = lib.types.bool; default = false; }', 'lib.mkOption { default = config.profiles.desk.enable; }'])};
    level = lib.mkOption { type = lib.types.int; default = ${roll(3)}; };
  };
  config = ${oneOf(roll, [`lib.mkIf (${condition}) { ${body} }`, `lib.mkIf (${condition}) { ${body} }`, `lib.mkMerge [ (lib.mkIf (${condition}) { ${body} }) { ${more} } ]`])};
}`;
}

function profileText(roll: Dice, name: string, modules: readonly string[]): string {
  const [one, two] = [oneOf(roll, modules), oneOf(roll, modules)];
  const body = oneOf(roll, [
    `my.${one}.enable = true;`,
    `my.${one}.enable = lib.mkDefault true;`,
    `my = { ${one}.enable = true; };`,
    `my.${one} = mylib.on; fleet.tags = [ "${name}" ];`,
    `home-manager.users.kim = { profile = "${name}"; };`.replace('home-manager.users.kim', 'env.home'),
  ]);
  return `{ config, lib, mylib, ... }: {
  options.profiles.${name}.enable = lib.mkEnableOption "${name}";
  config = lib.mkIf config.profiles.${name}.enable { ${body} env.${name} = config.my.${two}.level; };
}`;
}

function userText(roll: Dice, modules: readonly string[]): string {
  const module = oneOf(roll, modules);
  return oneOf(roll, [
    `{ lib, config, osConfig ? { }, ... }: { options.my.${module}.enable = lib.mkEnableOption "x"; config = lib.mkIf config.my.${module}.enable { here = "yes"; }; }`,
    `{ lib, config, ... }: { options.shell.enable = lib.mkEnableOption "x"; config = lib.mkMerge [ { name = "kim"; } (lib.mkIf config.shell.enable { shell.rc = "a"; }) ]; }`.replace(
      'shell.rc',
      'rc',
    ),
    `{ ... }: { name = "kim"; list = [ "a" "b" ]; }`,
    `{ osConfig, ... }: { name = osConfig.networking.hostName; }`,
  ]);
}

function lockText(roll: Dice): string {
  const rev = (): string => `r${roll(9)}`;
  const inputs = { nixpkgs: 'nixpkgs', stable: 'stable', sops: 'sops', colors: 'colors' };
  const nodes = {
    root: { inputs },
    nixpkgs: { locked: { rev: rev() } },
    stable: { locked: { rev: rev() } },
    sops: { locked: { rev: rev() }, inputs: { nixpkgs: 'stable' } },
    colors: { locked: { rev: rev() } },
  };
  return JSON.stringify({ version: 7, root: 'root', nodes }, null, 2);
}

function flakeText(roll: Dice, names: readonly string[]): string {
  const [stable] = names;
  return `{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  inputs.stable.url = "github:NixOS/nixpkgs/stable";
  inputs.sops = { url = "github:Mic92/sops-nix"; inputs.nixpkgs.follows = "stable"; };
  inputs.colors.url = "github:a/colors";
  outputs = { self, nixpkgs, stable, ... }@inputs:
    let
      lib = nixpkgs.lib;
      mylib = import ./lib { inherit lib; };
      mk = from: name: from.lib.nixosSystem {
        specialArgs = { inherit inputs self mylib; };
        modules = ${oneOf(roll, ['builtins.attrValues self.nixosModules', 'lib.attrValues (import ./modules)', 'map (name: self.nixosModules.${name}) (lib.attrNames self.nixosModules)'])} ++ [ (./hosts + "/\${name}.nix") ];
      };
    in {
      nixosModules = import ./modules;
      nixosConfigurations = lib.genAttrs [ ${names.map((name) => `"${name}"`).join(' ')} ] (name: mk ${oneOf(roll, ['nixpkgs', `(if name == "${stable}" then stable else nixpkgs)`])} name);
      devShells.x86_64-linux.default = nixpkgs.mkShell { name = "dev"; };
      formatter.x86_64-linux = inputs.colors.packages.x86_64-linux.default;
    };
}`;
}
