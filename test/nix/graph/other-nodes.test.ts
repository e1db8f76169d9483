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

/** One host reads one other, one goes over all of them, and two read none. */
const machines: Files = {
  'hosts/web.nix': '{ services.nginx.port = 80; }',
  'hosts/db.nix': '{ services.postgresql.port = 5432; }',
  'hosts/front.nix': '{ nodes, ... }: { services.haproxy.to = nodes.web.config.services.nginx.port; }',
  'hosts/watch.nix': `{ lib, nodes, ... }: {
    targets = map (node: node.config.services.nginx.port) (lib.attrValues nodes);
  }`,
};
const members = 'web = ./hosts/web.nix; db = ./hosts/db.nix; front = ./hosts/front.nix; watch = ./hosts/watch.nix;';

const layouts: readonly (readonly [string, Files])[] = [
  [
    'a colmena hive in a flake',
    { 'flake.nix': `{ outputs = { self, nixpkgs }: { colmena = { meta = { }; ${members} }; }; }` },
  ],
  [
    "a hive that colmena's makeHive makes",
    {
      'flake.nix': `{ outputs = { self, nixpkgs, colmena }: {
        colmenaHive = colmena.lib.makeHive { meta.specialArgs = { inherit self; }; ${members} }; }; }`,
    },
  ],
  [
    'machines that a flake takes from its hive',
    {
      'flake.nix': `{ outputs = { self, nixpkgs, colmena }: {
        colmenaHive = colmena.lib.makeHive self.outputs.colmena;
        nixosConfigurations = self.colmenaHive.nodes;
        colmena = { meta = { }; ${members} }; }; }`,
    },
  ],
  [
    'a hive of the machines that a flake also names',
    {
      'flake.nix': `{ outputs = { self, nixpkgs }: {
        nixosConfigurations = builtins.mapAttrs (name: module: nixpkgs.lib.nixosSystem { modules = [ module ]; }) { ${members} };
        colmena = { meta = { }; }
          // builtins.mapAttrs (name: system: { imports = system._module.args.modules; }) self.nixosConfigurations; }; }`,
    },
  ],
  ['hive.nix', { 'hive.nix': `{ meta = { }; ${members.replaceAll('./hosts', './hosts')} }` }],
  ['a morph network', { 'network.nix': `let x = 1; in { network = { description = "x"; }; ${members} }` }],
  ['a nixops network', { 'nixops.nix': `{ network.description = "x"; defaults = { }; resources = { }; ${members} }` }],
];

describe.each(layouts)('%s', (_, layout) => {
  const base = { ...machines, ...layout };

  test('a change to a machine reaches those that read its configuration', async () => {
    expect(await reached(base, { 'hosts/web.nix': '{ services.nginx.port = 81; }' })).toEqual([
      'front',
      'watch',
      'web',
    ]);
  });

  test('a change to a machine leaves out those that read only others', async () => {
    const change = { 'hosts/db.nix': '{ services.postgresql.port = 5433; }' };
    expect(await reached(base, change)).toEqual(['db', 'watch']);
  });

  test.each([
    ['lib.attrValues', 'lib.concatMap (node: node.config.list) (lib.attrValues nodes)'],
    ['mapAttrs', 'builtins.mapAttrs (name: node: node.config.port) nodes'],
    ['mapAttrsToList', 'lib.mapAttrsToList (name: node: "${name} ${node.config.address}") nodes'],
    ['filterAttrs', 'lib.attrNames (lib.filterAttrs (name: node: node.config.services.nginx.enable) nodes)'],
    ['the names of their options', 'lib.concatMap (node: lib.attrNames node.config.vhosts) (lib.attrValues nodes)'],
    ['a set by names of theirs', 'lib.mapAttrs (_: node: lib.mapAttrs (_: _: 1) node.config.vhosts) nodes'],
    [
      'a list by names of theirs',
      'lib.mapAttrsToList (_: node: lib.mapAttrsToList (name: _: name) node.config.vhosts) nodes',
    ],
    ['genAttrs', 'lib.mapAttrs (_: node: lib.genAttrs node.config.names (_: 1)) nodes'],
    ['removed names', 'lib.mapAttrs (_: node: removeAttrs { a = 1; } node.config.names) nodes'],
    ['picked names', 'lib.mapAttrs (_: node: lib.getAttrs node.config.names { a = 1; }) nodes'],
    ['names that both have', 'lib.mapAttrs (_: node: builtins.intersectAttrs node.config.set { a = 1; }) nodes'],
    ['removed items', 'lib.mapAttrs (_: node: lib.remove node.config.port [ 1 2 ]) nodes'],
    ['subtracted items', 'lib.mapAttrs (_: node: lib.subtractLists node.config.ports [ 1 2 ]) nodes'],
    ['a place in a list', 'lib.mapAttrs (_: node: builtins.elemAt [ 1 2 ] node.config.place) nodes'],
    [
      'sort',
      'map (each: each.name) (lib.sort (a: b: a.rank < b.rank) (lib.mapAttrsToList (name: node: { inherit name; rank = node.config.rank; }) nodes))',
    ],
    [
      'sortOn',
      'map (each: each.name) (lib.sortOn (each: each.rank) (lib.mapAttrsToList (name: node: { inherit name; rank = node.config.rank; }) nodes))',
    ],
    [
      'findFirst',
      'lib.findFirst (name: nodes.${name}.config.isMain) null [ "a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k" "l" "m" "db" "web" ]',
    ],
    ['a condition', 'if nodes.db.config.port == nodes.web.config.port then 1 else 2'],
    ['partition', '(lib.partition (name: nodes.${name}.config.isMain) [ "db" "web" ]).wrong'],
    ['any', 'lib.any (node: node.config.isMain) (lib.attrValues nodes)'],
    ['elem', 'lib.elem 1 (map (node: node.config.port) (lib.attrValues nodes))'],
    ['length', 'lib.length (lib.filter (node: node.config.isMain) (lib.attrValues nodes))'],
    ['hasAttr', 'lib.mapAttrs (_: node: node.config.services ? nginx) nodes'],
    ['JSON', 'builtins.toJSON (lib.mapAttrs (_: node: node.config.port) nodes)'],
    ['a name that is not known', 'nodes.${config.services.haproxy.backend}.config.port'],
    ['a name in a list', 'map (name: nodes.${name}.config.port) [ "db" "web" ]'],
    ['the option itself', 'nodes.db.options.port.value ++ nodes.web.options.port.value'],
    ['old nixops, without config', '[ nodes.db.port nodes.web.port ]'],
    ['with', 'with nodes; [ db.config.port web.config.port ]'],
    ['another name', 'let inherit (nodes) db web; in [ db.config.port web.config.port ]'],
    ['removeAttrs', 'lib.mapAttrs (_: { config, ... }: config.port) (removeAttrs nodes [ "front" ])'],
    ['a function of a library', 'lib.unknown nodes'],
    ['a fold', "lib.foldl' (sum: node: sum + node.config.port) 0 (builtins.attrValues nodes)"],
    ['all that is not it', 'lib.optional (nodes ? db && nodes.db.config.port == nodes.web.config.port) 1'],
  ])('machines that are read by %s reach the reader', async (__, said) => {
    const files = { ...base, 'hosts/watch.nix': `{ config, lib, nodes, ... }: { targets = ${said}; }` };
    for (const [host, change] of [
      ['web', { 'hosts/web.nix': '{ services.nginx.port = 81; }' }],
      ['db', { 'hosts/db.nix': '{ services.postgresql.port = 5433; }' }],
    ] as const)
      expect(await reached(files, change)).toEqual(expect.arrayContaining([host, 'watch']));
  });

  test('what a machine that is read reads in turn reaches the first reader', async () => {
    const files = {
      ...base,
      'hosts/watch.nix': '{ nodes, ... }: { targets = nodes.front.config.services.haproxy.to; }',
    };
    expect(await reached(files, { 'hosts/web.nix': '{ services.nginx.port = 81; }' })).toEqual([
      'front',
      'watch',
      'web',
    ]);
  });
});

const inline = (port: number) => `{ outputs = { self, nixpkgs }: { nixosConfigurations = {
  a = nixpkgs.lib.nixosSystem { modules = [ { x = 1; } ]; };
  b = nixpkgs.lib.nixosSystem { modules = [ { x = ${port}; } ]; };
  reader = nixpkgs.lib.nixosSystem { modules = [ { y = [ self.nixosConfigurations.a.config.x self.nixosConfigurations.b.config.x ]; } ]; };
}; }; }`;
test('a machine beside others like it in one file reaches its reader', async () => {
  expect(await reached({ 'flake.nix': inline(1) }, { 'flake.nix': inline(2) })).toEqual(['b', 'reader']);
});
const hive = (port: number) => `{ outputs = { self, nixpkgs }: { colmena = { meta = { };
  a = { x = 1; }; b = { x = ${port}; }; reader = { nodes, ... }: { y = [ nodes.a.config.x nodes.b.config.x ]; }; }; }; }`;
test('a machine beside others like it in one hive reaches its reader', async () => {
  expect(await reached({ 'flake.nix': hive(1) }, { 'flake.nix': hive(2) })).toEqual(['b', 'reader']);
});
const clan = (read: string) => ({
  'flake.nix': `{ outputs = { self, nixpkgs, clan-core }: let clan = clan-core.lib.clan { inherit self; specialArgs = { inherit self; };
  machines.a = { imports = [ ./a.nix ]; }; machines.reader = { self, clan-core, ... }: { y = ${read}; }; };
  in { inherit (clan.config) nixosConfigurations clanInternals; clan = clan.config; }; }`,
  'a.nix': '{ x = 1; }',
});
for (const read of [
  'self.nixosConfigurations.a.config.x',
  'self.clan.nixosConfigurations.a.config.x',
  'self.clan.machines.a',
  'self.clanInternals.machines.x86_64-linux.a.config.x',
  'self.clan.inventory',
])
  test(`a machine of a clan that is read as ${read} reaches the reader`, async () => {
    expect(await reached(clan(read), { 'a.nix': '{ x = 2; }' })).toEqual(['a', 'reader']);
  });
const deploy = {
  'flake.nix': `{ outputs = { self, nixpkgs, deploy-rs }: { nixosConfigurations = { a = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ]; }; reader = nixpkgs.lib.nixosSystem { specialArgs = { inherit self; }; modules = [ ({ self, ... }: { y = self.deploy.nodes.a.hostname; }) ]; }; };
  deploy.nodes.a = { hostname = self.nixosConfigurations.a.config.x; profiles.system.path = deploy-rs.lib.x86_64-linux.activate.nixos self.nixosConfigurations.a; }; }; }`,
  'a.nix': '{ x = 1; }',
};
test('a machine that a deploy-rs node reads reaches the reader of that node', async () => {
  expect(await reached(deploy, { 'a.nix': '{ x = 2; }' })).toEqual(['a', 'reader']);
});
