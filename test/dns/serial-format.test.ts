import { describe, expect, it } from 'vitest';
import { type FormatEvidence, foundFormat, isAmbiguous, type PastSerial } from '../../src/dns/serial-format.ts';

const unixTime = Date.UTC(2026, 10, 22, 12) / 1000;
const on = (date: string, serial: number): PastSerial => ({ serial, at: Date.parse(`${date}T15:00:00Z`) / 1000 });

describe('what decides the format of a serial', () => {
  it.each<[string, number, FormatEvidence, string, string]>([
    ['a value that can be only one thing', 2026112201, { comment: 'YYMMDDNN' }, 'YYYYMMDDnn', 'value'],
    ['a small value whatever the comment says', 3, { comment: 'YYYYMMDDnn' }, 'counter', 'value'],
    ['ten digits that are no date and no time', 3_999_999_999, { comment: 'epoch' }, 'counter', 'value'],
    ['eight digits without a witness', 25050404, {}, 'YYMMDDnn', 'likelihood'],
    ['eight digits of a year far off', 85050404, {}, 'counter', 'likelihood'],
    ['eight digits and their comment', 85050404, { comment: 'YYMMDDPPb' }, 'YYMMDDnn', 'comment'],
    ['eight digits that a comment calls a counter', 25050404, { comment: 'counter' }, 'counter', 'comment'],
    ['neighbours that are short dates', 85050404, { neighbours: [25010101] }, 'YYMMDDnn', 'neighbours'],
    ['neighbours counted as far that are no date', 25050404, { neighbours: [25999904] }, 'counter', 'neighbours'],
    ['a neighbour of another format says nothing', 25050404, { neighbours: [2021051301, 7] }, 'YYMMDDnn', 'likelihood'],
    [
      'a history of days that the serials tell',
      25050404,
      { history: [on('2025-03-01', 25030101), on('2025-05-04', 25050404)] },
      'YYMMDDnn',
      'history',
    ],
    [
      'a history that went on by one from day to day',
      25050404,
      { history: [on('2026-01-01', 25050402), on('2026-02-01', 25050403), on('2026-03-01', 25050404)] },
      'counter',
      'history',
    ],
    [
      'a history against a comment: the comment was copied',
      25050404,
      { comment: 'YYMMDDnn', history: [on('2026-01-01', 25050403), on('2026-03-01', 25050404)] },
      'counter',
      'history',
    ],
    [
      'a day that was bumped twice is a date still',
      25050405,
      { history: [on('2025-05-04', 25050404), on('2025-09-09', 25050405)] },
      'YYMMDDnn',
      'history',
    ],
    [
      'a history of one commit on another day',
      25050404,
      { history: [on('2026-03-01', 25050404)] },
      'YYMMDDnn',
      'likelihood',
    ],
    ['ten digits as of now', 1_706_745_602, {}, 'unix-time', 'likelihood'],
    [
      'ten digits that were the time of their commit',
      1_706_745_602,
      { history: [{ serial: 1_706_745_602, at: 1_706_750_000 }] },
      'unix-time',
      'history',
    ],
    [
      'ten digits that only counted',
      1_700_000_009,
      { history: [on('2026-01-01', 1_700_000_008), on('2026-03-01', 1_700_000_009)] },
      'counter',
      'history',
    ],
  ])('%s', (_name, value, evidence, format, by) =>
    expect(foundFormat(value, evidence, unixTime)).toEqual({ format, by }),
  );

  it.each([
    [25050404, true],
    [1_706_745_602, true],
    [2026112201, false],
    [7, false],
    [4_294_967_295, false],
  ])('only %d can be of two formats: %s', (value, expected) => expect(isAmbiguous(value, unixTime)).toBe(expected));
});
