import { describe, expect, test } from 'vitest';
import { plainValue } from '../plain-value.ts';

/** Each line holds in Nix with Nixpkgs' library under the name `lib`. */
const known: readonly (readonly [string, unknown])[] = [
  [
    'lib.mapAttrsRecursive (path: value: "${lib.concatStringsSep "." path}=${value}") { a.b = "x"; c = "y"; }',
    { a: { b: 'a.b=x' }, c: 'c=y' },
  ],
  [
    'lib.mapAttrsRecursiveCond (set: !(set ? stop)) (path: value: 1) { a.b = "x"; c.stop = true; }',
    { a: { b: 1 }, c: 1 },
  ],
  ['lib.collect lib.isString { b.c = "x"; a = "y"; d = 1; }', ['y', 'x']],
  ['lib.filterAttrsRecursive (name: value: name != "b") { a = { b = 1; c = 2; }; }', { a: { c: 2 } }],
  ['lib.foldlAttrs (all: name: value: all + name + value) "" { b = "2"; a = "1"; }', 'a1b2'],
  ['lib.foldAttrs (item: all: [ item ] ++ all) [ ] [ { a = 1; } { a = 2; b = 3; } ]', { a: [1, 2], b: [3] }],
  ['lib.catAttrs "a" [ { a = 1; } { b = 2; } { a = 3; } ]', [1, 3]],
  ['lib.take 2 [ 1 2 3 ]', [1, 2]],
  ['lib.drop 2 [ 1 2 3 ]', [3]],
  ['lib.sublist 1 5 [ 1 2 3 ]', [2, 3]],
  ['lib.zipListsWith (a: b: a + b) [ 1 2 ] [ 10 20 30 ]', [11, 22]],
  ['lib.zipLists [ 1 ] [ "a" ]', [{ fst: 1, snd: 'a' }]],
  ['lib.lists.findFirstIndex (x: x == 3) null [ 1 3 ]', 1],
  ['lib.lists.findFirstIndex (x: x == 4) null [ 1 3 ]', null],
  ['lib.stringToCharacters "abc"', ['a', 'b', 'c']],
  ['lib.mod 7 4', 3],
  ['builtins.div 7 2', 3],
  ['lib.toInt "42"', 42],
  ['lib.versionAtLeast "25.05" "24.11"', true],
  ['lib.versionOlder "2.3pre1" "2.3"', true],
  ['builtins.compareVersions "1.0" "1.0.1"', -1],
  ['builtins.compareVersions "2.3a" "2.3.1"', -1],
  ['builtins.match "([a-z]+)-([0-9]+)" "web-12"', ['web', '12']],
  ['builtins.match "[[:alpha:]]+" "web-12"', null],
  ['builtins.match "(a)?b" "b"', [null]],
  ['builtins.split "-" "a-b"', ['a', [], 'b']],
  ['builtins.split "(-)" "a-b-"', ['a', ['-'], 'b', ['-'], '']],
  ['lib.replaceString "a" "b" "aca"', 'bcb'],
  ['lib.boolToString true', 'true'],
  ['lib.assertMsg true "no"', true],
  [
    'lib.composeManyExtensions [ (final: prev: { a = 1; }) (final: prev: { b = prev.a + 1; }) ] { } { c = 0; }',
    { a: 1, b: 2 },
  ],
];

/** Where something is not known, nothing is dropped and nothing is made up. */
const open: readonly (readonly [string, unknown])[] = [
  ['lib.take undefined [ 1 2 ]', ['<more>']],
  ['lib.toInt "x"', '<unknown>'],
  ['builtins.match "(a+)+$" "aaaa"', '<unknown>'],
  ['builtins.match undefined "a"', '<unknown>'],
  ['lib.mod 1 0', '<unknown>'],
  ['lib.versionOlder undefined "1"', '<unknown>'],
  ['lib.filterAttrsRecursive (name: value: undefined) { a = 1; }', { a: 1 }],
  ['lib.foldlAttrs (all: name: value: all) 1 undefined', '<unknown>'],
];

describe('functions of Nix and of its library, run without either', () => {
  test.each(known)('%s', async (text, value) => {
    expect(await plainValue(text)).toEqual(value);
  });

  test.each(open)('not known: %s', async (text, value) => {
    expect(await plainValue(text)).toEqual(value);
  });
});
