import { expect, test } from 'vitest';
import { factsIn, said, twoHosts, type Files } from './facts-of.ts';

const good = '{ networking.hostName = "b"; }';

const broken: readonly (readonly [string, Files, string])[] = [
  ['a syntax error', twoHosts('{ networking.hostName = ; }', good), 'a.nix:1'],
  [
    'ciphertext',
    {
      ...twoHosts('{ imports = [ ./secret.nix ]; }', good),
      'secret.nix': Uint8Array.from([0, ...new TextEncoder().encode('GITCRYPT'), 0, 200, 201]),
    },
    'secret.nix:1',
  ],
  [
    'a file longer than a configuration is',
    { ...twoHosts('{ imports = [ ./long.nix ]; }', good), 'long.nix': `{ x = "${'x'.repeat(2_100_000)}"; }` },
    'long.nix:1',
  ],
  ['a zone that is not there', twoHosts('{ }', good), 'gone.zone:1'],
];

test.each(broken)('%s is told, and the other host is read all the same', async (claim, files, place) => {
  const { facts, unread } = await factsIn(
    files,
    claim.startsWith('a zone') ? [{ zone: 'x.org', file: 'gone.zone' }] : [],
  );
  expect(unread.map(({ file, line }) => `${file}:${line}`)).toContain(place);
  expect(facts.map(said)).toContain('host-name b hostName b b.nix:1');
});

test('modules that go round in circles come to an end', async () => {
  const { facts } = await factsIn(
    twoHosts(
      '{ config, lib, ... }: { imports = [ ./a.nix ./b.nix ]; config = lib.mkMerge [ (lib.mkIf config.x.y { x.y = config.x.y; }) (config.z) { networking.hostName = "a"; } ]; }',
      '{ imports = [ ./a.nix ]; }',
    ),
  );
  expect(facts.map(said)).toContain('host-name a hostName a a.nix:1');
});

test('reading twice gives the same facts', async () => {
  const files = twoHosts('{ services.nginx.enable = true; networking.firewall.allowedTCPPorts = [ 80 443 ]; }', good);
  expect((await factsIn(files)).facts).toEqual((await factsIn(files)).facts);
});
