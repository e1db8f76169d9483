import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import type { KnownOfSerial } from '../../src/dns/serial-decision.ts';
import { mergeSerial, type ThreeSides } from '../../src/dns/serial-merge.ts';

const source = { zone: 'fleet.lan', file: 'fleet.lan.zone' };
const now = Date.UTC(2026, 10, 22);
const zone = (serial: number, ...lines: readonly string[]): string =>
  [
    '$TTL 3600',
    `@ IN SOA ns1 h ( ${serial} ; serial`,
    ' 7200 3600 1209600 300 )',
    ' NS ns1',
    'ns1 A 10.0.0.1',
    'a A 10.0.0.2',
    ...lines,
    '',
  ].join('\n');

const merge = (texts: ThreeSides<string>, known: KnownOfSerial = {}) => {
  const side = (text: string) => new Map([[source.file, text]]);
  const sides = { base: side(texts.base), ours: side(texts.ours), theirs: side(texts.theirs) };
  return mergeSerial(source, source.file, sides, { now, known });
};

describe('two branches that meet on the serial', () => {
  it('are merged with one serial that is newer than both', () => {
    const merged = merge({
      base: zone(2026112201, 'z A 10.0.0.9'),
      ours: zone(2026112202, 'm A 10.0.0.3', 'z A 10.0.0.9'),
      theirs: zone(2026112202, 'z A 10.0.0.9', 'n A 10.0.0.4'),
    });
    expect(merged).toEqual({
      serial: 2026112203,
      text: zone(2026112203, 'm A 10.0.0.3', 'z A 10.0.0.9', 'n A 10.0.0.4'),
    });
  });

  it('keep both lines where both added at the same place', () => {
    const merged = merge({ base: zone(7), ours: zone(8, 'm A 10.0.0.3'), theirs: zone(9, 'n A 10.0.0.4') });
    expect(merged).toEqual({ serial: 10, text: zone(10, 'm A 10.0.0.3', 'n A 10.0.0.4') });
  });

  it.each([
    ['the base did not move', { base: zone(7), ours: zone(8, 'm A 10.0.0.3'), theirs: zone(7) }, 8],
    ['only the base moved', { base: zone(7), ours: zone(7), theirs: zone(9, 'n A 10.0.0.4') }, 9],
  ] as const)('need no further serial where %s', (_name, texts, serial) => {
    const merged = merge(texts);
    expect(isRefusal(merged) ? merged.code : merged.serial).toBe(serial);
  });

  it.each([
    [
      'both changed the same record',
      { base: zone(7, 'z A 10.0.0.9'), ours: zone(8, 'z A 10.0.0.3'), theirs: zone(8, 'z A 10.0.0.4') },
      'record-conflict',
    ],
    [
      'one changed what the other removed',
      { base: zone(7, 'z A 10.0.0.9'), ours: zone(8), theirs: zone(8, 'z A 10.0.0.4') },
      'record-conflict',
    ],
    [
      'the serial is a placeholder',
      { base: zone(7), ours: zone(8), theirs: zone(9).replace('9', '@SERIAL@') },
      'serial-unreadable',
    ],
    [
      'the serial has more than 32 bits',
      { base: zone(7), ours: zone(8), theirs: zone(202504121005) },
      'serial-unreadable',
    ],
  ] as const)('are left to a person where %s', (_name, texts, code) => {
    const merged = merge(texts);
    expect(isRefusal(merged) ? merged.code : 'merged').toBe(code);
  });

  it('goes on as the file has counted so far', () => {
    const history = [
      { serial: 25050403, at: Date.parse('2026-01-01') / 1000 },
      { serial: 25050404, at: Date.parse('2026-02-01') / 1000 },
    ];
    const texts = {
      base: zone(25050404),
      ours: zone(25050405, 'm A 10.0.0.3'),
      theirs: zone(25050405, 'n A 10.0.0.4'),
    };
    expect(merge(texts, { evidence: { history } })).toMatchObject({ serial: 25050406 });
    expect(merge(texts)).not.toMatchObject({ serial: 25050406 });
  });

  it('is left alone where a server makes it', () => {
    const texts = { base: zone(7), ours: zone(7, 'm A 10.0.0.3'), theirs: zone(7, 'n A 10.0.0.4') };
    expect(merge(texts)).toEqual({ serial: null, text: zone(7, 'm A 10.0.0.3', 'n A 10.0.0.4') });
  });
});
