import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import type { DnsAsk } from '../../../src/writer/direct/ask.ts';
import { readAsk } from '../../../src/writer/direct/read-ask.ts';

/** An ask as one line, so that a table stays readable. */
const spelled = (ask: DnsAsk): string => {
  const tail = (ttl: number | null, zone: string | null): string =>
    (ttl === null ? '' : ` ttl ${ttl}`) + (zone === null ? '' : ` in ${zone}`);
  switch (ask.kind) {
    case 'add':
    case 'set':
      return `${ask.kind} ${ask.name} ${ask.type ?? '?'} ${ask.data}${tail(ask.ttl, ask.zone)}`;
    case 'point':
      return `point ${ask.name} ${ask.target}${tail(ask.ttl, ask.zone)}`;
    case 'remove':
      return `remove ${ask.name} ${ask.type ?? '?'} ${ask.data ?? '*'}${tail(null, ask.zone)}`;
    case 'rename':
      return `rename ${ask.name} ${ask.to}${tail(null, ask.zone)}`;
    case 'ttl':
      return `ttl ${ask.name} ${ask.type ?? '?'}${tail(ask.ttl, ask.zone)}`;
  }
};
const read = (text: string): readonly string[] | string => {
  const asks = readAsk(text);
  return isRefusal(asks) ? asks.code : asks.map(spelled);
};

const a = 'add consul.fleet.lan A 10.0.20.30';

describe('plain words are understood', () => {
  it.each<readonly [string, readonly string[]]>([
    ['Add an A record consul.fleet.lan 10.0.20.30', [a]],
    ['add a record consul.fleet.lan 10.0.20.30', [a]],
    ['Add A record consul.fleet.lan 10.0.20.30.', [a]],
    ['Add a DNS record for consul.fleet.lan pointing to 10.0.20.30', [a]],
    ['Create an A record for consul.fleet.lan -> 10.0.20.30', [a]],
    ['Create a new A record for `consul.fleet.lan` with value `10.0.20.30`', [a]],
    ['Add consul.fleet.lan A 10.0.20.30', [a]],
    ['Add consul.fleet.lan IN A 10.0.20.30', [a]],
    ['Add consul.fleet.lan as an A record pointing to 10.0.20.30', [a]],
    ['Add consul.fleet.lan with IP 10.0.20.30', [a]],
    ['Add consul.fleet.lan with the IP address 10.0.20.30', [a]],
    ['Register consul.fleet.lan 10.0.20.30', [a]],
    ['Add A consul 10.0.20.30', ['add consul A 10.0.20.30']],
    ['add consul → 10.0.20.30', ['add consul A 10.0.20.30']],
    ['Add an AAAA record consul fd00::30', ['add consul AAAA fd00::30']],
    ['Add consul 2001:db8::', ['add consul AAAA 2001:db8::']],
    ['Add an A record consul 10.0.20.30 with a TTL of 300', ['add consul A 10.0.20.30 ttl 300']],
    ['Add an A record consul 10.0.20.30 (ttl 5m)', ['add consul A 10.0.20.30 ttl 300']],
    ['Add an A record consul 10.0.20.30 ttl=60', ['add consul A 10.0.20.30 ttl 60']],
    ['Add an A record consul 10.0.20.30 in the zone fleet.lan', ['add consul A 10.0.20.30 in fleet.lan']],
    ['Add an A record consul 10.0.20.30 to the fleet.lan zone', ['add consul A 10.0.20.30 in fleet.lan']],
    ['Add a CNAME wiki to anubis', ['add wiki CNAME anubis']],
    ['Add a CNAME record for wiki pointing at anubis.fleet.lan.', ['add wiki CNAME anubis.fleet.lan']],
    ['Add TXT _acme.fleet.lan "abc"', ['add _acme.fleet.lan TXT "abc"']],
    ['Add a TXT record for fleet.lan with the value "v=spf1 -all; x"', ['add fleet.lan TXT "v=spf1 -all; x"']],
    ['Add TXT @ “v=spf1 -all”', ['add @ TXT "v=spf1 -all"']],
    ['Add an MX record fleet.lan 10 mail', ['add fleet.lan MX 10 mail']],
    ['Add SRV _sip._tcp.fleet.lan 0 5 5060 griffin', ['add _sip._tcp.fleet.lan SRV 0 5 5060 griffin']],
    ['Add a CAA record fleet.lan 0 issue "letsencrypt.org"', ['add fleet.lan CAA 0 issue "letsencrypt.org"']],
    ['Add an A record *.apps 10.0.20.30', ['add *.apps A 10.0.20.30']],
    ['point grafana at anubis', ['point grafana anubis']],
    ['Point grafana.fleet.lan to 10.0.20.7', ['point grafana.fleet.lan 10.0.20.7']],
    ['Point the CNAME grafana at anubis', ['set grafana CNAME anubis']],
    ['grafana should point to anubis', ['point grafana anubis']],
    ['Make grafana point to anubis', ['point grafana anubis']],
    ['point grafana and prometheus at anubis', ['point grafana anubis', 'point prometheus anubis']],
    ['Change the A record of consul to 10.0.20.31', ['set consul A 10.0.20.31']],
    ['Set consul A 10.0.20.31', ['set consul A 10.0.20.31']],
    ['Update the CNAME for grafana from griffin to anubis', ['set grafana CNAME anubis']],
    ['Remove the CNAME old-wiki', ['remove old-wiki CNAME *']],
    ['Delete the DNS record for old-wiki', ['remove old-wiki ? *']],
    ['remove old-wiki from DNS', ['remove old-wiki ? *']],
    ['Please drop the A record old.fleet.lan 10.0.0.9', ['remove old.fleet.lan A 10.0.0.9']],
    ['Delete the TXT record _acme "abc"', ['remove _acme TXT "abc"']],
  ])('%s', (text, expected) => expect(read(text)).toEqual(expected));
});

describe('courtesy, lists and several sentences are understood', () => {
  it.each<readonly [string, readonly string[]]>([
    ['Hi! Could you please add an A record `consul.fleet.lan` 10.0.20.30? Thanks a lot!', [a]],
    ['@fleetwright please add an A record consul.fleet.lan 10.0.20.30', [a]],
    ["Hello team,\nI'd like to add an A record consul.fleet.lan 10.0.20.30.\n\nKind regards", [a]],
    ['Add an A record consul.fleet.lan 10.0.20.30\n\nAdd an A record consul.fleet.lan 10.0.20.30', [a]],
    ['DNS for consul.fleet.lan\n\nAdd an A record consul.fleet.lan 10.0.20.30.', [a]],
    ['New DNS record\n\nAdd an A record consul.fleet.lan 10.0.20.30', [a]],
    ['[DNS] consul\n\nAdd an A record consul.fleet.lan 10.0.20.30', [a]],
    ['add A consul.fleet.lan 10.0.20.30 and point grafana at anubis', [a, 'point grafana anubis']],
    ['Add an A record consul.fleet.lan 10.0.20.30. Then remove the CNAME old-wiki.', [a, 'remove old-wiki CNAME *']],
    [
      '- Add an A record consul.fleet.lan 10.0.20.30\n- point grafana at anubis\n- [ ] remove the CNAME old-wiki',
      [a, 'point grafana anubis', 'remove old-wiki CNAME *'],
    ],
    [
      'Please add the following A records:\n* consul.fleet.lan 10.0.20.30\n* vault 10.0.20.31',
      [a, 'add vault A 10.0.20.31'],
    ],
    [
      'Add these records:\n\n```\nconsul.fleet.lan IN A 10.0.20.30 ; new\nwiki 300 IN CNAME anubis\n```',
      [a, 'add wiki CNAME anubis ttl 300'],
    ],
    ['Remove:\n1. old-wiki CNAME\n2. older-wiki', ['remove old-wiki CNAME *', 'remove older-wiki ? *']],
    ['<!-- Describe your change -->\nAdd an A record consul.fleet.lan 10.0.20.30', [a]],
  ])('%s', (text, expected) => expect(read(text)).toEqual(expected));
});

describe('the issue form and /dns are understood', () => {
  const form = (action: string, name: string, type: string, value: string, ttl = '_No response_'): string =>
    `### Action\n\n${action}\n\n### Name\n\n${name}\n\n### Type\n\n${type}\n\n### Value\n\n${value}\n\n### TTL\n\n${ttl}\n`;
  it.each<readonly [string, readonly string[]]>([
    [form('Add', 'consul.fleet.lan', 'A', '10.0.20.30'), [a]],
    [form('Add', 'consul.fleet.lan', 'A', '10.0.20.30', '300'), [`${a} ttl 300`]],
    [form('Set', 'grafana', 'CNAME', 'anubis'), ['set grafana CNAME anubis']],
    [form('Point at a host', 'grafana', '_No response_', 'anubis'), ['point grafana anubis']],
    [form('Remove', 'old-wiki', 'CNAME', '_No response_'), ['remove old-wiki CNAME *']],
    [
      form('Add', 'fleet.lan', 'TXT', 'v=spf1 include:_spf.example.com -all'),
      ['add fleet.lan TXT "v=spf1 include:_spf.example.com -all"'],
    ],
    [form('Add', 'consul.fleet.lan', 'A', '10.0.20.30').replaceAll('\n', '\r\n'), [a]],
    [`DNS record: consul.fleet.lan\n\n${form('Add', 'consul.fleet.lan', 'A', '10.0.20.30')}`, [a]],
    [`DNS: \n${form('Add', 'consul.fleet.lan', 'A', '10.0.20.30')}`, [a]],
    ['/dns add consul.fleet.lan A 10.0.20.30', [a]],
    ['/dns add consul.fleet.lan 300 IN A 10.0.20.30', [`${a} ttl 300`]],
    ['/dns set grafana CNAME anubis\n/dns remove old-wiki', ['set grafana CNAME anubis', 'remove old-wiki ? *']],
    ['/dns point grafana anubis', ['point grafana anubis']],
    ['/dns remove _acme TXT "abc"', ['remove _acme TXT "abc"']],
    ['/DNS add _acme TXT "a b"', ['add _acme TXT "a b"']],
  ])('%s', (text, expected) => expect(read(text)).toEqual(expected));
});

describe('what is not fully understood is not understood at all', () => {
  it.each([
    'Set up a Consul cluster across griffin',
    'Set up a Consul cluster across griffin, wolfhound and blackjack',
    'Add Netdata to all hosts',
    'Add consul to the dashboard',
    'Add consul to anubis',
    'Add a record player to the living room',
    'Add a record for consul to anubis',
    'Remove consul',
    'Remove griffin from the fleet',
    'Remove old-wiki.fleet.lan',
    'Remove everything',
    'Remove all A records',
    'Delete the zone fleet.lan',
    'Point me at the documentation',
    'Point grafana at anubis on port 3000',
    'Point grafana at anubis and restart it',
    'grafana points to the wrong host',
    'Should we point grafana at anubis?',
    "Don't add an A record consul.fleet.lan 10.0.20.30",
    'Do not remove the CNAME old-wiki',
    'Never point grafana at anubis',
    'Add an A record consul.fleet.lan 10.0.20.30 after Friday',
    'Add an A record consul.fleet.lan 10.0.20.30 if it is not there',
    'Add an A record consul.fleet.lan 10.0.20.30 and open port 8500',
    'Add an A record consul.fleet.lan 10.0.20.30. Then restart unbound.',
    'Add an A record consul.fleet.lan 10.0.20.30. But only after Friday.',
    'Add an A record consul.fleet.lan 10.0.20.30\n\nand set up Consul on griffin',
    'Set up Consul\n\nAdd an A record consul.fleet.lan 10.0.20.30',
    'Consul cluster\n\nAdd an A record consul.fleet.lan 10.0.20.30',
    'Add an A record for 10.0.20.30',
    'Add an A record consul.fleet.lan',
    'Add an A record consul.fleet.lan 10.0.20.30 10.0.20.31',
    'Add an A record',
    'Add a CNAME wiki',
    'Add a CNAME wiki to anubis and griffin',
    'Add TXT _acme a b c',
    'Add an MX record fleet.lan mail',
    'Change grafana to anubis',
    'Change the editor to vim',
    'Set the hostname of griffin to phoenix',
    'Rename grafana to dashboards',
    'Move grafana to anubis',
    'Update nixpkgs',
    'Update the A record of consul',
    'Bump the serial of fleet.lan',
    'Add these records:\n- consul 10.0.20.30\n- and the usual ones',
    '> Add an A record consul.fleet.lan 10.0.20.30',
    '<!-- Add an A record consul.fleet.lan 10.0.20.30 -->',
    '',
    '   \n\n',
    'Thanks!',
    'DNS',
    '/dns',
    '/dns add',
    '/dns add consul',
    '/dns add consul A',
    '/dns frobnicate consul A 10.0.20.30',
    '/dns add consul A 10.0.20.30\n/dns add',
    '/dns remove',
    '<!--\n/dns remove griffin A 10.0.20.11\n-->',
    'Look:\n```\n/dns remove griffin A 10.0.20.11\n```',
    'Look:\n\n    /dns remove griffin A 10.0.20.11',
    '> /dns remove griffin A 10.0.20.11',
    '### Action\n\nAdd\n\n### Name\n\n_No response_\n\n### Type\n\nA\n\n### Value\n\n10.0.20.30',
    '### Action\n\nAdd\n\n### Name\n\nconsul\n\n### Type\n\nA\n\n### Value\n\n_No response_',
    '### What happened\n\nAdd\n\n### Name\n\nconsul',
  ])('%s', (text) => expect(read(text)).toBe('ask-not-understood'));
});
