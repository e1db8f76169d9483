import { expect, test } from 'vitest';
import { factsIn, said, twoHosts, type Files } from '../facts-of.ts';

/** Ports that host `a` lets through are what its modules come to. */
async function portsOf(files: Files): Promise<string[]> {
  const { facts } = await factsIn(files);
  return facts.filter(({ kind, host }) => kind === 'open-port' && host === 'a').map(({ value }) => value);
}

const ports = (text: string): string => `networking.firewall.allowedTCPPorts = ${text};`;

const claims: readonly (readonly [string, Files, readonly string[]])[] = [
  [
    'lists of all modules count',
    twoHosts(`{ imports = [ ./b.nix ]; ${ports('[ 1 ]')} }`, `{ ${ports('[ 2 ]')} }`),
    ['1/tcp', '2/tcp'],
  ],
  [
    'mkMerge keeps all of its parts',
    twoHosts(`{ lib, ... }: { config = lib.mkMerge [ { ${ports('[ 1 ]')} } { ${ports('[ 2 ]')} } ]; }`),
    ['1/tcp', '2/tcp'],
  ],
  [
    'mkForce takes the place of the others',
    twoHosts(`{ lib, ... }: { imports = [ ./b.nix ]; ${ports('lib.mkForce [ 1 ]')} }`, `{ ${ports('[ 2 ]')} }`),
    ['1/tcp'],
  ],
  [
    'mkDefault gives way',
    twoHosts(`{ lib, ... }: { imports = [ ./b.nix ]; ${ports('lib.mkDefault [ 1 ]')} }`, `{ ${ports('[ 2 ]')} }`),
    ['2/tcp'],
  ],
  [
    'a condition that is false takes its content away',
    twoHosts(`{ lib, ... }: { config = lib.mkIf false { ${ports('[ 1 ]')} }; }`),
    [],
  ],
  [
    'a condition that rests on an option of another module is worked out',
    twoHosts(`{ imports = [ ./m.nix ]; my.web.enable = true; }`, '{ imports = [ ./m.nix ]; }', {
      'm.nix': `{ config, lib, ... }: { options.my.web.enable = lib.mkEnableOption "x"; config = lib.mkIf config.my.web.enable { ${ports('[ 80 ]')} }; }`,
    }),
    ['80/tcp'],
  ],
  [
    'an option that nobody sets is its default',
    twoHosts('{ imports = [ ./m.nix ]; }', '{ }', {
      'm.nix': `{ config, lib, ... }: { options.my.port = lib.mkOption { default = 8080; }; config = { ${ports('[ config.my.port ]')} }; }`,
    }),
    ['8080/tcp'],
  ],
  [
    'a module whose own switch is off says nothing',
    twoHosts('{ imports = [ ./m.nix ]; }', '{ }', {
      'm.nix': `{ config, lib, ... }: { options.my.on = lib.mkEnableOption "x" // { default = false; }; config = lib.mkIf config.my.on { ${ports('[ 80 ]')} }; }`,
    }),
    [],
  ],
  [
    'a service of NixOS that nobody enables is off',
    twoHosts(`{ config, lib, ... }: { config = lib.mkIf config.services.nginx.enable { ${ports('[ 80 ]')} }; }`),
    [],
  ],
  [
    'what may hold counts, once',
    twoHosts(
      `{ pkgs, lib, ... }: { imports = [ ./b.nix ]; config = lib.mkIf pkgs.stdenv.isLinux { ${ports('[ 80 ]')} }; }`,
      `{ ${ports('[ 80 ]')} }`,
    ),
    ['80/tcp'],
  ],
  [
    'both branches of a condition that is not known count',
    twoHosts(`{ pkgs, ... }: { ${ports('if pkgs.stdenv.isLinux then [ 1 ] else [ 2 ]')} }`),
    ['1/tcp', '2/tcp'],
  ],
  [
    'what is not static is left out',
    twoHosts(`{ pkgs, ... }: { ${ports('[ 1 pkgs.port ] ++ pkgs.ports')} }`),
    ['1/tcp'],
  ],
  [
    'values come from a file of data',
    twoHosts(`{ ${ports('(builtins.fromJSON (builtins.readFile ./p.json)).open')} }`, '{ }', {
      'p.json': '{"open": [ 25 ]}',
    }),
    ['25/tcp'],
  ],
  [
    "values come from a set by the host's name",
    twoHosts(
      '{ imports = [ ./m.nix ]; networking.hostName = "a"; }',
      '{ imports = [ ./m.nix ]; networking.hostName = "b"; }',
      {
        'm.nix': `{ config, ... }: let of = { a = 1; b = 2; }; in { ${ports('[ of.${config.networking.hostName} ]')} }`,
      },
    ),
    ['1/tcp'],
  ],
  [
    'arguments of modules are what _module.args gives',
    twoHosts(`{ _module.args.port = 7; imports = [ ./m.nix ]; }`, '{ }', {
      'm.nix': `{ port, ... }: { ${ports('[ port ]')} }`,
    }),
    ['7/tcp'],
  ],
  [
    'the configuration of another host is read',
    twoHosts(
      `{ self, ... }: { ${ports('[ self.nixosConfigurations.b.config.my.port ]')} }`,
      `{ lib, ... }: { options.my.port = lib.mkOption { default = 9; }; }`,
    ),
    ['9/tcp'],
  ],
  [
    'an option that rests on itself says nothing and hides nothing',
    twoHosts(`{ config, ... }: { ${ports('[ 1 ] ++ config.networking.firewall.allowedTCPPorts')} }`),
    ['1/tcp'],
  ],
];

test.each(claims)('%s', async (_claim, files, expected) => {
  expect(await portsOf(files)).toEqual(expected);
});

test('a module that two hosts share gives a fact to each', async () => {
  const shared = '{ imports = [ ./m.nix ]; }';
  const { facts } = await factsIn(twoHosts(shared, shared, { 'm.nix': '{\n  services.nginx.enable = true;\n}' }));
  expect(facts.filter(({ kind }) => kind === 'service').map(said)).toEqual([
    'service a nginx enabled m.nix:2',
    'service b nginx enabled m.nix:2',
  ]);
});
