import { describe, expect, it, test } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import { octodnsHolder } from '../../../src/dns/octodns/octodns-holder.ts';
import { edited, openAs, recordsIn } from '../names/edits.ts';

const text = `---
# the top
'':
  - type: MX
    values:
    - exchange: mail.example.org.
      preference: 10
  - type: TXT
    value: v=spf1 a\\; -all
# ours
db:
  octodns:
    cloudflare:
      proxied: true
  ttl: 300
  type: A
  value: 192.0.2.5 # the old one
geo:
  dynamic:
    pools: {}
  type: A
  value: 192.0.2.9
www:
  type: AAAA
  values:
  - 2001:db8::1
  - 2001:db8::2
`;
const edit = (said: string) => edited('octodns', text, said, 'example.org');

describe('an octoDNS zone file', () => {
  it('is known by its name and its records', () => {
    expect(octodnsHolder.claims('config/example.org.yaml', text)).toBe(true);
    expect(octodnsHolder.zonesIn('config/example.org..yaml', text)).toEqual(['example.org.']);
    expect(octodnsHolder.claims('k8s.example/ingress.example.yaml', 'spec:\n  type: LoadBalancer\n')).toBe(false);
  });

  it('tells its records with their TTL and line, and no serial: the provider keeps the SOA', () => {
    expect(recordsIn('octodns', text, 'example.org')).toEqual([
      '6 example.org. MX 10 mail.example.org.',
      '9 example.org. TXT "v=spf1 a; -all"',
      '17 db.example.org. 300 A 192.0.2.5',
      '26 www.example.org. AAAA 2001:db8::1',
      '27 www.example.org. AAAA 2001:db8::2',
    ]);
    expect(openAs('octodns', text, 'example.org').serial()).toBeNull();
  });

  test.each([
    ['one value more', '+ www.example.org AAAA 2001:db8::3', ['+  - 2001:db8::3']],
    ['a name in its place', '+ mail.example.org A 192.0.2.8', ['+mail:', '+  type: A', '+  value: 192.0.2.8']],
    [
      'a type beside a list of records',
      '+ example.org CAA 0 issue "letsencrypt.org"',
      ['+  - type: CAA', '+    value:', '+      flags: 0', '+      tag: issue', '+      value: letsencrypt.org'],
    ],
    [
      'another value, and the comment stays',
      '~ db.example.org A 192.0.2.5 > 192.0.2.6',
      ['-  value: 192.0.2.5 # the old one', '+  value: 192.0.2.6 # the old one'],
    ],
    [
      'one field of several',
      '~ example.org MX 10 mail.example.org. > 20 mail.example.org.',
      ['-      preference: 10', '+      preference: 20'],
    ],
    [
      'a text with a semicolon',
      '~ example.org TXT "v=spf1 a; -all" > "v=spf1 mx; -all"',
      ['-    value: v=spf1 a\\; -all', '+    value: v=spf1 mx\\; -all'],
    ],
    ['one value less', '- www.example.org AAAA 2001:db8::1', ['-  - 2001:db8::1']],
    [
      'a second value where one stood',
      '+ db.example.org A 192.0.2.6',
      ['-  value: 192.0.2.5 # the old one', '+  values:', '+  - 192.0.2.5 # the old one', '+  - 192.0.2.6'],
    ],
  ] as const)('takes %s and touches no other line', (_name, said, lines) => {
    expect(edit(said)).toEqual(lines);
  });

  test.each([
    [
      'the first of a list behind a key of its own',
      "? ''\n: - ttl: 60\n    type: A\n    value: 192.0.2.1\n  - ttl: 300\n    type: AAAA\n    value: 2001:db8::1\n",
      '- example.org A 192.0.2.1',
      ['-: - ttl: 60', '-    type: A', '-    value: 192.0.2.1', '-  - ttl: 300', '+: - ttl: 300'],
    ],
    [
      'a text over several lines, with the value of the next name',
      'k:\n  type: TXT\n  values:\n    - >-\n      v=DKIM1\\;\n      p=AAAA\n    - other\nz:\n  type: A\n  value: 192.0.2.1\n',
      '- k.example.org TXT "v=DKIM1; p=AAAA"',
      ['-    - >-', '-      v=DKIM1\\;', '-      p=AAAA'],
    ],
    [
      'an address that is not spelled as usual',
      'www:\n  type: AAAA\n  value: 2001:DB8:0::1\nx:\n  type: A\n  values:\n    - 192.0.2.1\n',
      '+ www.example.org AAAA 2001:db8::2',
      ['-  value: 2001:DB8:0::1', '+  values:', '+    - 2001:DB8:0::1', '+    - 2001:db8::2'],
    ],
    [
      'a backslash and quotes in a text',
      'www:\n  type: TXT\n  value: one\n',
      '~ www.example.org TXT "one" > "a \\"b\\" c\\\\d; e"',
      ['-  value: one', '+  value: a "b" c\\d\\; e'],
    ],
  ])('knows %s', (_name, source, said, lines) => {
    expect(edited('octodns', source, said, 'example.org')).toEqual(lines);
  });

  const anchored = `? ''
: - type: A
    values: &web
      - 192.0.2.1
www:
  type: A
  values: *web
cv: &pages
  type: CNAME
  ttl: 60
  value: pages.example.net.
blog:
  <<: *pages
db:
  type: A
  value: 192.0.2.5
`;

  it('tells what a name has by an anchor, and changes it for no other name', () => {
    expect(recordsIn('octodns', anchored, 'example.org')).toEqual([
      '1 example.org. A 192.0.2.1',
      '5 www.example.org. A 192.0.2.1',
      '8 cv.example.org. 60 CNAME pages.example.net.',
      '12 blog.example.org. 60 CNAME pages.example.net.',
      '16 db.example.org. A 192.0.2.5',
    ]);
    for (const said of [
      '- example.org A 192.0.2.1',
      '~ www.example.org A 192.0.2.1 > 192.0.2.2',
      '- cv.example.org CNAME pages.example.net.',
      '~ blog.example.org CNAME pages.example.net. > x.example.net.',
    ])
      expect(edited('octodns', anchored, said, 'example.org')).toEqual([
        expect.stringMatching(/^zone-unreadable line (1|5|8|12)$/),
      ]);
    expect(edited('octodns', anchored, '~ db.example.org A 192.0.2.5 > 192.0.2.6', 'example.org')).toEqual([
      '-  value: 192.0.2.5',
      '+  value: 192.0.2.6',
    ]);
  });

  it('takes a name away with all that speaks of it', () => {
    expect(edit('- db.example.org A 192.0.2.5')).toEqual([
      '-db:',
      '-  octodns:',
      '-    cloudflare:',
      '-      proxied: true',
      '-  ttl: 300',
      '-  type: A',
      '-  value: 192.0.2.5 # the old one',
    ]);
  });

  it('makes a list of the records of a name that gets a second type', () => {
    const both = edited(
      'octodns',
      'www:\n  ttl: 60\n  type: A\n  value: 192.0.2.1\n',
      '+ www.example.org AAAA 2001:db8::9',
      'example.org',
    );
    expect(both.filter((line) => line.startsWith('+'))).toEqual([
      '+  - ttl: 60',
      '+    type: A',
      '+    value: 192.0.2.1',
      '+  - type: AAAA',
      '+    value: 2001:db8::9',
    ]);
  });

  it.each([60, null])('changes a TTL alone, or brings one in (%s before)', (before) => {
    const source = `www:\n${before === null ? '' : `  ttl: ${before}\n`}  type: A\n  value: 192.0.2.1\n`;
    const change = {
      action: 'update',
      zone: 'example.org.',
      owner: 'www.example.org.',
      type: 'A',
      before: '192.0.2.1',
      data: '192.0.2.1',
      ttl: 600,
    } as const;
    const next = openAs('octodns', source, 'example.org').apply([change]);
    expect(isRefusal(next) ? next.code : next.text).toBe('www:\n  ttl: 600\n  type: A\n  value: 192.0.2.1\n');
  });

  test.each([
    ['answers that are computed', '+ geo.example.org A 192.0.2.10', 'zone-unreadable line 19'],
    ['a value that is there', '+ db.example.org A 192.0.2.5', 'record-exists line 17'],
    ['a CNAME over an address', '+ db.example.org CNAME x.example.net.', 'record-conflict line 17'],
    ['an address that is none', '+ x.example.org A ::1', 'bad-arguments'],
    ['a value that is not there', '- db.example.org A 192.0.2.66', 'record-not-found line 17'],
    ['a type that octoDNS has no words for here', '+ x.example.org LOC 52 0 0 N 4 0 0 E 0m', 'zone-unreadable line 6'],
  ])('refuses %s', (_name, said, code) => {
    expect(edit(said)).toEqual([code]);
  });
});
