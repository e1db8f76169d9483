import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNix } from '../../src/nix/parser.ts';

/**
 * Nix itself judges our verdicts. Where it is absent there is no judge, so nothing is claimed; where it is older than
 * 2.24 it knows no pipe operators, and none are tried.
 */
const version = spawnSync('nix-instantiate', ['--version'], { encoding: 'utf8' }).stdout ?? '';
const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
const knowsPipes = Number(major) > 2 || Number(minor) >= 24;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nix-agreement-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nix's verdict; null where it refuses for what is none of a parser's business: names, duplicates. */
function verdictOf(text: string): boolean | null {
  const file = join(folder, 'x.nix');
  writeFileSync(file, text);
  const pipes = knowsPipes ? ['--extra-experimental-features', 'pipe-operators'] : [];
  const { status, stderr } = spawnSync('nix-instantiate', [...pipes, '--parse', file], { encoding: 'utf8' });
  if (/undefined variable|already defined/.test(stderr)) return null;
  return status === 0;
}

function samples(): string[] {
  const root = 'examples/fleet';
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.nix'));
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

/** A fixed sequence, so that a failure can be run again. */
function sequence(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pieces = [
  `{ } [ ] ( ) ; : , @ . = ? ... ! -> || && == != < <= // + - * / ++ " '' \${ $ ' \\ ~ # /* */ ''$ ''' ''\\ $$\${`.split(
    ' ',
  ),
  'if then else assert with let in rec inherit or import __curPos a b-c 1 .5 1.e3 00.5 ~/x <n/a> ./a a/ x:y'.split(' '),
  ['"${a}"', '${"a"}', 'inherit (a) b;', 'rec {', '{ a }:', '@b', '\n', '\r'],
].flat();

function mutated(text: string, next: (below: number) => number): string {
  const { tokens } = parseNix(text);
  const at = next(Math.max(1, tokens.count - 1));
  const from = tokens.starts[at] ?? 0;
  const to = tokens.ends[at] ?? 0;
  const piece = pieces[next(pieces.length)] ?? '';
  switch (next(4)) {
    case 0:
      return text.slice(0, from) + text.slice(to);
    case 1:
      return `${text.slice(0, from)}${piece} ${text.slice(from)}`;
    case 2:
      return text.slice(0, from) + piece + text.slice(to);
    default: {
      const other = next(tokens.count);
      return text.slice(0, from) + text.slice(tokens.starts[other], tokens.ends[other]) + text.slice(to);
    }
  }
}

describe.skipIf(version === '')('our verdict is that of nix-instantiate --parse', () => {
  test('on every file of the sample fleet', () => {
    for (const text of samples()) expect(parseNix(text).errors).toEqual([]);
    expect(samples().map(verdictOf)).not.toContain(false);
  });

  test('on texts at the edges of the grammar', () => {
    const texts = [
      ['a: a ? b ? c', 'a: a == a == a', 'a: [ a or a ]', 'a: a.b or c.d or e', '{ or = 1; }', 'or: 1', '{ a, }: 1'],
      [
        '{ ..., a }: 1',
        'let ${"a"} = 1; in a',
        'let "${"a" + ""}" = 1; in 1',
        '{ inherit ${"a"}; }',
        '1.',
        '0.',
        '00.5',
      ],
      [
        'a: a/a//a',
        './a/',
        './${"a"}',
        '~/a',
        '<a/>',
        'x:x',
        '"$${"',
        '"$"',
        "''$''",
        "''''",
        "'''",
        "''$${''",
        '/**/ 1',
      ],
      ['/*', '\ufeff1', '1\f', '\r1', '# a\r1', '1\0)', '{ a }@a: 1', '{ a, a }: 1', 'f: f x: x', '[ -1 ]', 'a: a -1'],
    ].flat();
    for (const text of texts)
      expect({ text, ok: parseNix(text).errors.length === 0 }).toEqual({ text, ok: verdictOf(text) ?? true });
  });

  test('on the sample fleet with tokens taken out, put in and swapped', () => {
    const next = sequence(20_261_122);
    const texts = samples();
    const disagreements: string[] = [];
    for (let round = 0; round < 250; round++) {
      const text = mutated(texts[next(texts.length)] ?? '', next);
      const theirs = verdictOf(text);
      const ours = parseNix(text).errors.length === 0;
      if (theirs !== null && theirs !== ours) disagreements.push(text);
    }
    expect(disagreements).toEqual([]);
  });
});
