import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance, nearest } from '../../src/core/nearest.ts';

const hosts = ['griffin', 'wolfhound', 'blackjack', 'web1', 'web2', 'a'];

describe('the word that was meant', () => {
  test.each([
    ['a swap', 'wolfhuond', 'wolfhound'],
    ['a missing letter', 'grifin', 'griffin'],
    ['a letter too much', 'blackkjack', 'blackjack'],
    ['two mistakes', 'wolfhuund', 'wolfhound'],
    ['another case', 'GRIFFIN', 'griffin'],
    ['the first of two that are as near', 'web3', 'web1'],
    ['three mistakes', 'wlfhnd', null],
    ['another word', 'medusa', null],
    ['a short word that would match anything', 'b', null],
    ['nothing', '', null],
  ])('%s', (_name, word, meant) => {
    expect(nearest(word, hosts)).toBe(meant);
  });

  test('is nobody where there is nobody', () => {
    expect(nearest('griffin', [])).toBeNull();
  });
});

describe('the distance of two words', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });

  test('is nothing for the same word only, the same from both ends, and never more than the longer word', () => {
    fc.assert(
      fc.property(word, word, (from, to) => {
        const distance = editDistance(from, to);
        expect(distance === 0).toBe(from === to);
        expect(editDistance(to, from)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(from.length, to.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(from.length - to.length));
      }),
    );
  });

  test.each([
    ['ab', 'ba', 1],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ])('%s to %s', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });
});
