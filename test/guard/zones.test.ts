import { describe, expect, test } from 'vitest';
import type { ChangedFile, Diff } from '../../src/guard/guard.ts';
import { judge } from '../../src/guard/list.ts';

const today = Date.UTC(2026, 10, 22);
const zone = (serial: number, body: string) => `$ORIGIN fleet.lan.
$TTL 300
@ IN SOA ns1 hostmaster ${serial} 3600 600 86400 300
  IN NS ns1
  IN MX 10 mail
ns1 IN A 10.0.0.1
mail IN A 10.0.0.2
${body}`;
const plain = 'www IN A 10.0.0.3\nwiki IN A 10.0.0.4\ngit IN A 10.0.0.5\n';

type Texts = Readonly<Record<string, string>>;

function diffOf(before: Texts, after: Texts, current: Texts = before): Diff {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const side = (text: string | undefined) => (text === undefined ? null : { mode: 'file' as const, text });
  return {
    files: paths.flatMap((path): ChangedFile[] =>
      before[path] === after[path] ? [] : [{ path, before: side(before[path]), after: side(after[path]) }],
    ),
    zones: [{ zone: 'fleet.lan', file: 'dns/fleet.lan.zone' }],
    zoneTexts: {
      before: new Map(Object.entries(before)),
      after: new Map(Object.entries(after)),
      current: new Map(Object.entries(current)),
    },
    now: today,
  };
}

const file = 'dns/fleet.lan.zone';
const found = (before: string, after: string, current = before) =>
  judge(diffOf({ [file]: before }, { [file]: after }, { [file]: current }));
const said = (before: string, after: string, current = before) =>
  found(before, after, current).map(({ check, level, line, message }) => `${check} ${level} ${line ?? '-'} ${message}`);

const old = zone(2026112201, plain);

test('a right change of one record says nothing', () => {
  expect(said(old, zone(2026112202, plain.replace('10.0.0.5', '10.0.0.6')))).toEqual([]);
});

test('a comment or a blank line needs no serial', () => {
  expect(said(old, `${old}\n; nothing here\n`)).toEqual([]);
});

describe('the serial of a changed zone', () => {
  const changed = plain.replace('10.0.0.5', '10.0.0.6');
  test.each([
    ['that stays', 2026112201, 2026112201, 'write 2026112202'],
    ['that goes back', 2026112201, 2026112101, 'write 2026112202'],
    ['that is half a circle away', 2026112201, 2026112201 - 2_147_483_648 + 4_294_967_296, 'write 2026112202'],
    ['that wraps the wrong way', 4_294_967_295, 4_294_967_290, 'write 1'],
  ])('%s is an error with the number to write', (_name, before, after, cure) => {
    const findings = found(zone(before, plain), zone(after % 4_294_967_296, changed));
    expect(findings).toMatchObject([{ check: 'zones-serial', level: 'error', file, line: 3 }]);
    expect(findings[0]?.message).toContain(cure);
  });

  test.each([
    ['steps over the end of 32 bits', 4_294_967_295, 1],
    ['jumps, but less than half a circle', 1, 2026112201],
  ])('may be one that %s', (_name, before, after) => {
    expect(said(zone(before, plain), zone(after, changed))).toEqual([]);
  });

  test('may stay where a server makes it by itself, and the plan says so', () => {
    const setting = { by: 'server', level: 'note', why: 'Knot counts it by itself' } as const;
    const facts = { before: [], after: [], serials: new Map([['fleet.lan.', { setting }]]) };
    const findings = judge({ ...diffOf({ [file]: old }, { [file]: zone(2026112201, changed) }), facts });
    expect(findings).toMatchObject([
      { check: 'zones-serial', level: 'note', message: expect.stringContaining('Knot counts it by itself') },
    ]);
  });

  test('goes on as the file has counted so far, where the number alone does not tell', () => {
    const history = [
      { serial: 25050403, at: Date.parse('2026-01-01') / 1000 },
      { serial: 25050404, at: Date.parse('2026-02-01') / 1000 },
    ];
    const facts = { before: [], after: [], serials: new Map([['fleet.lan.', { evidence: { history } }]]) };
    const findings = judge({
      ...diffOf({ [file]: zone(25050404, plain) }, { [file]: zone(25050404, changed) }),
      facts,
    });
    expect(findings[0]?.message).toContain('write 25050405');
  });

  test('that the default branch has taken meanwhile is an error, though git sees no conflict', () => {
    const meanwhile = zone(2026112202, plain.replace('10.0.0.3', '10.0.0.33'));
    expect(found(old, zone(2026112202, changed), meanwhile)).toMatchObject([
      { check: 'zones-serial', level: 'error', message: expect.stringContaining('write 2026112203') },
    ]);
  });

  test('that a build fills in is nobody’s to raise', () => {
    expect(said(zone(0, plain), zone(0, changed))).toEqual([]);
  });

  test('counts also where only an included file changed', () => {
    const main = `${zone(2026112201, '')}$INCLUDE hosts.inc\n`;
    const findings = judge(
      diffOf(
        { [file]: main, 'dns/hosts.inc': plain },
        { [file]: main, 'dns/hosts.inc': `${plain}new IN A 10.0.0.9\n` },
      ),
    );
    expect(findings).toMatchObject([{ check: 'zones-serial', level: 'error', file, line: 3 }]);
  });
});

describe('a zone that says something wrong', () => {
  test('since this diff is an error at its line', () => {
    expect(found(old, zone(2026112202, `${plain}www IN CNAME git\n`))).toMatchObject([
      { check: 'zones', level: 'error', line: 11 },
    ]);
  });
  test('since before says nothing', () => {
    const wrong = `${plain}www IN CNAME git\n`;
    expect(said(zone(2026112201, wrong), zone(2026112202, `${wrong}new IN A 10.0.0.9\n`))).toEqual([]);
  });
});

describe('a zone whose file is missing', () => {
  const gone = { 'README.md': '' };
  test('since this diff is an error', () => {
    expect(judge(diffOf({ [file]: old, ...gone }, gone))).toMatchObject([
      { check: 'zones', level: 'error', file },
      { check: 'zones-share', level: 'error', risk: 'fleet.lan.' },
    ]);
  });
  test('since before is a warning', () => {
    expect(judge(diffOf(gone, { 'README.md': 'x' }))).toMatchObject([{ check: 'zones', level: 'warning' }]);
  });
});

describe('a large share of a zone', () => {
  const many = Array.from({ length: 20 }, (_, at) => `h${at} IN A 10.0.1.${at}\n`);
  const share = (before: string, after: string) =>
    found(before, after).filter(({ check }) => check === 'zones-share').length;
  test.each([
    ['three of ten, which is just 30 %', zone(1, many.slice(0, 6).join('')), zone(2, many.slice(0, 3).join('')), 0],
    ['four of ten', zone(1, many.slice(0, 6).join('')), zone(2, many.slice(0, 2).join('')), 1],
    ['updated addresses', zone(1, many.join('')), zone(2, many.join('').replaceAll('10.0.1', '10.0.2')), 1],
    ['another TTL for everything', zone(1, plain), zone(2, plain).replace('$TTL 300', '$TTL 60'), 1],
    ['twenty new names', zone(1, plain), zone(2, plain + many.join('')), 0],
  ])('%s', (_name, before, after, count) => {
    expect(share(before, after)).toBe(count);
  });
});

describe('what a zone stands by', () => {
  const extra = (line: string) => zone(2026112202, `${plain}${line}\n`);
  test.each([
    ['the apex NS', `${zone(2026112202, plain)}@ IN NS mail\n`, 'name servers'],
    ['the apex MX', zone(2026112202, plain).replace('MX 10', 'MX 20'), 'mail servers'],
    ['the SOA beside its serial', zone(2026112202, plain).replace('3600 600', '7200 600'), 'SOA'],
    ['a DS', extra('sub IN DS 1 8 2 '.concat('AB'.repeat(32))), 'DS'],
    ['a CAA', extra('@ IN CAA 0 issue "letsencrypt.org"'), 'CAA'],
    ['a DKIM key', extra('k1._domainkey IN TXT "v=DKIM1; p=AAAA"'), 'DKIM'],
    ['a TLSA', extra(`_25._tcp.mail IN TLSA 3 1 1 ${'ab'.repeat(32)}`), 'TLSA'],
    ['a wildcard over existing names', extra('* IN A 10.0.0.9'), 'every name below fleet.lan.'],
    ['a delegation that hides a name', extra('git IN NS mail'), 'git.fleet.lan. in this zone'],
  ])('%s waits for a yes', (_name, after, words) => {
    const care = found(old, after).filter(({ check }) => check === 'zones-care');
    expect(care).toMatchObject([{ level: 'error', risk: expect.any(String) }]);
    expect(care[0]?.message).toContain('needs a yes');
    expect(care[0]?.message).toContain(words);
  });

  test('a removed MX and a wildcard below nothing that exists are told apart', () => {
    const withoutMx = zone(2026112202, plain).replace('  IN MX 10 mail\n', '');
    expect(found(old, withoutMx)).toMatchObject([{ check: 'zones-care', file }]);
    expect(said(old, extra('*.apps IN A 10.0.0.9'))).toEqual([]);
  });
});
