import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEdit } from '../../../src/nix/edit/apply-edit.ts';
import type { NixEdit } from '../../../src/nix/edit/nix-edit.ts';
import { moduleSet, placeOf } from '../../../src/nix/edit/locate.ts';
import { isRefused } from '../../../src/nix/edit/nix-edit.ts';
import { parseNix } from '../../../src/nix/parser.ts';

function edited(text: string, edit: NixEdit): string {
  const result = applyEdit(text, edit);
  return result.kind === 'edited'
    ? result.text
    : `${result.problem} at ${result.at.map(({ line, column }) => `${line}:${column}`).join(' ')}`;
}

const set = (path: string, value: string): NixEdit => ({ kind: 'set', path: path.split('.'), value });
const remove = (path: string): NixEdit => ({ kind: 'remove', path: path.split('.') });
const add = (path: string, item: string): NixEdit => ({ kind: 'add-item', path: path.split('.'), item });
const drop = (path: string, item: string): NixEdit => ({ kind: 'remove-item', path: path.split('.'), item });
const imports = (item: string): NixEdit => ({ kind: 'add-import', item });
const argument = (name: string): NixEdit => ({ kind: 'add-argument', name });
const string = (path: string, value: string): NixEdit => ({ kind: 'set-string', path: path.split('.'), value });

describe('an edit', () => {
  test.each<readonly [string, string, NixEdit, string]>([
    ['replaces a value and nothing else', '{\n  a.b = 1; # why\n}\n', set('a.b', '2'), '{\n  a.b = 2; # why\n}\n'],
    [
      'finds a value through nested and dotted spellings',
      '{\n  a = {\n    b.c = 1;\n  };\n}\n',
      set('a.b.c', '2'),
      '{\n  a = {\n    b.c = 2;\n  };\n}\n',
    ],
    [
      'finds a quoted name',
      '{ a."b.c".d = 1; }',
      { kind: 'set', path: ['a', 'b.c', 'd'], value: '2' },
      '{ a."b.c".d = 2; }',
    ],
    [
      'writes behind the sibling most like it',
      '{\n  services.consul.server = true;\n  services.nginx.enable = true;\n}\n',
      set('services.consul.enable', 'true'),
      '{\n  services.consul.server = true;\n  services.consul.enable = true;\n  services.nginx.enable = true;\n}\n',
    ],
    [
      'writes into the deepest set that leads there',
      '{\n  services = {\n    nginx.enable = true;\n  };\n}\n',
      set('services.consul.enable', 'true'),
      '{\n  services = {\n    nginx.enable = true;\n    consul.enable = true;\n  };\n}\n',
    ],
    [
      'keeps the order of sorted names',
      '{\n  a = 1;\n  b = 2;\n  d = 4;\n}\n',
      set('c', '3'),
      '{\n  a = 1;\n  b = 2;\n  c = 3;\n  d = 4;\n}\n',
    ],
    [
      'writes before the first of sorted names',
      '{\n  b = 1;\n  c = 2;\n  d = 4;\n}\n',
      set('a', '0'),
      '{\n  a = 0;\n  b = 1;\n  c = 2;\n  d = 4;\n}\n',
    ],
    ['stays on the line of a set that has one', '{ a = { b = 1; }; }', set('a.c', '2'), '{ a = { b = 1; c = 2; }; }'],
    ['fills an empty set within a line', '{\n  a = { };\n}\n', set('a.b', '1'), '{\n  a = { b = 1; };\n}\n'],
    ['opens an empty module', '{ ... }:\n{ }\n', set('a.b', '1'), '{ ... }:\n{\n  a.b = 1;\n}\n'],
    [
      'leaves the comment of the line above alone',
      '{\n  a = 1; # one\n}\n',
      set('b', '2'),
      '{\n  a = 1; # one\n  b = 2;\n}\n',
    ],
    [
      'quotes a name that needs it',
      '{\n  a.b = 1;\n}\n',
      { kind: 'set', path: ['a', 'x.y'], value: '2' },
      '{\n  a.b = 1;\n  a."x.y" = 2;\n}\n',
    ],
    ['keeps carriage returns', '{\r\n  a = 1;\r\n}\r\n', set('b', '2'), '{\r\n  a = 1;\r\n  b = 2;\r\n}\r\n'],
    ['keeps tabs', '{\n\ta = 1;\n}\n', set('b', '2'), '{\n\ta = 1;\n\tb = 2;\n}\n'],
    [
      'writes under config in a module that has options',
      '{ lib, ... }:\n{\n  options.x = 1;\n  config = {\n    a = 1;\n  };\n}\n',
      set('b', '2'),
      '{ lib, ... }:\n{\n  options.x = 1;\n  config = {\n    a = 1;\n    b = 2;\n  };\n}\n',
    ],
    [
      'indents a value of several lines',
      '{\n  a = {\n    b = 1;\n  };\n}\n',
      set('a.c', '{\n  d = 1;\n}'),
      '{\n  a = {\n    b = 1;\n    c = {\n      d = 1;\n    };\n  };\n}\n',
    ],
    ['removes a line', '{\n  a = 1;\n  b = 2; # two\n  c = 3;\n}\n', remove('b'), '{\n  a = 1;\n  c = 3;\n}\n'],
    ['removes from within a line', '{ a = 1; b = 2; c = 3; }', remove('b'), '{ a = 1; c = 3; }'],
    [
      'removes everything below a path',
      '{\n  a.b.c = 1;\n  x = 1;\n  a.b.d = 2;\n}\n',
      remove('a.b'),
      '{\n  x = 1;\n}\n',
    ],
    ['removes nothing where there is nothing', '{ a = 1; }', remove('b'), '{ a = 1; }'],
    [
      'adds a line to a list',
      '{\n  a = [\n    1\n    2 # two\n  ];\n}\n',
      add('a', '3'),
      '{\n  a = [\n    1\n    2 # two\n    3\n  ];\n}\n',
    ],
    ['adds within a line', '{ a = [ 1 2 ]; }', add('a', '3'), '{ a = [ 1 2 3 ]; }'],
    ['adds to an empty list', '{ a = []; }', add('a', '1'), '{ a = [ 1 ]; }'],
    [
      'keeps the order of a sorted list',
      '{\n  a = [\n    "a"\n    "b"\n    "d"\n  ];\n}\n',
      add('a', '"c"'),
      '{\n  a = [\n    "a"\n    "b"\n    "c"\n    "d"\n  ];\n}\n',
    ],
    ['adds to a list behind with', '{ a = with pkgs; [ vim ]; }', add('a', 'git'), '{ a = with pkgs; [ vim git ]; }'],
    ['adds to the one list of a chain', '{ a = base ++ [ 1 ]; }', add('a', '2'), '{ a = base ++ [ 1 2 ]; }'],
    ['adds an item once', '{ a = [ (f 1) ]; }', add('a', 'f 1'), '{ a = [ (f 1) ]; }'],
    ['makes a list', '{\n  a.b = 1;\n}\n', add('a.c', '1'), '{\n  a.b = 1;\n  a.c = [ 1 ];\n}\n'],
    ['puts an item of several words in parentheses', 'f: { a = [ ]; }', add('a', 'f 1'), 'f: { a = [ (f 1) ]; }'],
    [
      'removes an item with its line',
      '{\n  a = [\n    1\n    2\n  ];\n}\n',
      drop('a', '1'),
      '{\n  a = [\n    2\n  ];\n}\n',
    ],
    ['removes an item within a line', '{ a = [ 1 2 3 ]; }', drop('a', '2'), '{ a = [ 1 3 ]; }'],
    [
      'adds an import',
      '{ ... }:\n{\n  imports = [\n    ./a.nix\n  ];\n}\n',
      imports('./b.nix'),
      '{ ... }:\n{\n  imports = [\n    ./a.nix\n    ./b.nix\n  ];\n}\n',
    ],
    [
      'makes the imports of a module',
      '{ ... }:\n{\n  a = 1;\n}\n',
      imports('./b.nix'),
      '{ ... }:\n{\n  imports = [\n    ./b.nix\n  ];\n  a = 1;\n}\n',
    ],
    [
      'adds an argument before the ellipsis',
      '{ config, ... }:\n{ }\n',
      argument('pkgs'),
      '{ config, pkgs, ... }:\n{ }\n',
    ],
    [
      'adds an argument on a line of its own',
      '{\n  config,\n  lib,\n  ...\n}:\n{ }\n',
      argument('pkgs'),
      '{\n  config,\n  lib,\n  pkgs,\n  ...\n}:\n{ }\n',
    ],
    [
      'adds an argument behind a leading comma',
      '{ config\n, lib\n}: { }',
      argument('pkgs'),
      '{ config\n, lib\n, pkgs\n}: { }',
    ],
    ['adds the only argument', '{ ... }: { }', argument('pkgs'), '{ pkgs, ... }: { }'],
    ['makes a function of a set', '# mine\n{\n}\n', argument('pkgs'), '# mine\n{ pkgs, ... }:\n{\n}\n'],
    ['adds an argument once', '{ pkgs }: { }', argument('pkgs'), '{ pkgs }: { }'],
    ['changes a string', '{ a = "b"; }', string('a', 'c"${d}'), '{ a = "c\\"\\${d}"; }'],
    [
      'changes one line of an indented string',
      "{\n  a = ''\n    one\n      two ''${x}\n    three\n  '';\n}\n",
      string('a', 'one\n  two ${x}\nfour\n'),
      "{\n  a = ''\n    one\n      two ''${x}\n    four\n  '';\n}\n",
    ],
    [
      'adds a line to an indented string',
      "{\n  a = ''\n    one\n  '';\n}\n",
      string('a', 'one\ntwo\n'),
      "{\n  a = ''\n    one\n    two\n  '';\n}\n",
    ],
    [
      'writes within a condition that is the only place',
      '{ config, lib, ... }:\n{\n  options.x = 1;\n  config = lib.mkIf config.x {\n    a = 1;\n  };\n}\n',
      set('b', '2'),
      '{ config, lib, ... }:\n{\n  options.x = 1;\n  config = lib.mkIf config.x {\n    a = 1;\n    b = 2;\n  };\n}\n',
    ],
    [
      'changes the one part of a merge that holds it',
      '{ config = mkMerge [ { a.b = 1; } (mkIf x { c = 1; }) ]; }',
      set('a.b', '2'),
      '{ config = mkMerge [ { a.b = 2; } (mkIf x { c = 1; }) ]; }',
    ],
    ['removes within a condition', '{ a = mkIf x { b = 1; c = 2; }; }', remove('a.b'), '{ a = mkIf x { c = 2; }; }'],
    [
      'writes a condition over a condition',
      '{ y, mkIf, x }: { a = mkIf x true; }',
      set('a', 'mkIf y true'),
      '{ y, mkIf, x }: { a = mkIf y true; }',
    ],
    ['adds to a forced list', '{ a = mkForce [ 1 ]; }', add('a', '2'), '{ a = mkForce [ 1 2 ]; }'],
    [
      'takes the names that the place knows',
      '{ lib, ... }: let n = 1; in rec { m = 2; }',
      set('a', 'lib.max n (x: x + m)'),
      '{ lib, ... }: let n = 1; in rec { m = 2; a = lib.max n (x: x + m); }',
    ],
    [
      'takes any name behind with',
      '{ lib, ... }: with lib; { a = 1; }',
      set('a', 'mkForce 2'),
      '{ lib, ... }: with lib; { a = mkForce 2; }',
    ],
    ['makes a string', '{\n  a = 1;\n}\n', string('b', 'x'), '{\n  a = 1;\n  b = "x";\n}\n'],
  ])('%s', (_, before, edit, after) => {
    expect(edited(before, edit)).toBe(after);
  });
});

describe('an edit is refused, with the places in its way,', () => {
  test.each<readonly [string, string, NixEdit, string]>([
    ['in a broken file', '{ a = ; }', set('a', '1'), 'syntax-error at 1:7'],
    ['in a file that is no set', '[ 1 ]', set('a', '1'), 'not-a-module at 1:1'],
    ['with a value that is no Nix', '{ }', set('a', '1;'), 'bad-value at '],
    ['below a computed value', '{\n  a = f { b = 1; };\n}', set('a.b', '2'), 'computed at 2:3'],
    ['below a condition of two branches', '{ a = if x then { } else { }; }', set('a.b', '2'), 'computed at 1:3'],
    ['over a condition', '{ a = lib.mkIf x true; }', set('a', 'false'), 'computed at 1:7'],
    [
      'where each part of a merge could hold it',
      '{ config = lib.mkMerge [ { b = 1; } (lib.mkIf x { c = 1; }) ]; }',
      set('a', '1'),
      'several-places at 1:26 1:49',
    ],
    [
      'where two parts of a merge hold it',
      '{ config = lib.mkMerge [ { a = 1; } (lib.mkIf x { a = 2; }) ]; }',
      set('a', '3'),
      'several-places at 1:28 1:51',
    ],
    [
      'where a part of a merge is computed',
      '{ config = lib.mkMerge [ { } (f 1) ]; }',
      set('a', '1'),
      'computed at 1:3',
    ],
    ['in a list under a condition', '{ a = lib.mkIf x [ 1 ]; }', add('a', '2'), 'not-a-list at 1:7'],
    ['with a word that is no text and no name', '{ ... }: { }', set('a', 'griffin'), 'unknown-name at '],
    [
      'with an argument that the module does not take',
      '{ lib, ... }: { }',
      set('a', '[ pkgs.vim ]'),
      'unknown-name at ',
    ],
    ['with a name of another scope', '{ x = let y = 1; in y; }', set('a', 'y'), 'unknown-name at '],
    ['of a name that the set itself uses', 'rec { a = 1; b = a + 1; }', remove('a'), 'unknown-name at 1:18'],
    ['below an inherited one', '{ inherit a; }', set('a.b', '2'), 'computed at 1:3'],
    ['beside a computed name', '{ a.${x} = 1; }', set('a.b', '2'), 'dynamic at 1:3'],
    ['where parts are set one by one', '{\n  a.b = 1;\n  a.c = 2;\n}', set('a', '{ }'), 'several-places at 2:3 3:3'],
    ['where config is computed', '{ options.x = 1; config = f { }; }', set('a', '1'), 'computed at 1:18'],
    ['in what is no list', '{ a = f [ 1 ]; }', add('a', '2'), 'not-a-list at 1:7'],
    ['in several lists', '{ a = [ 1 ] ++ x ++ [ 2 ]; }', add('a', '2'), 'several-places at 1:7 1:21'],
    ['in what is no string', '{ a = 1; }', string('a', 'x'), 'not-a-string at 1:7'],
    ['in a string with interpolation', '{ a = "x${y}"; }', string('a', 'x'), 'interpolated at 1:7'],
    ['for a module with one argument for all', 'args: { }', argument('pkgs'), 'computed at 1:1'],
  ])('%s', (_, before, edit, problem) => {
    expect(edited(before, edit)).toBe(problem);
  });
});

/** Modules as people write them: nested and dotted, on one line and on many, with comments between. */
const names = fc.constantFrom('a', 'b', 'services', 'x-y', 'with space');
const valueText = fc.constantFrom('1', 'true', '"x"', '[ 1 2 ]', 'lib.mkDefault 1', 'x: x', "''\n  a\n''");
const bindingText = fc.letrec<{ binding: string }>((tie) => ({
  binding: fc.oneof(
    { depthSize: 'small' },
    fc
      .tuple(fc.array(names, { minLength: 1, maxLength: 3 }), valueText)
      .map(([path, value]) => `${path.map(quoted).join('.')} = ${value};`),
    fc
      .tuple(names, fc.array(tie('binding'), { maxLength: 3 }))
      .map(([name, inner]) => `${quoted(name)} = {\n${inner.join('\n')}\n};`),
    fc
      .tuple(names, fc.array(tie('binding'), { maxLength: 2 }))
      .map(([name, inner]) => `${quoted(name)} = { ${inner.join(' ')} }; # note`),
  ),
})).binding;
const moduleText = fc.array(bindingText, { maxLength: 5 }).map((all) => `{ lib, ... }:\n{\n${all.join('\n')}\n}\n`);

function quoted(name: string): string {
  return name.includes(' ') ? `"${name}"` : name;
}

function valueAt(text: string, path: readonly string[]): string | null {
  const tree = parseNix(text);
  const module = moduleSet(tree);
  if (isRefused(module)) return null;
  const [bind] = placeOf(tree, module, path).exact;
  return bind === undefined ? null : text.slice(bind.value.from, bind.value.to);
}

describe('whatever the module', () => {
  const paths = fc.array(names, { minLength: 1, maxLength: 4 });

  test('a value that was set is found, and setting it again changes nothing', () => {
    fc.assert(
      fc.property(moduleText, paths, (text, path) => {
        const result = applyEdit(text, { kind: 'set', path, value: '"new"' });
        fc.pre(result.kind === 'edited');
        expect(parseNix(result.text).errors).toEqual([]);
        expect(valueAt(result.text, path)).toBe('"new"');
        expect(applyEdit(result.text, { kind: 'set', path, value: '"new"' })).toMatchObject({ changed: false });
      }),
      { numRuns: 2000 },
    );
  });

  test('a new attribute takes one new line or changes one line, and every other line stays', () => {
    fc.assert(
      fc.property(moduleText, paths, (text, path) => {
        fc.pre(valueAt(text, path) === null);
        const result = applyEdit(text, { kind: 'set', path, value: '1' });
        fc.pre(result.kind === 'edited');
        const before = text.split('\n');
        const after = result.text.split('\n');
        const first = before.findIndex((line, index) => line !== after[index]);
        const kept = after.length === before.length ? 1 : 0;
        expect(after.length - before.length).toBeLessThanOrEqual(1);
        expect(after.slice(first + 1)).toEqual(before.slice(first + kept));
      }),
      { numRuns: 2000 },
    );
  });

  test('what was removed is gone, and the rest still reads', () => {
    fc.assert(
      fc.property(moduleText, paths, (text, path) => {
        const result = applyEdit(text, { kind: 'remove', path });
        fc.pre(result.kind === 'edited');
        expect(parseNix(result.text).errors).toEqual([]);
        expect(valueAt(result.text, path)).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  test('a string that was set reads as it was given', () => {
    const values = fc
      .array(fc.constantFrom('a', ' ', '\n', '${', "''", '"', '\\', '\t', '$'), { maxLength: 12 })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(values, values, (first, second) => {
        const start = applyEdit('{\n  a = 1;\n}\n', { kind: 'set-string', path: ['b'], value: first });
        fc.pre(start.kind === 'edited');
        const indented = start.text.replace(/b = ".*";/, "b = ''\n    x\n  '';");
        const result = applyEdit(indented, { kind: 'set-string', path: ['b'], value: second });
        fc.pre(result.kind === 'edited');
        expect(applyEdit(result.text, { kind: 'set-string', path: ['b'], value: second })).toMatchObject({
          changed: false,
        });
      }),
      { numRuns: 2000 },
    );
  });

  test('no text and no edit makes it throw', () => {
    const edits = fc.constantFrom<NixEdit>(
      set('a.b', '1'),
      remove('a'),
      add('a', '1'),
      drop('a', '1'),
      imports('./x'),
      argument('x'),
      string('a', 'x'),
    );
    fc.assert(
      fc.property(fc.string(), edits, (text, edit) => {
        expect(['edited', 'refused']).toContain(applyEdit(text, edit).kind);
      }),
      { numRuns: 2000 },
    );
  });
});
