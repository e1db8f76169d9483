import { expect, test } from 'vitest';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { nameServersOf } from '../../src/dns/name-servers.ts';
import { openZone, type OpenZone } from '../../src/dns/zone.ts';

const host_key = `SHA256:${'A'.repeat(43)}`;
const config = fleetConfigShape.parse({
  hosts: { griffin: { address: '10.0.10.11', host_key }, anubis: { address: '10.0.10.14', host_key } },
  zones: { 'fleet.lan': { file: 'z', servers: ['griffin', '192.0.2.53'] }, '10.in-addr.arpa': { file: 'r' } },
});
const opened = (zone: string, body: string): OpenZone => {
  const text = `$TTL 300\n@ IN SOA ns1.fleet.lan. h.fleet.lan. 1 1 1 1 1\n${body}`;
  const found = openZone({ zone, file: 'z' }, new Map([['z', text]]));
  if (isRefusal(found)) throw new Error(found.code);
  return found;
};
const forward = 'griffin A 10.0.20.11\nns1 A 10.0.20.11\nns2 A 10.0.20.14\nanubis A 10.0.20.14\n';

test.each<readonly [string, string, readonly string[]]>([
  ['at the address of a host’s own name is that host', '@ NS ns1\n@ NS ns2\n', []],
  ['at the address that the configuration gives a host is that host', '@ NS x\nx A 10.0.10.14\n', []],
  ['that the configuration lists by its address is told already', '@ NS x\nx A 192.0.2.53\n', []],
  ['elsewhere is asked at its address', '@ NS x\nx AAAA fd00::1\nx A 192.0.2.9\n', ['x.fleet.lan. 192.0.2.9']],
  ['without an address here is asked by its name', '@ NS ns9.example.net.\n', ['ns9.example.net. ns9.example.net']],
  ['that is told twice is asked once', '@ NS x\n@ NS x\nx A 192.0.2.9\n', ['x.fleet.lan. 192.0.2.9']],
  ['of a delegated zone is not of this one', 'sub NS x\nx A 192.0.2.9\n', []],
])('a server %s', (_name, body, found) => {
  const servers = nameServersOf(opened('fleet.lan', forward + body), config);
  expect(servers.map(({ name, address }) => `${name} ${address}`)).toEqual(found);
});

test('a server whose address another zone tells is known by it', () => {
  const reverse = opened('10.in-addr.arpa', '@ NS ns1.fleet.lan.\n@ NS far.fleet.lan.\n');
  const beside = [opened('fleet.lan', `${forward}far A 192.0.2.9\n`)];
  expect(nameServersOf(reverse, config, beside)).toEqual([{ name: 'far.fleet.lan.', address: '192.0.2.9' }]);
});
