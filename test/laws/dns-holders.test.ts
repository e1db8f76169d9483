import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import type { HeldDocument } from '../../src/dns/holders.ts';
import { holders } from '../../src/dns/holders.ts';

const zone = 'example.org.';

/** What zone files, configuration and slips are made of, in any order. */
const fragment = fc.constantFrom(
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\t',
  '\f',
  '\uFEFF',
  ';',
  '(',
  ')',
  '"',
  '\\',
  '\\"',
  '\\\n',
  '@',
  '*',
  '$',
  '$ORIGIN ',
  '$TTL ',
  '$INCLUDE ',
  '$GENERATE 1-3 a$ A 10.0.0.$',

  'IN ',
  'A ',
  'AAAA ',
  'SOA ',
  'TXT ',
  'CNAME ',
  'www ',
  '300 ',
  '1h ',
  '10.0.0.1',
  '::1',
  'x.example.org.',
  '\\032',
  '\\999',
  '\0',
  'é',
  '😀',
  '.',
  '..',
  '7',
);
const text = fc.oneof(
  fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

const opened = (holder: (typeof holders)[number], source: string): HeldDocument =>
  holder.open(source, { path: 'some/file', zone });

describe.each(holders.map((holder) => [holder.id, holder] as const))('the holder %s', (_id, holder) => {
  it('prints any text as it read it', () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(opened(holder, source).text).toBe(source);
      }),
      { numRuns: 3000 },
    );
  });

  it('tells records, unreadable places and serials of any text without throwing', () => {
    fc.assert(
      fc.property(text, (source) => {
        const document = opened(holder, source);
        for (const record of document.records()) expect(record.line).toBeGreaterThan(0);
        for (const place of document.unreadable()) expect(place.column).toBeGreaterThan(0);
        for (const include of document.includes()) expect(include.line).toBeGreaterThan(0);
        expect(document.serial()?.line ?? 1).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('adds what was asked to any text, or refuses and says why', () => {
    fc.assert(
      fc.property(text, (source) => {
        const document = opened(holder, source);
        const change = {
          action: 'create',
          zone,
          owner: `consul.${zone}`,
          type: 'A',
          ttl: null,
          data: '10.0.20.30',
        } as const;
        const next = document.apply([change]);
        const keys = (one: HeldDocument): readonly string[] =>
          [...one.records()].map((record) => `${record.owner} ${record.type} ${record.data}`).sort();
        const expected = isRefusal(next) ? next.code : [...keys(document), 'consul.example.org. A 10.0.20.30'].sort();
        expect(isRefusal(next) ? next.code : keys(next)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes time that grows with the length only', () => {
    // Each would take minutes if any step looked back, looked ahead or went down for every character.
    for (const unit of ['"', '(', ')', '\\', ';', 'a ', '\n', ' (\n', '"\\\n', '$ORIGIN a\n']) {
      expect(opened(holder, unit.repeat(200_000 / unit.length)).text).toHaveLength(
        Math.floor(200_000 / unit.length) * unit.length,
      );
    }
  });
});
