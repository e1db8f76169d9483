import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absoluteName, canonicalName } from '../../../src/dns/name.ts';
import { beginsOtherwise, compareWritten, isPlainName } from '../../../src/dns/zone-file/written-name.ts';
import { parseZoneFile } from '../../../src/dns/zone-file/zone-file-holder.ts';

const origin = 'example.org.';

/** Short names of few characters, so that many of them are alike: with case, dots, escapes and what is written as one. */
const writtenName = fc
  .array(fc.constantFrom('a', 'A', 'b', '1', '-', '.', '\\.', '\\065', '\\097', '$', '@', 'ü', '_', '*'), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join(''));

describe('Names as a file writes them', () => {
  test('are told apart exactly as their canonical forms are', () => {
    fc.assert(
      fc.property(writtenName, writtenName, (one, other) => {
        const told = compareWritten(`${one} ${other}`, 0, one.length, one.length + 1, one.length + 1 + other.length);
        const same = absoluteName(one, origin) === absoluteName(other, origin);
        expect(told === 'unknown' || (told === 'alike') === same).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('that begin otherwise are other names, and plain ones are as long as their canonical form', () => {
    fc.assert(
      fc.property(writtenName, writtenName, (one, other) => {
        const name = absoluteName(other, origin);
        const length = canonicalName(one).length - (one.endsWith('.') ? 0 : 1);
        expect(beginsOtherwise(one, 0, name) && absoluteName(one, origin) === name).toBe(false);
        expect(isPlainName(one, 0, one.length) && length !== one.length).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['host1', 'HOST1', 'alike'],
    ['host1', 'host2', 'different'],
    ['host1', 'host10', 'different'],
    ['host', 'host.example.org.', 'unknown'],
    ['a\\098', 'ab', 'unknown'],
    ['@', 'example.org.', 'unknown'],
  ])('%s and %s are %s', (one, other, told) => {
    const text = `${one} ${other}`;
    expect(compareWritten(text, 0, one.length, one.length + 1, text.length)).toBe(told);
  });
});

describe('A row of a zone file', () => {
  test('is owned by its name and by no other, however the name is written', () => {
    fc.assert(
      fc.property(fc.array(writtenName, { minLength: 1, maxLength: 6 }), (names) => {
        const text = names.map((name) => `${name} 300 IN A 192.0.2.1\n`).join('');
        const { entries } = parseZoneFile(text, { path: 'zone', zone: origin });
        for (let row = 0; row < entries.length; row += 1) {
          for (let other = 0; other < entries.length; other += 1) {
            const same = entries.owner(row) === entries.owner(other);
            expect(entries.isOwnedBy(row, entries.owner(other))).toBe(same && entries.owner(row) !== '');
            expect(entries.isOwnedAlike(row, other)).toBe(same);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
