import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entries } from '../../../src/dns/zone-file/entries.ts';
import { parseEntries } from '../../../src/dns/zone-file/parse.ts';
import { reparseEntries } from '../../../src/dns/zone-file/reparse.ts';

const line = fc.constantFrom(
  '$TTL 60\n',
  '$ORIGIN sub\n',
  '$ORIGIN example.org.\n',
  '@ IN SOA ns h 1 2 3 4 5\n',
  'www A 192.0.2.1\r\n',
  '\tAAAA ::1\n',
  ' 300 IN TXT "a ; b" ; c\n',
  'mx MX 10 (\n mail )\n',
  '; note\n',
  '\n',
  'bad "\n',
  'x A\n',
  'y CH TXT z\r',
  '$INCLUDE f\n',
);
const fragment = fc.oneof(line, fc.constantFrom('(', ')', '"', 'a', ' ', '\n', '@', '0', ''));
const zone = { origin: 'example.org.', defaultTtl: null };

const told = (entries: Entries) =>
  [...entries].map((entry) => ({
    kind: entry.kind,
    lines: [entry.line, entry.start, entry.end],
    says: [entry.owner, entry.type, entry.ttl, entry.foreignClass, entry.scope.origin, entry.scope.defaultTtl],
    problem: entry.problem,
    places: [entry.ownerAt, entry.ownerEnd, entry.ttlAt, entry.classAt, entry.typeAt, entry.dataAt, entry.wordsEnd],
  }));

describe('a zone file after an edit', () => {
  it('is read from what was read before exactly as it is read anew', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(line, { maxLength: 30 }),
        fc.array(fc.tuple(fc.nat(1000), fc.nat(12), fragment), { minLength: 1, maxLength: 3 }),
        (withTtl, lines, edits) => {
          const text = (withTtl ? '$TTL 300\n' : '') + lines.join('');
          const before = parseEntries(text, zone);
          const changes: { at: number; end: number; text: string }[] = [];
          for (const [place, length, into] of edits.toSorted((a, b) => a[0] - b[0])) {
            const at = Math.max(Math.floor((place / 1001) * text.length), changes.at(-1)?.end ?? 0);
            changes.push({ at, end: Math.min(text.length, at + length), text: into });
          }
          let after = '';
          let from = 0;
          for (const one of changes) {
            after += text.slice(from, one.at) + one.text;
            from = one.end;
          }
          after += text.slice(from);
          expect(told(reparseEntries(before, after, zone, changes))).toEqual(told(parseEntries(after, zone)));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('has entries that touch each other from the first character to the last', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        expect([...parseEntries(text, zone)].map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});
