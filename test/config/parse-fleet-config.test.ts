import { describe, expect, test } from 'vitest';
import type { HostName } from '../../src/core/names.ts';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';

const keyA = `SHA256:${'A'.repeat(43)}`;
const keyB = `SHA256:${'B'.repeat(43)}`;

const whole = `
hosts:
  griffin:
    address: 10.0.20.11
    host_key: ${keyA}
    tags: [dns]
    probes:
      http:
        - url: http://10.0.20.11:3000/login
zones:
  fleet.lan:
    file: dns/fleet.lan.zone
    servers: [griffin, 10.0.20.53, "[fd00::53]:5353"]
`;

describe('a config file', () => {
  test('needs only an address and a host key for each host; everything else has a default', () => {
    const parsed = parseFleetConfig(whole);
    expect(parsed).toMatchObject({ kind: 'config' });
    if (parsed.kind !== 'config') return;
    expect(parsed.config.hosts['griffin' as HostName]).toMatchObject({
      port: 22,
      user: 'fleetwright',
      probes: { http: [{ status: 200 }] },
    });
    expect(parsed.config.deploy).toMatchObject({ on_merge: true, parallel: 10 });
  });

  test('takes a public key line where a fingerprint may stand', () => {
    const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZsZWV0d3JpZ2h0IHRlc3Qga2V5IGJ5dGVzISEhISEh root@griffin';
    expect(parseFleetConfig(`hosts: {griffin: {address: a, host_key: "${line}"}}`)).toMatchObject({ kind: 'config' });
  });
});

/** The message and `line:column` of every finding. */
function mistakesIn(text: string): string[] {
  const parsed = parseFleetConfig(text);
  return parsed.kind === 'invalid'
    ? parsed.findings.map(({ line, column, message }) => `${line}:${column} ${message}`)
    : [];
}

describe('a wrong config file is answered with line, key and what is allowed', () => {
  test.each([
    [
      'a word where a yes or no belongs',
      'hosts: {}\ndeploy: { on_merge: sometimes }',
      ['2:11 `deploy.on_merge`: must be one of true, false'],
    ],
    [
      'an address with a command in it',
      `hosts:\n  griffin: { address: '10.0.0.1; rm -rf /', host_key: '${keyA}' }\n`,
      ['2:14 `hosts.griffin.address`: is neither a name nor an address'],
    ],
    [
      'a port and an account that cannot be',
      `hosts:\n  griffin: { address: fe80::1%eth0, host_key: '${keyA}', port: 70000, user: 'root; id' }\n`,
      ['`hosts.griffin.port`: must be 65535 or less', '`hosts.griffin.user`: is no account name, as fleetwright'],
    ],
    ['a list where a map belongs', 'hosts: []\n', ['1:1 `hosts`: is a list; a map is expected']],
    [
      'a text where a list belongs',
      `hosts:\n  griffin: { address: g.lan, host_key: '${keyA}', tags: dns }\n`,
      ['`hosts.griffin.tags`: is text; a list is expected'],
    ],
    [
      'an alias of nothing',
      'hosts:\n  griffin: *nobody\n',
      ['2:12 is not YAML: nothing before this alias is named "&nobody"'],
    ],
    [
      'an address that is no web address',
      `hosts:\n  griffin: { address: g.lan, host_key: '${keyA}', probes: { http: [{ url: 'ftp://x' }] } }\n`,
      ['is no web address, as http://10.0.20.11:3000/'],
    ],
    ['no hosts', 'zones: {}', ['1:1 `hosts`: is missing; a map is expected']],
    ['an empty file', '', ['1:1 `hosts`: is missing; a map is expected']],
    [
      'a mistyped key',
      `hosts:\n  griffin:\n    adress: 10.0.0.1\n    host_key: ${keyA}\n`,
      ['3:5', '`hosts.griffin.adress`: no such key; allowed here: address, port'],
    ],
    [
      'a port that is none',
      `hosts:\n  griffin:\n    address: a\n    port: 70000\n    host_key: ${keyA}\n`,
      ['4:5', '`hosts.griffin.port`'],
    ],
    [
      'a host name that could be an option',
      `hosts:\n  -oProxyCommand=x:\n    address: a\n    host_key: ${keyA}\n`,
      ['"-oProxyCommand=x" is not a host name'],
    ],
    [
      'a key that is no key',
      'hosts:\n  griffin:\n    address: a\n    host_key: abc\n',
      ['4:5', 'must be a fingerprint'],
    ],
    [
      'one key for two hosts',
      `hosts:\n  a: {address: a, host_key: "${keyA}"}\n  b: {address: b, host_key: "${keyA}"}\n`,
      ['3:19', 'is also the key of a'],
    ],
    [
      'a zone server that nobody is',
      `hosts:\n  a: {address: a, host_key: "${keyB}"}\nzones:\n  x.lan: {file: x.zone, servers: [grifin]}\n`,
      ['4:35', '"grifin" is neither a host of this file nor an address; hosts: a'],
    ],
    [
      'a zone file outside the repository',
      `hosts:\n  a: {address: a, host_key: "${keyB}"}\nzones:\n  x.lan: {file: ../x.zone}\n`,
      ['must be a path inside the repository'],
    ],
    [
      'a word where only some are allowed',
      `hosts:\n  a:\n    address: a\n    host_key: ${keyA}\n    probes: {dns: [{name: x, type: PTR, expect: [y]}]}\n`,
      ['must be one of A, AAAA, CNAME, TXT, SOA'],
    ],
    ['text that is not YAML', 'hosts:\n  a: [1,\n', ['is not YAML']],
    [
      'the same host twice',
      `hosts:\n  a: {address: a, host_key: "${keyA}"}\n  a: {address: b, host_key: "${keyB}"}\n`,
      ['is not YAML'],
    ],
  ])('%s', (_name, text, parts) => {
    const mistakes = mistakesIn(text).join('\n');
    for (const part of parts) expect(mistakes).toContain(part);
  });

  test('with all mistakes at once, never only the first', () => {
    expect(mistakesIn('hosts:\n  a: {addres: x}\n  b: {port: no}\n').length).toBeGreaterThanOrEqual(5);
  });

  test('without being made to eat memory by aliases', () => {
    const laughs = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
    ].join('\n');
    expect(mistakesIn(laughs)).toEqual(['1:1 uses too many YAML aliases']);
  });
});
