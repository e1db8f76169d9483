import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { zoneFindings } from '../../src/dns/findings.ts';
import { openZone } from '../../src/dns/zone.ts';

const soa = '$TTL 3600\n@ IN SOA ns1 h 7 7200 3600 1209600 300\n@ NS ns1\nns1 A 10.0.0.1\n';

/** `check:line` of every finding of the zones, whose bodies stand after a good SOA, NS and address. */
const found = (zones: Readonly<Record<string, string>>): readonly string[] => {
  const files = new Map(
    Object.entries(zones).map(([zone, body]) => [zone, body.startsWith('$TTL') ? body : soa + body]),
  );
  const open = Object.keys(zones).map((zone) => openZone({ zone, file: zone }, files));
  return zoneFindings(open.flatMap((zone) => (isRefusal(zone) ? [] : [zone]))).map(
    (finding) => `${finding.check}:${finding.line ?? 0}`,
  );
};
const one = (body: string): readonly string[] => found({ 'fleet.lan': body });

describe('a zone is checked', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['a CNAME with other data', 'c CNAME ns1\nc TXT "x"\n', ['dns-cname:5']],
    ['a CNAME at the top', '@ CNAME ns1\n', ['dns-cname:5']],
    ['two CNAMEs', 'c CNAME ns1\nc CNAME d\nd A 10.0.0.2\n', ['dns-cname:6']],
    ['a circle', 'a CNAME b\nb CNAME c\nc CNAME a\n', ['dns-cname:5']],
    ['a CNAME to itself', 'a CNAME a\n', ['dns-cname:5']],
    ['a record twice', 'a A 10.0.0.2\nb A 10.0.0.3\na A 10.0.0.2\n', ['dns-duplicate:7']],
    ['the same address in two spellings', 'a AAAA fd00::1\na AAAA FD00:0::1\n', ['dns-duplicate:6']],
    ['two TTLs in a set', 'a 60 A 10.0.0.2\na 90 A 10.0.0.3\n', ['dns-ttl:6']],
    ['a missing dot after a target', 'c CNAME ns1.fleet.lan\n', ['dns-missing-dot:5']],
    ['a missing dot after a name', 'www.fleet.lan A 10.0.0.2\n', ['dns-missing-dot:5']],
    ['MX to a CNAME', 'm CNAME ns1\n@ MX 10 m\n', ['dns-target:6']],
    ['MX to nothing', '@ MX 10 mail\n', ['dns-target:5']],
    ['SRV to nothing', '_x._tcp SRV 0 0 80 web\n', ['dns-target:5']],
    ['NS to nothing', '@ NS ns9\n', ['dns-target:5']],
    ['a CNAME to nothing', 'c CNAME nowhere\n', ['dns-target:5']],
    ['missing glue', 'sub NS ns.sub\n', ['dns-glue:5']],
    ['a text over 255', `t TXT "${'x'.repeat(256)}"\n`, ['dns-unreadable:5']],
    ['an IPv6 address for an A record', 'a A fd00::1\n', ['dns-unreadable:5']],
    ['a quote that is not closed', 't TXT "x\nb A 10.0.0.2\n', ['dns-unreadable:5']],
    ['a parenthesis that is not closed', 't TXT ( "x"\nb A 10.0.0.2\n', ['dns-unreadable:5']],
    ['a directive that is none', '$FOO bar\n', ['dns-unreadable:5']],
    ['a type that is none', 'a ALIAS ns1\n', ['dns-unknown-type:5']],
    ['an included file that is not there', '$INCLUDE other.inc\n', ['dns-include:5']],
    ['a name outside the zone', 'x.elsewhere.net. A 10.0.0.2\n', ['dns-outside-zone:5']],
    ['a serial of more than 32 bits', soa.replace(' 7 ', ' 202504121005 '), ['dns-serial:2']],
    ['a serial that a build fills in', soa.replace(' 7 ', ' @SERIAL@ '), []],
    ['two SPF records', '@ TXT "v=spf1 -all"\n@ TXT "v=spf1 mx -all"\n', ['dns-spf:6']],
    [
      'eleven look-ups in SPF',
      `@ TXT "v=spf1 ${Array.from({ length: 11 }, (_, at) => `include:a${at}.b`).join(' ')} -all"\n`,
      ['dns-spf:5'],
    ],
  ])('%s', (_name, body, expected) => expect(one(body)).toEqual(expected));

  it.each<readonly [string, string]>([
    ['a plain zone', 'a A 10.0.0.2\nc CNAME a\n@ MX 10 a\n'],
    ['targets elsewhere', 'c CNAME www.example.net.\n@ MX 10 mail.example.net.\n@ NS ns.example.net.\n'],
    ['null MX', '@ MX 0 .\n'],
    ['a key whose name for the algorithm is another one', '@ DNSKEY 257 3 ECDSAP256SHA256 AQID\n'],
    ['a URI of more than 255 characters', `u URI 1 1 "https://example.org/${'x'.repeat(300)}"\n`],
    ['a list of prefixes without any', 'a APL\n'],
    ['a target that a wildcard answers', '*.apps A 10.0.0.2\nc CNAME x.apps\n@ MX 10 x.apps\n'],
    ['glue that is there', 'sub NS ns.sub\nns.sub A 10.0.0.2\n'],
    ['a target below a delegation', 'sub NS ns1\nc CNAME web.sub\n@ MX 10 mail.sub\n'],
    ['a sub-name that only looks like the zone', 'lan.fleet A 10.0.0.2\n'],
    ['an SRV under the names of a service', '_x._tcp SRV 0 0 80 ns1\n'],
    [
      'DKIM and ACME names that nothing else holds',
      '_dmarc TXT "v=DMARC1; p=none"\n_acme-challenge.www CNAME x.acme.example.net.\n',
    ],
  ])('%s has nothing wrong', (_name, body) => expect(one(body)).toEqual([]));
});

describe('forward and reverse zones are checked against each other', () => {
  const reverse = (body: string): string => `$TTL 3600\n@ SOA ns1.fleet.lan. h 7 2 3 4 5\n@ NS ns1.fleet.lan.\n${body}`;
  it.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    ['they agree', { 'fleet.lan': 'a A 10.0.0.2\n', '0.0.10.in-addr.arpa': reverse('2 PTR a.fleet.lan.\n') }, []],
    [
      'the name has another address',
      { 'fleet.lan': 'a A 10.0.0.2\n', '0.0.10.in-addr.arpa': reverse('3 PTR a.fleet.lan.\n') },
      ['dns-reverse:4'],
    ],
    [
      'the name is not there',
      { 'fleet.lan': '', '0.0.10.in-addr.arpa': reverse('3 PTR gone.fleet.lan.\n') },
      ['dns-target:4', 'dns-reverse:4'],
    ],
    [
      'the dot is missing',
      { 'fleet.lan': 'a A 10.0.0.2\n', '0.0.10.in-addr.arpa': reverse('2 PTR a.fleet.lan\n') },
      ['dns-target:4'],
    ],
    ['the name is somebody else’s', { 'fleet.lan': '', '0.0.10.in-addr.arpa': reverse('3 PTR a.example.net.\n') }, []],
    [
      'an IPv6 zone agrees',
      {
        'fleet.lan': 'a AAAA fd00::2\n',
        '0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa': reverse(
          `2.${'0.'.repeat(15)}`.slice(0, -1) + ' PTR a.fleet.lan.\n',
        ),
      },
      [],
    ],
    [
      'a part of a network agrees (RFC 2317)',
      { 'fleet.lan': 'a A 10.0.0.130\n', '128/25.0.0.10.in-addr.arpa': reverse('130 PTR a.fleet.lan.\n') },
      [],
    ],
  ])('%s', (_name, zones, expected) => expect(found(zones)).toEqual(expected));
});

describe('what is not known here is no mistake', () => {
  const said = (body: string, files: Readonly<Record<string, string>> = {}): readonly string[] => {
    const texts = new Map(Object.entries({ ...files, 'fleet.lan': soa + body }));
    const zone = openZone({ zone: 'fleet.lan', file: 'fleet.lan' }, texts);
    return zoneFindings(isRefusal(zone) ? [] : [zone]).map(
      ({ check, level, line }) => `${check}:${level}:${line ?? 0}`,
    );
  };

  it.each<readonly [string, string, readonly string[]]>([
    [
      'an address that a build fills in, and names that point to it',
      'web A @WEB_ADDRESS@\nc CNAME web\n@ MX 10 web\n',
      ['dns-unreadable:note:5'],
    ],
    ['an address in a template', 'web A {{ web_address }}\n', ['dns-unreadable:note:5']],
    ['an address that is wrong', 'web A 10.0.0\nc CNAME web\n', ['dns-unreadable:error:5']],
    [
      'names that an included file may have',
      '$INCLUDE hosts.inc\nc CNAME web\n@ MX 10 mail\n',
      ['dns-include:warning:5'],
    ],
  ])('%s', (_name, body, expected) => expect(said(body)).toEqual(expected));

  it('looks into an included file that is there', () =>
    expect(said('$INCLUDE hosts.inc\n@ MX 10 mail\n', { 'hosts.inc': 'web A 10.0.0.2\n' })).toEqual([
      'dns-target:error:6',
    ]));
});
