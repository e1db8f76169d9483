import type { Files } from './drv-judge.ts';
import { type Dice, oneOf } from './mutate.ts';

/**
 * Small fleets of many shapes: hosts from a table, a list, a folder or written one by one; the table in the flake, in
 * a file of its own, in JSON or TOML; modules that import each other, that an option enables, that read files, other
 * hosts' values and the table.
 */
export function randomFleet(roll: Dice): Files {
  const names = ['ada', 'bob', 'cyd', 'dot'].slice(0, 2 + roll(3));
  const count = 3 + roll(4);
  const modules = Array.from({ length: count }, (_, at) => `m${at}`);
  const files: Record<string, string> = { ...tableFiles(roll, names), ...hostFiles(roll, names, modules) };
  for (const [at, name] of modules.entries()) files[`modules/${name}.nix`] = moduleText(roll, at, modules, names);
  files['parts/one.nix'] = '{ parts.one = 1; }';
  files['parts/two.nix'] = '{ config, ... }: { parts.two = config.networking.hostName; }';
  files['data/shared.txt'] = 'shared';
  for (const name of names) files[`data/${name}.txt`] = `of ${name}`;
  return { ...files, 'flake.nix': flakeText(roll, names) };
}

function tableFiles(roll: Dice, names: readonly string[]): Record<string, string> {
  const rows = names.map((name, at) => ({
    name,
    ip: `10.0.0.${at}`,
    roles: at % 2 === 0 ? ['web'] : ['db', 'web'],
    on: at !== 1,
  }));
  const nix = rows.map(
    ({ name, ip, roles, on }) =>
      `  ${name} = { ip = "${ip}"; roles = [ ${roles.map((role) => `"${role}"`).join(' ')} ]; on = ${on}; };`,
  );
  const json = JSON.stringify(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])), null, 2);
  const toml = rows
    .map(({ name, ip, roles, on }) => `[${name}]\nip = "${ip}"\nroles = ${JSON.stringify(roles)}\non = ${on}\n`)
    .join('\n');
  const dotted = rows.map(
    ({ name, ip, on }) => `  ${name}.ip = "${ip}";\n  ${name}.roles = [ ];\n  ${name}.on = ${on};`,
  );
  switch (roll(5)) {
    case 0:
      return { 'table.json': json, 'table.nix': 'builtins.fromJSON (builtins.readFile ./table.json)' };
    case 1:
      return { 'table.toml': toml, 'table.nix': 'builtins.fromTOML (builtins.readFile ./table.toml)' };
    case 2:
      return { 'table.nix': `{\n${dotted.join('\n')}\n}` };
    case 3:
      return {
        'table.nix': `let base = { on = true; roles = [ ]; }; in builtins.mapAttrs (name: own: base // own) {\n${nix.join('\n')}\n}`,
      };
    default:
      return { 'table.nix': `{\n${nix.join('\n')}\n}` };
  }
}

function hostFiles(roll: Dice, names: readonly string[], modules: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const own = modules.filter(() => roll(3) === 0).map((module) => `../../modules/${module}.nix`);
      const enabled = modules.filter(() => roll(4) === 0).map((module) => `my.${module}.enable = true;`);
      const more = [
        `environment.text = builtins.readFile ../../data/${name}.txt;`,
        'parts.folder = ../../parts;',
        `users = { root = "${name}"; };`,
        '',
      ];
      const text = `{ config, lib, table, ... }: {\n  imports = [ ${own.join(' ')} ];\n  networking.hostName = "${name}";\n  ${enabled.join('\n  ')}\n  ${oneOf(roll, more)}\n}`;
      return [`hosts/${name}/default.nix`, text];
    }),
  );
}

/** A module imports only such as come after it, so that no two import each other. */
function moduleText(roll: Dice, at: number, modules: readonly string[], names: readonly string[]): string {
  const name = modules[at] ?? '';
  const later = modules.slice(at + 1);
  const [host, module] = [oneOf(roll, names), later.length > 0 ? oneOf(roll, later) : null];
  const imports =
    module === null
      ? ['[ ]']
      : [
          `[ ./${module}.nix ]`,
          `map (x: ./. + "/\${x}.nix") [ "${module}" ]`,
          `lib.optional (hostId == "${host}") ./${module}.nix`,
          `if builtins.elem "web" (table.\${hostId}.roles or [ ]) then [ ./${module}.nix ] else [ ]`,
          `[ self.nixosModules.${module} ]`,
          'map (x: ../parts + "/${x}") (builtins.attrNames (builtins.readDir ../parts))',
          '[ ]',
        ];
  const bodies = [
    `env.${name} = "${name}";`,
    `env.${name} = builtins.readFile ../data/shared.txt;`,
    `env.${name} = builtins.readFile (../data + "/\${hostId}.txt");`,
    `env.${name} = table.\${hostId}.ip;`,
    `env.${name} = lib.mapAttrsToList (n: row: row.ip) table;`,
    `env.${name} = builtins.attrNames table;`,
    `env.${name} = (table.${host} or { ip = "none"; }).ip;`,
    `env.${name} = lib.optionalString (hostId == "${host}") "only";`,
    `env.${name} = self.nixosConfigurations.${host}.config.networking.hostName;`,
    `env.${name} = lib.length (lib.filter (row: row.on) (builtins.attrValues table));`,
    `env.${name} = if table ? ${host} then table.${host}.on else null;`,
    `env.${name} = let unused = table.${host}.ip; used = "x"; in used;`,
    `env.${name} = host.ip or "no";`,
    `env.${name} = { source = ../data/shared.txt; };`,
    `env.${name} = lib.mkIf (hostId == "${host}") { a = 1; };`,
    `env.${name} = (import ../table.nix).\${hostId}.on or false;`,
  ];
  const body = `${oneOf(roll, bodies)} extra.${name} = [ "a" ];`;
  if (roll(3) !== 0)
    return `{ config, lib, table, hostId, self, host ? { }, ... }: {\n  imports = ${oneOf(roll, imports)};\n  ${body}\n}`;
  return `{ config, lib, table, hostId, self, host ? { }, ... }:\nlet cfg = config.my.${name}; in {\n  imports = ${oneOf(roll, imports)};\n  options.my.${name}.enable = lib.mkEnableOption "${name}";\n  config = lib.mkIf cfg.enable { ${body} };\n}`;
}

function flakeText(roll: Dice, names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`).join(' ');
  const each = names.map((name) => `        ${name} = mk "${name}" { ip = "${name}"; };`).join('\n');
  const options = names.map((name) => ` // { ${name} = mk "${name}" { ip = "1"; }; }`).join('');
  const hosts = oneOf(roll, [
    'lib.mapAttrs mk table',
    `lib.genAttrs [ ${quoted} ] (name: mk name { ip = "1"; })`,
    `lib.genAttrs (builtins.attrNames (builtins.readDir ./hosts)) (name: mk name { })`,
    `{\n${each}\n      }`,
    `{ }${options}`,
    `lib.listToAttrs (map (name: { inherit name; value = mk name (table.\${name} or { }); }) [ ${quoted} ])`,
    `lib.mapAttrs' (name: row: lib.nameValuePair name (mk name row)) table`,
    `lib.listToAttrs (lib.imap0 (at: name: { inherit name; value = mk name { ip = toString at; }; }) [ ${quoted} ])`,
    `builtins.foldl' (acc: name: acc // { \${name} = mk name { }; }) { } [ ${quoted} ]`,
  ]);
  const shared = oneOf(roll, ['[ ./modules/m0.nix ]', '[ self.nixosModules.m1 ]', '[ { base = "all"; } ]', '[ ]']);
  return `{
  description = "machines";
  outputs = { self, nixpkgs, ... }:
    let
      lib = nixpkgs.lib;
      table = import ./table.nix;
      common = ${shared};
      mk = name: row: lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit table self; hostId = name; host = row; };
        modules = common ++ [ (./hosts + "/\${name}") ];
      };
    in {
      nixosModules = lib.mapAttrs' (file: _: lib.nameValuePair (lib.removeSuffix ".nix" file) (./modules + "/\${file}")) (builtins.readDir ./modules);
      nixosConfigurations = ${hosts};
      packages.x86_64-linux = { inherit (nixpkgs) lib; };
    };
}`;
}
