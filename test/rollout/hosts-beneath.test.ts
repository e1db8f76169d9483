import { expect, test } from 'vitest';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';
import { hostsBeneath } from '../../src/rollout/hosts-beneath.ts';

const ground = ['10.0.20.11', 'fe80::1%eth0', 'redis.fleet.lan', 'Wolfhound'];

test.each([
  ['its own address', '10.0.20.11', 22, true],
  ['its own address behind another port', '10.0.20.11', 2222, true],
  ['another address that begins alike', '10.0.20.111', 22, false],
  ['the name of its Redis, as a full name', 'Redis.fleet.lan.', 22, true],
  ['the name of its machine', 'wolfhound', 22, true],
  ['an address of its link', 'fe80::1', 22, true],
  ['itself over the loopback', '127.0.0.1', 22, true],
  ['itself by name', 'localhost', 22, true],
  ['something forwarded to the loopback', '127.0.0.1', 2201, false],
])('the bot stands on a host with %s: %s:%i', (_, address, port, beneath) => {
  const text = `hosts: {a: {address: "${address}", port: ${port}, host_key: "SHA256:${'A'.repeat(43)}"}}`;
  const parsed = parseFleetConfig(text);
  expect(parsed.kind === 'config' ? hostsBeneath(parsed.config, ground) : null).toEqual(beneath ? ['a'] : []);
});
