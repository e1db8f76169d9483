import { describe, expect, test } from 'vitest';
import { duplicateAttributes } from '../../src/nix/duplicates.ts';
import { parseNix } from '../../src/nix/parser.ts';

const found = (text: string): string[] =>
  duplicateAttributes(parseNix(text)).map(
    ({ name, at, first }) => `${name} ${at.line}:${at.column} ${first.line}:${first.column}`,
  );

describe('attributes that are defined twice', () => {
  test.each<readonly [string, readonly string[]]>([
    ['{ a = 1; a = 2; }', ['a 1:10 1:3']],
    ['{ a.b = 1;\n  a.b = 2; }', ['a.b 2:3 1:3']],
    ['{ a = 1; a.b = 2; }', ['a 1:10 1:3']],
    ['{ a.b = 1; a = 2; }', ['a 1:12 1:3']],
    ['{ a = { b = 1; }; a.b = 2; }', ['a.b 1:19 1:9']],
    ['{ a = { b = 1; }; a = { b = 2; }; }', ['b 1:25 1:9']],
    ['{ inherit a; a = 1; }', ['a 1:14 1:11']],
    ['{ inherit a; inherit (b) a; }', ['a 1:26 1:11']],
    ['{ a = 1; "a" = 2; ${"a"} = 3; }', ['a 1:10 1:3', 'a 1:19 1:3']],
    ['let a = 1; a = 2; in a', ['a 1:12 1:5']],
    ['x: { y = { a = 1; a = 2; }; }', ['a 1:19 1:12']],
  ])('%j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  test.each([
    '{ a.b = 1; a.c = 2; }',
    '{ a = { b = 1; }; a.c = 2; }',
    '{ a = { b = 1; }; a = { c = 2; }; }',
    '{ a = { b = 1; }; c = { b = 1; }; }',
    '{ a.${x} = 1; a.${x} = 2; }',
    '{ ${x} = 1; ${y} = 2; }',
    'rec { a = { a = 1; }; }',
    '{ a = ; }',
  ])('none in %j', (text) => {
    expect(found(text)).toEqual([]);
  });
});

test('sets that nest a hundred thousand deep', () => {
  expect(found(`${'{ a = '.repeat(100_000)}1${'; }'.repeat(100_000)}`)).toEqual([]);
});
