import { expect, test } from 'vitest';
import { confirmedHosts } from '../../src/fleet/confirmed-hosts.ts';
import type { FoundHost } from '../../src/nix/hosts/found.ts';

const host = (name: string, more: Partial<FoundHost> = {}): FoundHost => ({
  name,
  file: `hosts/${name}.nix`,
  line: 1,
  how: 'a folder',
  confidence: 'guess',
  kind: 'host',
  ...more,
});
const read = { hosts: [host('web'), host('old'), host('box', { kind: 'guest' })], unread: [] };

test('a name that Nix has too is certain, and what only one of them has is said', () => {
  expect(confirmedHosts(read, ['web', 'new'])).toEqual({
    hosts: [host('web', { confidence: 'certain' }), host('old'), host('box', { kind: 'guest' })],
    unread: [
      { file: 'flake.nix', line: 1, why: 'Nix has a machine new that reading did not find' },
      { file: 'hosts/old.nix', line: 1, why: 'Nix has no machine old under nixosConfigurations' },
    ],
  });
});

test('where Nix fails everything stays as it was read, and why is said', () => {
  expect(confirmedHosts(read, { kind: 'failed', why: 'no such input' })).toEqual({
    hosts: read.hosts,
    unread: [{ file: 'flake.nix', line: 1, why: 'Nix does not tell the names: no such input' }],
  });
});

test('a node of a test in `checks` is nothing that Nix would name, and no contradiction', () => {
  const node = host('client', { kind: 'test', how: 'a node of the test vpn in flake.nix', confidence: 'certain' });
  expect(confirmedHosts({ hosts: [host('web'), node], unread: [] }, ['web'])).toEqual({
    hosts: [host('web', { confidence: 'certain' }), node],
    unread: [],
  });
});
