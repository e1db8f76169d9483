import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';
import type { Fact } from '../../src/fleet/fact.ts';
import { type DeployHints, type Known, propose } from '../../src/fleet/propose/proposal.ts';
import { writeConfig } from '../../src/fleet/propose/write-config.ts';
import type { FoundHost } from '../../src/nix/hosts/found.ts';

const host = (name: string, more: Partial<FoundHost> = {}): FoundHost => ({
  name,
  file: 'flake.nix',
  line: 3,
  how: 'nixosConfigurations in flake.nix',
  confidence: 'certain',
  kind: 'host',
  ...more,
});
const fact = (kind: Fact['kind'], of: string | null, name: string, value: string): Fact => ({
  kind,
  host: of,
  name,
  value,
  file: 'hosts/a.nix',
  line: 1,
});
const noHints: DeployHints = { targetHost: null, targetPort: null, tags: [] };
const known = (more: Partial<Known>): Known => ({
  hosts: [host('griffin')],
  facts: [],
  zones: [],
  nameServers: new Map(),
  hintsFor: () => noHints,
  ...more,
});
const addressesOf = (facts: readonly Fact[], hints = noHints) =>
  propose(known({ facts, hintsFor: () => hints })).hosts[0]?.addresses;

describe('where a host is reached', () => {
  test.each([
    ['its one address', [fact('address', 'griffin', 'lan', '10.0.0.1/24')], ['10.0.0.1']],
    [
      'of two the one that DNS calls by its name comes first',
      [
        fact('address', 'griffin', 'mgmt', '10.0.1.1/24'),
        fact('address', 'griffin', 'lan', '10.0.0.1/24'),
        fact('dns-name', null, 'griffin.fleet.lan', '10.0.0.1'),
      ],
      ['10.0.0.1', '10.0.1.1'],
    ],
    [
      'what DNS calls by its name, where it states none',
      [fact('dns-name', null, 'griffin.fleet.lan', '10.0.0.9')],
      ['10.0.0.9'],
    ],
    [
      'no loopback and no link-local address',
      [fact('address', 'griffin', 'lo', '127.0.0.2/8'), fact('address', 'griffin', 'lan', 'fe80::1/64')],
      [],
    ],
    ['no address of another host', [fact('address', 'anubis', 'lan', '10.0.0.2/24')], []],
    ['nothing where nothing is known', [], []],
  ])('%s', (_name, facts, expected) => {
    expect(addressesOf(facts)).toEqual(expected);
  });

  test('what a deploy tool is told comes before all, without the account', () => {
    const facts = [fact('address', 'griffin', 'lan', '10.0.0.1/24')];
    expect(addressesOf(facts, { ...noHints, targetHost: 'root@griffin.example.org' })).toEqual([
      'griffin.example.org',
      '10.0.0.1',
    ]);
  });

  test('not by the address of its guest', () => {
    expect(addressesOf([{ ...fact('address', 'griffin', 'eth0', '10.0.0.7'), guest: 'forge' }])).toEqual([]);
  });
});

describe('a proposed config', () => {
  const whole = propose(
    known({
      hosts: [
        host('griffin'),
        host('web.example.org', { confidence: 'likely' }),
        host('null'),
        host('bad name'),
        host('griffin', { file: 'other/flake.nix' }),
        host('installer', { kind: 'installer' }),
      ],
      facts: [
        fact('address', 'griffin', 'lan', '10.0.0.1/24'),
        fact('service-port', 'griffin', 'openssh', '2222'),
        fact('dns-name', null, 'ns1.fleet.lan', '10.0.0.1'),
        fact('dns-name', null, 'ns2.fleet.lan', '192.0.2.53'),
      ],
      zones: [
        { zone: 'fleet.lan.', file: 'dns/fleet.zone' },
        { zone: 'fleet.lan', file: 'dns/outside.zone' },
        { zone: '.', file: 'hosts.nix' },
      ],
      nameServers: new Map([['fleet.lan', ['ns1.fleet.lan', 'ns2.fleet.lan', 'ns.elsewhere.net']]]),
      hintsFor: () => ({ ...noHints, tags: ['web', 'two words'] }),
    }),
  );
  const text = writeConfig(whole);

  test('reads as just what was proposed', () => {
    expect(parse(text)).toEqual({
      hosts: {
        griffin: { address: '10.0.0.1', port: 2222, tags: ['web'] },
        'web.example.org': { tags: ['web'] },
        null: { tags: ['web'] },
      },
      zones: { 'fleet.lan': { file: 'dns/fleet.zone', servers: ['griffin', '192.0.2.53'] } },
      deploy: { on_merge: true },
    });
  });

  test('asks for what the repository does not tell, and the config check asks for the same', () => {
    const checked = parseFleetConfig(text);
    const missing = checked.kind === 'invalid' ? checked.findings.map(({ message }) => message) : [];
    expect(missing.filter((message) => message.includes('host_key'))).toHaveLength(3);
    expect(missing.filter((message) => message.includes('address'))).toHaveLength(2);
    expect(text.match(/# question: where does it listen/g)).toHaveLength(2);
    expect(text.match(/# question: what is its host key/g)).toHaveLength(3);
    expect(text).toContain('# question: dns/outside.zone holds it too; which one is served?');
  });

  test('says which machines it leaves out, and why', () => {
    expect(text).toContain('# left out: bad name (its name has signs that no host name has)');
    expect(text).toContain('# left out: griffin (a second machine of this name, in other/flake.nix)');
    expect(text).not.toContain('installer');
  });

  test('is complete once its questions are answered', () => {
    let keys = 0;
    const answered = text
      .replaceAll('# host_key: SHA256:', () => `host_key: SHA256:${String(++keys).repeat(43)}`)
      .replaceAll('# address:', 'address: 192.0.2.1');
    expect(parseFleetConfig(answered)).toMatchObject({ kind: 'config' });
  });

  test('cannot be broken out of by a name of the repository', () => {
    const evil = 'a\nevil: true #';
    const proposal = propose(
      known({ hosts: [host('griffin', { how: evil, file: evil })], zones: [{ zone: evil, file: evil }] }),
    );
    expect(Object.keys(parse(writeConfig(proposal)) as object)).toEqual(['hosts', 'zones', 'deploy']);
  });

  test('of a repository without hosts asks for them', () => {
    expect(writeConfig({ hosts: [], zones: [], leftOut: [] })).toContain('# question: no host was found');
  });
});
