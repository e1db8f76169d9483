import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { nixCommand } from '../../src/cli/nix.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fleetwright-edit-'));
  writeFileSync(
    path.join(folder, 'a.nix'),
    '{ lib, ... }:\n{\n  services.nginx.enable = true; # why\n  ports = [ 80 ];\n}\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const content = (file = 'a.nix') => readFileSync(path.join(folder, file), 'utf8');

async function edit(...words: string[]) {
  const lines: string[] = [];
  let code = 0;
  const io: Io = {
    print: (line) => void lines.push(line),
    aside: () => undefined,
    exitWith: (given) => void (code = given),
    misused: (line) => {
      lines.push(line);
      code = 2;
    },
  };
  await nixCommand(io).parseAsync(['edit', '--repo', folder, ...words], { from: 'user' });
  return { code, lines, text: lines.join('\n') };
}

function edits(list: unknown): string {
  const file = path.join(folder, 'edits.json');
  writeFileSync(file, typeof list === 'string' ? list : JSON.stringify(list));
  return file;
}

describe('fleetwright nix edit', () => {
  test('prints the change as a diff and leaves the file alone', async () => {
    const before = content();
    const { code, text } = await edit('a.nix', 'set', 'services.nginx.enable', 'false');
    expect(text).toContain('--- a/a.nix\n+++ b/a.nix\n');
    expect(text).toContain('-  services.nginx.enable = true; # why\n+  services.nginx.enable = false; # why\n');
    expect([code, content()]).toEqual([0, before]);
  });

  test.each<readonly [string, readonly string[], string]>([
    ['set', ['set', 'boot.timeout', '-1'], '  boot.timeout = -1;\n'],
    ['string', ['string', 'motd', 'a "b" ${c}'], '  motd = "a \\"b\\" \\${c}";\n'],
    ['set under a name that needs quotes', ['set', 'hosts."a.b".x', '1'], '  hosts."a.b".x = 1;\n'],
    ['list-add', ['list-add', 'ports', '443'], '  ports = [ 80 443 ];\n'],
    ['list-remove', ['list-remove', 'ports', '80'], '  ports = [ ];\n'],
    ['import', ['import', './b.nix'], '  imports = [\n    ./b.nix\n  ];\n'],
    ['argument', ['argument', 'pkgs'], '{ lib, pkgs, ... }:\n'],
  ])('%s changes the file with --write', async (_, words, expected) => {
    const { code } = await edit('a.nix', ...words, '--write');
    expect(content()).toContain(expected);
    expect([code, readdirSync(folder)]).toEqual([0, ['a.nix']]);
  });

  test('remove takes the line and nothing else', async () => {
    await edit('a.nix', 'remove', 'services.nginx', '--write');
    expect(content()).toBe('{ lib, ... }:\n{\n  ports = [ 80 ];\n}\n');
  });

  test('says so where the file says it already', async () => {
    expect(await edit('a.nix', 'set', 'services.nginx.enable', 'true')).toMatchObject({
      code: 0,
      lines: ['a.nix says so already.'],
    });
  });

  test('changes what a link leads to and keeps the link', async () => {
    symlinkSync('a.nix', path.join(folder, 'link.nix'));
    await edit('link.nix', 'set', 'x', '1', '--write');
    expect(content()).toContain('x = 1;');
    expect(lstatSync(path.join(folder, 'link.nix')).isSymbolicLink()).toBe(true);
  });

  test('makes several edits at once and reports them as data', async () => {
    const file = edits([
      { kind: 'set', path: 'a.b', value: '1' },
      { kind: 'set', path: ['a', 'c.d'], value: '2' },
      { kind: 'add-item', path: 'ports', item: '443' },
    ]);
    const { code, text } = await edit('a.nix', '--edits', file, '--json', '--write');
    expect(JSON.parse(text)).toMatchObject({
      file: 'a.nix',
      changed: true,
      diff: expect.stringContaining('+  a.b = 1;'),
    });
    expect(content()).toContain('  a.b = 1;\n  a."c.d" = 2;\n');
    expect(code).toBe(0);
  });

  test('makes all edits or none', async () => {
    const before = content();
    const file = edits([
      { kind: 'set', path: 'a', value: '1' },
      { kind: 'add-item', path: 'services.nginx.enable', item: '1' },
    ]);
    const { code, text } = await edit('a.nix', '--edits', file, '--json', '--write');
    const refused = { code: 'not-a-list', line: 3, column: 27, at: [{ line: 3, column: 27 }], edit: 1 };
    expect(JSON.parse(text)).toMatchObject({ file: 'a.nix', changed: false, diff: '', refused });
    expect([code, content()]).toEqual([1, before]);
  });

  test('says where a refusal has its reasons, all of them', async () => {
    writeFileSync(path.join(folder, 'a.nix'), '{\n  a.b = 1;\n  a.c = 2;\n}\n');
    const { code, text } = await edit('a.nix', 'set', 'a', '{ }');
    expect([code, text]).toEqual([1, 'a.nix:2:3 parts of a are set one by one (also at a.nix:3:3)']);
  });

  test.each<readonly [string, readonly string[], string]>([
    ['no edit', ['a.nix'], 'Say what to do: set, string,'],
    ['an edit that is none', ['a.nix', 'put', 'a', '1'], 'There is no edit "put"'],
    ['too few words', ['a.nix', 'set', 'a'], '`set` takes PATH and NIX.'],
    ['too many words', ['a.nix', 'set', 'a', '[', '1', ']'], 'a value of several words needs quotes'],
    ['a path that is none', ['a.nix', 'set', 'a = 1; b', '1'], 'is no attribute path'],
    ['a path with a computed name', ['a.nix', 'remove', 'a.${b}'], 'is no attribute path'],
    ['a folder', ['.', 'set', 'a', '1'], '. is not a file.'],
  ])('is misused with %s', async (_, words, sentence) => {
    const { code, text } = await edit(...words);
    expect(text).toContain(sentence);
    expect(code).toBe(2);
  });

  test.each<readonly [string, unknown, string]>([
    ['no JSON', 'nope', 'The edits are not JSON.'],
    ['no list', { kind: 'set' }, 'expected array'],
    ['an unknown kind', [{ kind: 'put' }], '[0].kind'],
    ['a field too many', [{ kind: 'add-import', item: './x', path: 'a' }], 'Unrecognized key'],
    ['a path that is none', [{ kind: 'remove', path: 'a b' }], '[0].path: not an attribute path'],
  ])('is misused with edits that are %s', async (_, list, sentence) => {
    const { code, text } = await edit('a.nix', '--edits', edits(list));
    expect(text).toContain(sentence);
    expect(code).toBe(2);
  });

  test.each([
    ['ciphertext', Uint8Array.from([0, 71, 73, 84, 67, 82, 89, 80, 84, 0, 200, 201]), 'is not text in UTF-8'],
    ['a file of megabytes', new Uint8Array(2_000_001).fill(32), 'is longer than a configuration is'],
  ])('does not touch %s', async (_, bytes, why) => {
    writeFileSync(path.join(folder, 'x.nix'), bytes);
    expect(await edit('x.nix', 'set', 'a', '1', '--write')).toMatchObject({ code: 2, lines: [`x.nix ${why}.`] });
    expect(readFileSync(path.join(folder, 'x.nix')).equals(bytes)).toBe(true);
  });

  test('keeps carriage returns', async () => {
    writeFileSync(path.join(folder, 'a.nix'), '{\r\n  a = 1;\r\n}\r\n');
    await edit('a.nix', 'set', 'b', '2', '--write');
    expect(content()).toBe('{\r\n  a = 1;\r\n  b = 2;\r\n}\r\n');
  });
});
