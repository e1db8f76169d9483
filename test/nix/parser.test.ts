import { describe, expect, test } from 'vitest';
import { parseNix } from '../../src/nix/parser.ts';
import { shapeOf } from './shape.ts';

const dollar = '$';

describe('how texts are understood', () => {
  test.each([
    // Operators bind as Nix's own grammar says
    ['a + b * c - d', '((a + (b * c)) - d)'],
    ['a -> b -> c', '(a -> (b -> c))'],
    ['a // b // c', '(a // (b // c))'],
    ['a ++ b ++ c', '(a ++ (b ++ c))'],
    ['!a ? b', '(!(a ? b))'],
    ['-a ? b', '((-a) ? b)'],
    ['a ? b ? c', '((a ? b) ? c)'],
    ['1 * !a + b == c', '((int:1 * (!(a + b))) == c)'],
    ['a == b -> c == d', '((a == b) -> (c == d))'],
    ['a || b && c', '(a || (b && c))'],
    ['a |> b |> c', '((a |> b) |> c)'],
    ['a <| b <| c', '(a <| (b <| c))'],
    // Calls, selections and the odd word `or`
    ['f a.b or c d', 'call(f, (a).b or (c), d)'],
    ['a.b or c.d or e', '(a).b or ((c).d or (e))'],
    ['[ f a ]', '[f a]'],
    ['[ a or b ]', '[call(a, or) b]'],
    ['a.or.or or or', 'error at 11: unexpected "or"'],
    ['f -1', '(f - int:1)'],
    ['a-1', 'a-1'],
    ['f let { body = 1; }', 'call(f, let{body=int:1;})'],
    // Paths, numbers and URIs by the longest match
    ['1/2', 'path:<1/2>'],
    ['1 / 2', '(int:1 / int:2)'],
    ['a.b/c', 'path:<a.b/c>'],
    ['a/b:c', 'error at 3: unexpected ":", expected end of file'],
    ['x:x', 'uri:x:x'],
    ['x: x', 'fn<x>(x)'],
    ['00.5', 'call(int:00, float:.5)'],
    ['1.e3', 'float:1.e3'],
    ['0.', 'error at 2: unexpected end of file, expected an attribute name'],
    ['./a/${b}c/d', `path:<./a/>${dollar}{b}<c/d>`],
    ['./${a}//b', `path:<./>${dollar}{a}</></b>`],
    ['~/a', 'path:<~/a>'],
    ['<nixpkgs/nixos>', 'search-path:<nixpkgs/nixos>'],
    ['a<b', '(a < b)'],
    // Strings
    ['"a${b}c"', `string:<a>${dollar}{b}<c>`],
    ['"$${a}"', 'string:<$${a}>'],
    ["''a''${b}''", "indented:<a''${b}>"],
    ["''$${b}''", 'indented:<$${b}>'],
    ["''a'''b''", "indented:<a'''b>"],
    // Functions
    ['{ a, b ? 1, ... }@c: d', 'fn<{a,b?int:1,...}@c>(d)'],
    ['c@{ a, }: d', 'fn<{a}@c>(d)'],
    ['{ }: a', 'fn<{}>(a)'],
    ['{ ... }: a', 'fn<{...}>(a)'],
    ['a: b: c', 'fn<a>(fn<b>(c))'],
    // Sets
    ['{ a.b."c d".${e} = 1; }', '{a.b."<c d>".${e}=int:1;}'],
    ['{ inherit a or; inherit (b) c "d"; }', '{inherit a or;inherit(b) c "<d>";}'],
    ['rec { a = 1; }.a', '(rec{a=int:1;}).a'],
    ['{ }', '{}'],
    // Clauses
    ['let a = 1; in a', 'let{a=int:1;}in(a)'],
    ['with a; assert b; c', 'with(a)(assert(b)(c))'],
    ['if a then b else c + d', 'if(a)(b)((c + d))'],
    ['__curPos', '__curPos'],
  ])('%s', (text, shape) => {
    expect(shapeOf(text)).toBe(shape);
  });
});

describe('texts that are no Nix', () => {
  test.each([
    ['', 0],
    ['a b:', 3],
    ['{ a = 1 }', 8],
    ['{ a b = 1; }', 4],
    ['a == b == c', 7],
    ['a < b <= c', 6],
    ['a |> b <| c', 7],
    ['1 + if a then b else c', 4],
    ['f x: x', 3],
    ['{ a, a }: 1', 5],
    ['{ a }@a: 1', 6],
    ['let ${a} = 1; in 1', 4],
    ['{ inherit "${a}"; }', 2],
    ['[ 1 2', 5],
    ['"abc', 4],
    ["''abc", 5],
    ['/* abc', 0],
    ['./a/', 4],
    ['\ufeff{ }', 0],
    ['a # b\n)', 6],
    ['$', 0],
    ['9223372036854775808', 0],
    ['{ a = 1; } }', 11],
  ])('%j is refused at its first wrong place', (text, offset) => {
    expect(parseNix(text).errors.map((error) => error.offset)).toEqual([offset]);
    expect(parseNix(text).root).toBeNull();
  });

  test.each([
    ['"a\0"', 2],
    ["''a'\0''", 4],
    ["''$\0''", 3],
  ])('%j is refused for the NUL in its string', (text, offset) => {
    expect(parseNix(text).errors).toEqual([{ offset, message: 'a string cannot hold a NUL byte' }]);
  });

  test.each([['"\\\0"'], ["''a''\\\0''"], ['# \0\n1'], ['/* \0 */ 1']])(
    'but %j is not: Nix takes an escaped NUL',
    (text) => {
      expect(parseNix(text).errors).toEqual([]);
    },
  );

  test('input behind a NUL is not looked at, as in Nix', () => {
    expect(shapeOf('{ }\0 ) garbage')).toBe('{}');
  });
});

describe('depth and length', () => {
  const many = 100_000;
  test.each([
    ['['.repeat(many) + ']'.repeat(many), true],
    ['['.repeat(many), false],
    [`${'('.repeat(many)}1${')'.repeat(many)}`, true],
    ['{a='.repeat(many), false],
    ['"${'.repeat(many), false],
    [`${'-'.repeat(many)}1`, true],
    [`${'a: '.repeat(many)}1`, true],
    [`${'1 ++ '.repeat(many)}1`, true],
    [`${'a.'.repeat(many)}a`, true],
    [`${'a.b or '.repeat(many)}a`, true],
    ['/*'.repeat(many), false],
    ['<a'.repeat(many), false],
  ])('an answer comes for a hundred thousand of the same (case %#)', (text, ok) => {
    expect(parseNix(text).errors.length === 0).toBe(ok);
  });
});
