import { expect, test } from 'vitest';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import { parseHostName, type HostName } from '../../src/core/names.ts';
import { changedZonesOf } from '../../src/jobs/expected-records.ts';
import { zoneSources } from '../../src/jobs/zone-texts.ts';

const host_key = `SHA256:${'A'.repeat(43)}`;
const config = fleetConfigShape.parse({
  hosts: {
    griffin: { address: '10.0.10.11', host_key },
    anubis: { address: '10.0.10.14', host_key },
    kestrel: { address: '10.0.10.15', host_key },
  },
  zones: { 'fleet.lan': { file: 'z', servers: ['griffin', 'anubis', '192.0.2.53'] }, 'other.lan': { file: 'o' } },
});
const zone = (serial: number, more: string) =>
  `$TTL 300\n@ IN SOA ns1 h ${serial} 1 1 1 1\n@ NS ns1\n@ NS ns3.example.net.\nns1 A 10.0.20.11\ngriffin A 10.0.20.11\n${more}`;
const states = [new Map([['z', zone(7, '')]]), new Map([['z', zone(8, 'new A 10.0.20.30\n')]])] as const;
const changed = changedZonesOf(config, zoneSources(config), ...states);
const hosts = (...names: string[]) => names.map((name) => parseHostName(name) as HostName);
const asked = (host: string, among: readonly HostName[]) =>
  changed
    .recordsOf(parseHostName(host) as HostName, among, new Map())
    .map(({ name, serial, others = [] }) => [
      `${name} ${serial}`,
      ...others.map((one) => `${one.name} ${one.address}${one.deployed === true ? ' later' : ''}`),
    ]);

test('a host that is deployed alone asks every other server of its zones', () => {
  expect(asked('griffin', hosts('griffin'))).toEqual([
    ['new.fleet.lan. 8', 'anubis 10.0.10.14', 'ns3.example.net ns3.example.net'],
  ]);
});

test('of several hosts one asks the others, and only looks at those that are deployed themselves', () => {
  const all = hosts('griffin', 'anubis', 'kestrel');
  expect(asked('griffin', all)).toEqual([
    ['new.fleet.lan. 8', 'anubis 10.0.10.14 later', 'ns3.example.net ns3.example.net'],
  ]);
  expect(asked('anubis', all)).toEqual([['new.fleet.lan. 8']]);
  expect(asked('kestrel', all)).toEqual([]);
});

test('nobody expects the serial of a file that a server does not look at', () => {
  const setting = { by: 'server', level: 'note', why: 'Knot counts it by itself' } as const;
  const [griffin] = hosts('griffin');
  const known = new Map([['fleet.lan.', { setting }]]);
  expect(changed.recordsOf(griffin as HostName, hosts('griffin'), known)).toMatchObject([{ serial: null }]);
});
