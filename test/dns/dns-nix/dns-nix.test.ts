import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import { planDnsChange } from '../../../src/dns/plan-change.ts';
import { changedLines } from '../changed-lines.ts';
import { changeOf, edited, openAs, recordsIn, twice, unreadableIn } from '../names/edits.ts';

const text = `{ dns, address, ... }:
with dns.lib.combinators;
{
  SOA = {
    nameServer = "ns1";
    adminEmail = "admin@fleet.lan";
    serial = 2026112201; # YYYYMMDDnn
  };
  NS = [ "ns1" ];
  A = [ "10.0.0.1" ];
  MX = with mx; [ (mx 10 "mail") ];
  subdomains = {
    ns1 = host "10.0.0.1" "fd00::1";
    solo = host "10.0.0.5" null;
    www.CNAME = [ "ns1.fleet.lan." ];
    mail = {
      A = [ (ttl 60 (a "10.0.0.2")) (a "10.0.0.3") ];
      TXT = [ "v=spf1 -all" ];
    };
    gw.A = [ address ];
    _acme.CNAME = acme "fleet";
  };
}
`;

describe('a zone in dns.nix', () => {
  it('is read as far as its records are written out', () => {
    expect(recordsIn('dns-nix', text, 'fleet.lan')).toEqual([
      '9 fleet.lan. NS ns1.fleet.lan.',
      '10 fleet.lan. A 10.0.0.1',
      '11 fleet.lan. MX 10 mail.fleet.lan.',
      '13 ns1.fleet.lan. A 10.0.0.1',
      '13 ns1.fleet.lan. AAAA fd00::1',
      '14 solo.fleet.lan. A 10.0.0.5',
      '15 www.fleet.lan. CNAME ns1.fleet.lan.',
      '17 mail.fleet.lan. 60 A 10.0.0.2',
      '17 mail.fleet.lan. A 10.0.0.3',
      '18 mail.fleet.lan. TXT "v=spf1 -all"',
    ]);
    expect(unreadableIn('dns-nix', text, 'fleet.lan')).toEqual([
      '20 the record is computed',
      '21 the records are computed',
    ]);
  });

  it.each([
    ['+ db.fleet.lan A 10.0.0.9', ['+    db.A = [ "10.0.0.9" ];']],
    ['+ blog.fleet.lan CNAME ns1.fleet.lan', ['+    blog.CNAME = [ "ns1.fleet.lan." ];']],
    ['+ fleet.lan A 10.0.0.8', ['-  A = [ "10.0.0.1" ];', '+  A = [ "10.0.0.1" "10.0.0.8" ];']],
    ['+ solo.fleet.lan AAAA fd00::5', ['-    solo = host "10.0.0.5" null;', '+    solo = host "10.0.0.5" "fd00::5";']],
    ['- ns1.fleet.lan AAAA fd00::1', ['-    ns1 = host "10.0.0.1" "fd00::1";', '+    ns1 = host "10.0.0.1" null;']],
    ['- solo.fleet.lan A 10.0.0.5', ['-    solo = host "10.0.0.5" null;']],
    ['- www.fleet.lan CNAME ns1.fleet.lan', ['-    www.CNAME = [ "ns1.fleet.lan." ];']],
    [
      '~ ns1.fleet.lan A 10.0.0.1 > 10.0.0.7',
      ['-    ns1 = host "10.0.0.1" "fd00::1";', '+    ns1 = host "10.0.0.7" "fd00::1";'],
    ],
    [
      '~ mail.fleet.lan A 10.0.0.2 > 10.0.0.7',
      [
        '-      A = [ (ttl 60 (a "10.0.0.2")) (a "10.0.0.3") ];',
        '+      A = [ (ttl 60 (a "10.0.0.7")) (a "10.0.0.3") ];',
      ],
    ],
  ])('is changed on its own line only: %s', (said, lines) => {
    expect(edited('dns-nix', text, said, 'fleet.lan')).toEqual(lines);
  });

  it.each([
    ['+ ns1.fleet.lan A 10.0.0.1', 'record-exists line 13'],
    ['+ gw.fleet.lan A 10.0.0.1', 'zone-unreadable line 20'],
    ['- nobody.fleet.lan A 10.0.0.1', 'record-not-found line 9'],
    ['+ www.fleet.lan A 10.0.0.1', 'record-conflict line 15'],
    ['+ x.fleet.lan SRV 0 0 1 ns1.fleet.lan', 'zone-unreadable line 9'],
  ])('refuses %s', (said, refusal) => {
    expect(edited('dns-nix', text, said, 'fleet.lan')).toEqual([refusal]);
  });

  it('has its serial raised where SOA holds the number', () => {
    const change = { ...changeOf('+ db.fleet.lan A 10.0.0.9'), zone: 'fleet.lan.' };
    const texts = { zones: [{ zone: 'fleet.lan', file: 'z.nix' }], files: new Map([['z.nix', text]]) };
    const planned = planDnsChange(texts, [change], Date.UTC(2026, 10, 22));
    if (isRefusal(planned)) throw new Error(JSON.stringify(planned));
    expect(changedLines(text, planned.edits[0]?.after ?? '')).toEqual([
      '-    serial = 2026112201; # YYYYMMDDnn',
      '+    serial = 2026112202; # YYYYMMDDnn',
      '+    db.A = [ "10.0.0.9" ];',
    ]);
  });

  it('reports a SOA that several zones share, and leaves it', () => {
    const shared = text.replace(/ {2}SOA = \{[^}]*\};/, '  inherit (common) SOA;');
    const held = openAs('dns-nix', shared, 'fleet.lan');
    expect(held.serial()?.text).toBe('inherit (common) SOA');
    expect([...held.unreadable()].map(({ message }) => message)).toContain(
      'the SOA comes from elsewhere: its serial is shared with other zones',
    );
  });

  it('is changed once only', () => {
    expect(twice('dns-nix', text, '- solo A 10.0.0.5')).toBe('record-not-found');
  });
});

describe('a dns.nix zone whose names are partly made', () => {
  const made = `{ dns, lib, nodes, hour }:
dns.lib.toString "example.org" {
  SOA = { nameServer = "ns1"; adminEmail = "h@example.org"; serial = 7; };
  A = [ (ttl hour (a "192.0.2.1")) ];
  subdomains = lib.recursiveUpdate (builtins.mapAttrs (name: node: { A = [ node.ipv4 ]; }) nodes) {
    "armchair" = {
      A = [ "192.0.2.2" ];
    };
  };
}
`;

  it('tells those that are written', () => {
    expect(recordsIn('dns-nix', made, 'example.org')).toEqual([
      '4 example.org. A 192.0.2.1',
      '7 armchair.example.org. A 192.0.2.2',
    ]);
  });

  it('changes them in their place', () => {
    expect(edited('dns-nix', made, '~ example.org A 192.0.2.1 > 192.0.2.9', 'example.org')).toEqual([
      '-  A = [ (ttl hour (a "192.0.2.1")) ];',
      '+  A = [ (ttl hour (a "192.0.2.9")) ];',
    ]);
  });
});
