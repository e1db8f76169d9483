import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import type { RecordChange } from '../../src/dns/change.ts';
import { planDnsChange } from '../../src/dns/plan-change.ts';
import { reverseName, reverseOwner } from '../../src/dns/reverse.ts';

describe('the reverse name of an address', () => {
  it.each([
    ['10.0.20.30', '30.20.0.10.in-addr.arpa.'],
    ['2001:db8::1', `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa.`],
    ['not an address', null],
    ['10.0.20', null],
  ])('%s', (address, name) => expect(reverseName(address)).toBe(name));

  it.each<readonly [string, readonly string[], string | null]>([
    ['10.0.20.30', ['20.0.10.in-addr.arpa.'], '30.20.0.10.in-addr.arpa.'],
    ['10.0.20.30', ['10.in-addr.arpa.', '0.10.in-addr.arpa.'], '30.20.0.10.in-addr.arpa.'],
    ['10.0.20.30', ['0/25.20.0.10.in-addr.arpa.', '128/25.20.0.10.in-addr.arpa.'], '30.0/25.20.0.10.in-addr.arpa.'],
    ['10.0.20.130', ['0/25.20.0.10.in-addr.arpa.', '128/25.20.0.10.in-addr.arpa.'], '130.128/25.20.0.10.in-addr.arpa.'],
    ['10.0.20.30', ['0-63.20.0.10.in-addr.arpa.'], '30.0-63.20.0.10.in-addr.arpa.'],
    ['10.0.20.64', ['0-63.20.0.10.in-addr.arpa.'], null],
    ['10.0.21.30', ['20.0.10.in-addr.arpa.', 'fleet.lan.'], null],
  ])('%s in %j', (address, zones, owner) => {
    expect(
      reverseOwner(
        address,
        zones.map((name) => ({ name })),
      )?.owner ?? null,
    ).toBe(owner);
  });
});

describe('reverse records follow their addresses', () => {
  const forward = '$TTL 60\n@ SOA ns1 h 7 2 3 4 5\n@ NS ns1\nns1 A 10.0.20.1\na A 10.0.20.2\nshared A 10.0.20.1\n';
  const reverse =
    '$TTL 60\n@ SOA ns1.fleet.lan. h 70 2 3 4 5\n@ NS ns1.fleet.lan.\n1 PTR ns1.fleet.lan.\n2 PTR a.fleet.lan.\n';
  const zone = 'fleet.lan.';
  const plan = (changes: readonly RecordChange[], second = reverse) => {
    const sources = ['fleet.lan', '20.0.10.in-addr.arpa'].map((name) => ({ zone: name, file: name }));
    return planDnsChange(
      {
        zones: sources,
        files: new Map([
          ['fleet.lan', forward],
          ['20.0.10.in-addr.arpa', second],
        ]),
      },
      changes,
      Date.UTC(2026, 10, 22),
    );
  };
  const rows = (changes: readonly RecordChange[]): readonly string[] => {
    const planned = plan(changes);
    if (isRefusal(planned)) return [planned.code];
    return [
      ...planned.rows
        .slice(changes.length)
        .map((row) => `${row.action} ${row.name} ${row.before ?? ''}>${row.after ?? ''}`),
      ...planned.serials.map((bump) => `${bump.zone} ${bump.new}`),
    ];
  };
  const at = (name: string) => ({ zone, owner: `${name}.${zone}`, type: 'A', ttl: null });

  it.each<readonly [string, readonly RecordChange[], readonly string[]]>([
    [
      'a new address gets one',
      [{ action: 'create', ...at('new'), data: '10.0.20.9' }],
      ['create 9.20.0.10.in-addr.arpa. >new.fleet.lan.', 'fleet.lan. 8', '20.0.10.in-addr.arpa. 71'],
    ],
    ['an address that has a name keeps it', [{ action: 'create', ...at('new'), data: '10.0.20.1' }], ['fleet.lan. 8']],
    ['an address outside the zone has none', [{ action: 'create', ...at('new'), data: '10.0.21.9' }], ['fleet.lan. 8']],
    ['a wildcard gets none', [{ action: 'create', ...at('*'), data: '10.0.20.9' }], ['fleet.lan. 8']],
    [
      'a moved address takes it along',
      [{ action: 'update', ...at('a'), before: '10.0.20.2', data: '10.0.20.9' }],
      [
        'delete 2.20.0.10.in-addr.arpa. a.fleet.lan.>',
        'create 9.20.0.10.in-addr.arpa. >a.fleet.lan.',
        'fleet.lan. 8',
        '20.0.10.in-addr.arpa. 71',
      ],
    ],
    [
      'a removed address loses its own',
      [{ action: 'delete', ...at('a'), data: '10.0.20.2' }],
      ['delete 2.20.0.10.in-addr.arpa. a.fleet.lan.>', 'fleet.lan. 8', '20.0.10.in-addr.arpa. 71'],
    ],
    [
      'a removed address leaves what names another',
      [{ action: 'delete', ...at('shared'), data: '10.0.20.1' }],
      ['fleet.lan. 8'],
    ],
  ])('%s', (_name, changes, expected) => expect(rows(changes)).toEqual(expected));

  it('a reverse zone that cannot be read is reported, and the address still changes', () => {
    const planned = plan([{ action: 'create', ...at('new'), data: '10.0.20.9' }], `${reverse}9 PTR\n`);
    expect(isRefusal(planned) ? planned.code : planned.findings.map((finding) => finding.check)).toEqual([
      'dns-reverse',
    ]);
  });
});
