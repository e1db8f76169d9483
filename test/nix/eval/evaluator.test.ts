import { describe, expect, test } from 'vitest';
import { plainValue } from './plain-value.ts';

const files = {
  'lib/default.nix': '{ twice = x: [ x x ]; deep.value = 1; }',
  'hosts/a/default.nix': '{ }',
  'hosts/b.nix': '{ }',
  'data.json': '{ "a": [1, true, null, "x"] }',
  'data.toml': 'title = "t"\n[a.b]\nc = [ 1, 2 ] # two\n[[list]]\nn = 1\n[[list]]\nn = 2\n',
};

const valueOf = (text: string): Promise<unknown> => plainValue(text, files);

describe('what a text evaluates to without Nix', () => {
  test.each<readonly [string, unknown]>([
    ['let a = 1; b = a + 1; in [ a b ]', [1, 2]],
    ['rec { a = 1; b = a; }', { a: 1, b: 1 }],
    ['let { body = x; x = 1; }', 1],
    ['({ a, b ? a + 1, ... }@c: [ a b c.z ]) { a = 1; z = 3; }', [1, 2, 3]],
    ['let a.b = 1; a.c = 2; in a', { b: 1, c: 2 }],
    ['{ a = { b = 1; }; a.c.d = 2; }', { a: { b: 1, c: { d: 2 } } }],
    ['{ ${"a" + "b"} = 1; }', { ab: 1 }],
    ['let x = { a = 1; }; in { inherit (x) a; inherit x; }', { a: 1, x: { a: 1 } }],
    ['with { a = 1; }; let b = 2; in [ a b ]', [1, 2]],
    ['{ a = 1; }.b or 2', 2],
    ['[ ({ a.b = 1; } ? a.b) ({ } ? a) ]', [true, false]],
    ['{ a = 1; b = 1; } // { b = 2; }', { a: 1, b: 2 }],
    ['if 1 < 2 && !false then "y" else "n"', 'y'],
    ['map (x: x * 2) [ 1 2 ]', [2, 4]],
    ['(import ./lib).twice 1', [1, 1]],
    ['1 |> (x: x + 1)', 2],
    ['builtins.attrNames (builtins.readDir ./hosts)', ['a', 'b.nix']],
    ['builtins.readDir ./hosts', { a: 'directory', 'b.nix': 'regular' }],
    ['builtins.fromJSON (builtins.readFile ./data.json)', { a: [1, true, null, 'x'] }],
    [
      'builtins.fromTOML (builtins.readFile ./data.toml)',
      { title: 't', a: { b: { c: [1, 2] } }, list: [{ n: 1 }, { n: 2 }] },
    ],
    [
      '[ ./hosts/a (./. + "/hosts") (./hosts + "/${"a"}/x.nix") "${./hosts}/b.nix" ]',
      ['./hosts/a', './hosts', './hosts/a/x.nix', './hosts/b.nix'],
    ],
    ['({ outPath = ./.; } + /lib/default.nix)', './lib/default.nix'],
    ['builtins.pathExists ./nowhere', false],
    ['"a${toString 1}b"', 'a1b'],
    ["builtins.foldl' (a: b: a + b) 0 [ 1 2 3 ]", 6],
    ['builtins.listToAttrs [ { name = "a"; value = 1; } ]', { a: 1 }],
    ['builtins.filter (x: x > 1) [ 1 2 ]', [2]],
    ['builtins.replaceStrings [ "a" ] [ "b" ] "aca"', 'bcb'],
  ])('%s', async (text, value) => {
    expect(await valueOf(text)).toEqual(value);
  });
});

describe('what is not known stays not known, and keeps what went into it', () => {
  test.each<readonly [string, unknown]>([
    ['{ lib }: 1', '<lambda>'],
    ['x: x', '<lambda>'],
    ['<nixpkgs>', '<inputs.nixpkgs>'],
    ['undefined.a', '<undefined.undefined.a>'],
    ['if undefined then 1 else 2', { either: [1, 2] }],
    ['[ 1 ] ++ undefined', [1, '<more>']],
    ['{ a = 1; } // undefined', { a: { either: [1, '<undefined.undefined.a>'] }, '<rest>': true }],
    ['undefined // { a = 1; }', { a: 1, '<rest>': true }],
    ['{ a = 1; ${undefined} = 2; }', { a: 1, '<rest>': true }],
    ['./hosts + "/${undefined}/x.nix"', './hosts/<>/x.nix'],
    ['"a${undefined}"', 'a<>'],
    ['undefined && false', false],
    ['let x = x; in x', '<unknown>'],
    ['let f = n: f (n + 1); in f 0', '<unknown>'],
    ['1 / 0', '<unknown>'],
  ])('%s', async (text, value) => {
    expect(await valueOf(text)).toEqual(value);
  });
});
