import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BEYOND_ASCII, END_OF_TEXT, unitsOf } from '../../../src/nix/lex/units.ts';

/** What is said of a text, one code unit at a time. */
function expected(text: string): number[] {
  return Array.from({ length: text.length }, (_, at) => Math.min(text.charCodeAt(at), BEYOND_ASCII));
}

test.each([
  '',
  'a b\0',
  'é',
  '€',
  'a😀b',
  '\ud800',
  '\udc00\ud800',
  '\ufeff{ }',
  '😀'.repeat(40_000),
  'x'.repeat(200_000),
])('a text has one byte for each of its code units (case %#)', (text) => {
  const units = unitsOf(text);
  expect([...units.subarray(0, text.length)]).toEqual(expected(text));
  expect([...units.subarray(text.length, text.length + 4)]).toEqual(Array(4).fill(END_OF_TEXT));
});

test('and so has any other, whatever was read before it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect([...unitsOf(text).subarray(0, text.length + 1)]).toEqual([...expected(text), END_OF_TEXT]);
    }),
  );
});
