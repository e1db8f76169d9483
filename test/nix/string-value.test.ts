import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNix } from '../../src/nix/parser.ts';
import { indentString, quoteString } from '../../src/nix/string-text.ts';
import { piecesOf, plainValue } from '../../src/nix/string-value.ts';

function valueOf(text: string): string | null {
  const { root } = parseNix(text);
  return root?.type === 'string' ? plainValue(text, root) : null;
}

describe('the value of a string', () => {
  test.each([
    ['""', ''],
    [String.raw`"a\n\t\r\\\"\q"`, 'a\n\t\r\\"q'],
    ['"a\r\nb\rc"', 'a\nb\nc'],
    [String.raw`"\${a} $\{b} $$"`, '${a} ${b} $$'],
    ['"$${a}"', '$${a}'],
    ["''''", ''],
    ["''\n  a\n    b\n\n  c\n''", 'a\n  b\n\nc\n'],
    ["''   \n  a''", 'a'],
    ["''a\n  b''", 'a\n  b'],
    ["''\n  a\n  ''", 'a\n'],
    ["''\n  a ''$ ''' ''\\n ''\\t ''\\x\n''", "a $ '' \n\t x\n"],
    ["''\n\ta\n\tb''", '\ta\n\tb'],
    ["''\n  ''\\ta\n   b''", '\ta\n b'],
    ["'' a''", 'a'],
    ["''\n  $${x} '$ $''", "$${x} '$ $"],
    ["''\n   \n  a\n''", ' \na\n'],
    ['"a${b}"', null],
  ])('%j', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  test('an interpolation at the start of a line ends the indentation there', () => {
    const text = "''\n    ${a}\n      b\n''";
    const { root } = parseNix(text);
    expect(root?.type === 'string' && piecesOf(text, root)).toEqual([
      '',
      expect.objectContaining({ type: 'ident', name: 'a' }),
      '\n  b\n',
    ]);
  });
});

const values = fc
  .array(fc.constantFrom(..."a,\u0020,  ,\n,\n\n,$,{,${,$$,','',''',\\,\",\t,\r,é,😀".split(',')), { maxLength: 20 })
  .map((pieces) => pieces.join(''));

describe('text made from a value reads as that value', () => {
  test('between plain quotes', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(valueOf(quoteString(value))).toBe(value);
      }),
      { numRuns: 3000 },
    );
  });

  test('as an indented string, at any indentation', () => {
    fc.assert(
      fc.property(values, fc.nat({ max: 6 }), (value, depth) => {
        const text = indentString(value, ' '.repeat(depth + 2), ' '.repeat(depth));
        expect(valueOf(text)).toBe(value);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['a', '"a"'],
    ['${a} $${b} $', String.raw`"\${a} $\${b} $"`],
    ['"\\', String.raw`"\"\\"`],
  ])('%j is written %s', (value, text) => {
    expect(quoteString(value)).toBe(text);
  });

  test('an indented string looks as a person would write it', () => {
    expect(indentString('a\n  b\n\nc\n', '    ', '  ')).toBe("''\n    a\n      b\n\n    c\n  ''");
  });
});
