import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { compareSerials, isNewerSerial, nextSerial } from '../../src/dns/serial.ts';
import { serialFormat } from '../../src/dns/serial-format.ts';

const today = { year: 2026, month: 11, day: 22 };
const unixTime = Date.UTC(2026, 10, 22, 12) / 1000;

describe('serials compare as RFC 1982 has them', () => {
  it.each([
    [1, 0, 'newer'],
    [0, 4_294_967_295, 'newer'],
    [1, 4_294_967_295, 'newer'],
    [2_147_483_647, 0, 'newer'],
    [2_147_483_648, 0, 'undefined'],
    [0, 2_147_483_648, 'undefined'],
    [2_147_483_649, 0, 'older'],
    [2026112201, 2026112201, 'equal'],
    [2026112201, 25050404, 'newer'],
    [2026112201, 4_000_000_000, 'older'],
    [1_795_359_600, 2026112201, 'older'],
  ] as const)('%d is to %d: %s', (a, b, expected) => expect(compareSerials(a, b)).toBe(expected));

  it('turns round when the two change places', () => {
    const serial = fc.integer({ min: 0, max: 4_294_967_295 });
    fc.assert(
      fc.property(serial, serial, (a, b) => {
        const turned = { newer: 'older', older: 'newer', equal: 'equal', undefined: 'undefined' }[compareSerials(a, b)];
        expect(compareSerials(b, a)).toBe(turned);
      }),
    );
  });
});

describe('the format of a serial is found and kept', () => {
  it.each([
    [2026112201, '', 'YYYYMMDDnn'],
    [2026033000, 'YYMMDDNN', 'YYYYMMDDnn'],
    [2022060940, '', 'YYYYMMDDnn'],
    [25050404, 'YYMMDDPPb', 'YYMMDDnn'],
    [1706745602, '', 'unix-time'],
    [3, '', 'counter'],
    [100, 'serial', 'counter'],
    [2026139901, '', 'counter'],
    [4_294_967_295, '', 'counter'],
  ] as const)('%d with the comment "%s" is %s', (value, comment, format) =>
    expect(serialFormat(value, { comment }, { unixTime })).toBe(format),
  );
});

describe('the next serial', () => {
  it.each([
    ['the first of today', 2026112001, 2026112201],
    ['the next of today', 2026112201, 2026112202],
    ['nn at 99 carries by one', 2026112299, 2026112300],
    ['a carried serial counts on, never back to today', 2026112305, 2026112306],
    ['a date in the future counts on', 2099010100, 2099010101],
    ['a counter counts', 3, 4],
    ['a counter wraps to 1', 4_294_967_295, 1],
    ['a short date', 25050404, 26112201],
    ['unix time is now', 1_706_745_602, unixTime],
    ['unix time that is not in the past counts', unixTime + 5, unixTime + 6],
  ] as const)('%s', (_name, current, expected) => {
    const next = nextSerial(current, { today, unixTime });
    expect(isRefusal(next) ? next.code : next.serial).toBe(expected);
  });

  it('says that a date in the future is one', () => {
    const next = nextSerial(2099010100, { today, unixTime });
    expect(isRefusal(next) ? '' : next.warning).toContain('dated after today');
  });

  it.each([202504121005, 4_294_967_296, -1, 1.5, Number.NaN])('%d is refused: no server takes it', (value) => {
    const next = nextSerial(value, { today, unixTime });
    expect(isRefusal(next) ? next.code : 'accepted').toBe('serial-unreadable');
  });

  it('is newer than the old one whatever that was, is never 0, and stays within 32 bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_294_967_295 }), (current) => {
        const next = nextSerial(current, { today, unixTime });
        if (isRefusal(next)) throw new Error(next.code);
        expect(isNewerSerial(next.serial, current)).toBe(true);
        expect(next.serial).toBeGreaterThan(0);
        expect(next.serial).toBeLessThanOrEqual(4_294_967_295);
      }),
      { numRuns: 2000 },
    );
  });
});
