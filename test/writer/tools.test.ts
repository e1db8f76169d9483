import { describe, expect, test } from 'vitest';
import { Draft } from '../../src/writer/draft.ts';
import type { Desk } from '../../src/writer/tool.ts';
import { whyNotWritable } from '../../src/writer/writable-path.ts';
import { callTool as call, deskOver } from '../fakes/desk.ts';
import { treeOf } from '../fakes/tree.ts';

const files = {
  'a.nix': '{\n  x = 1;\n  y = 1;\n}\n',
  'dns/fleet.zone': '@ SOA a b 1 2 3 4 5\n',
  'secrets/token.yaml': 'token: ENC[x]\nsops:\n  kms: []\n',
  'logo.png': new Uint8Array([0x89, 0x50, 0xff]),
  'symlink:link.nix': '/etc/shadow',
};

function deskOf(change: Partial<Desk> = {}): Desk {
  const syntax: Desk['syntax'] = (_path, text) =>
    [...text.matchAll(/BROKEN(\d*)/g)].map(([, number]) => ({
      check: 'nix',
      level: 'error',
      message: `broken${number}`,
      line: 1,
      column: 1,
    }));
  return deskOver(files, { maxFiles: 2, syntax, isZone: (path) => path.endsWith('.zone'), ...change });
}

describe('replace', () => {
  test('changes the one place', async () => {
    const desk = deskOf();
    await call(desk, 'read_file', { path: 'a.nix' });
    expect(await call(desk, 'replace', { path: 'a.nix', old: 'x = 1', new: 'x = 2' })).toEqual({
      text: 'Replaced at line 2 of a.nix.',
      isError: false,
    });
    expect(await desk.draft.text('a.nix')).toBe('{\n  x = 2;\n  y = 1;\n}\n');
  });

  test.each([
    ['a text that is there twice, with its lines', { path: 'a.nix', old: ' = 1;', new: ' = 2;' }, 'lines 2, 3'],
    ['a text that is not there', { path: 'a.nix', old: 'z = 1', new: 'z = 2' }, 'not in a.nix'],
    [
      'a text with other white space, showing the real lines',
      { path: 'a.nix', old: 'x = 1;\ny = 1;', new: 'z' },
      '  x = 1;\n  y = 1;',
    ],
    ['an edit that is already made', { path: 'a.nix', old: 'q', new: 'x = 1' }, 'already is'],
    ['no change', { path: 'a.nix', old: 'x = 1', new: 'x = 1' }, 'the same'],
    ['a file that is not there', { path: 'b.nix', old: 'x', new: 'y' }, 'no text file'],
    ['text that does not parse', { path: 'a.nix', old: 'x = 1', new: 'BROKEN' }, 'does not parse'],
    ['input of another shape', { path: 'a.nix', line: 3 }, 'does not fit replace'],
  ])('refuses %s, and leaves the draft as it was', async (_name, input, words) => {
    const desk = deskOf();
    await call(desk, 'read_file', { path: 'a.nix' });
    const answer = await call(desk, 'replace', input);
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(words);
    expect(desk.draft.edits).toEqual([]);
  });

  test('refuses a file that was not read, or not in its present state', async () => {
    const desk = deskOf();
    expect(await call(desk, 'replace', { path: 'a.nix', old: 'x = 1', new: 'x = 2' })).toMatchObject({ isError: true });
  });

  test('forgives an error that was there before, and only that one', async () => {
    const desk = deskOf({ draft: new Draft(treeOf({ 'a.nix': 'BROKEN1 x' })) });
    await call(desk, 'read_file', { path: 'a.nix' });
    expect(await call(desk, 'replace', { path: 'a.nix', old: 'x', new: 'y' })).toMatchObject({ isError: false });
    expect(await call(desk, 'replace', { path: 'a.nix', old: 'y', new: 'BROKEN1' })).toMatchObject({ isError: true });
  });
});

describe('writing', () => {
  test.each([
    ['a zone', 'create_file', { path: 'dns/new.zone', content: 'x' }, 'dns tool'],
    ['over a file that is there', 'create_file', { path: 'a.nix', content: 'x' }, 'already'],
    ['ciphertext', 'create_file', { path: 'b.txt', content: 'age-encryption.org/v1' }, 'encrypted'],
    ['through a symlink', 'delete_file', { path: 'link.nix' }, 'no text file'],
    ['a picture', 'delete_file', { path: 'logo.png' }, 'no text file'],
  ])('is refused for %s', async (_name, tool, input, words) => {
    const answer = await call(deskOf(), tool, input);
    expect(answer).toMatchObject({ isError: true });
    expect(answer.text).toContain(words);
  });

  test('stops at the most files that a change may touch', async () => {
    const desk = deskOf();
    expect(await call(desk, 'create_file', { path: 'b.nix', content: '{}' })).toMatchObject({ isError: false });
    expect(await call(desk, 'create_file', { path: 'c.nix', content: '{}' })).toMatchObject({ isError: false });
    expect(await call(desk, 'create_file', { path: 'd.nix', content: '{}' })).toMatchObject({ isError: true });
  });

  test('a file made and deleted again leaves no edit', async () => {
    const desk = deskOf();
    await call(desk, 'create_file', { path: 'b.nix', content: '{}' });
    await call(desk, 'delete_file', { path: 'b.nix' });
    expect(desk.draft.edits).toEqual([]);
  });
});

describe('reading', () => {
  test('numbers lines, and goes on where it was cut', async () => {
    const desk = deskOf({
      draft: new Draft(treeOf({ 'long.nix': Array.from({ length: 500 }, (_, index) => `l${index + 1}`).join('\n') })),
    });
    expect((await call(desk, 'read_file', { path: 'long.nix' })).text).toContain('read on from 401');
    expect((await call(desk, 'read_file', { path: 'long.nix', from: 401 })).text).toMatch(/^ 401 {2}l401\n/);
  });
  test('does not show what is encrypted', async () => {
    expect(await call(deskOf(), 'read_file', { path: 'secrets/token.yaml' })).toMatchObject({ isError: true });
  });
  test('finds text with file and line, in the draft as it is now', async () => {
    const desk = deskOf();
    await call(desk, 'create_file', { path: 'b.nix', content: '{\n  Y = 1;\n}\n' });
    expect((await call(desk, 'grep', { text: 'y = 1', glob: '*.nix' })).text).toBe('a.nix:3: y = 1;\nb.nix:2: Y = 1;');
  });
  test('lists by glob', async () => {
    expect((await call(deskOf(), 'list_files', { glob: '{dns,secrets}/**' })).text).toBe(
      'dns/fleet.zone\nsecrets/token.yaml',
    );
  });
});

describe('a path may not be written', () => {
  test.each([
    '',
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a//b',
    './a',
    'C:/x',
    'a\\b',
    'a\nb',
    '.git/hooks/post-merge',
    'sub/.GIT/config',
    'git~1/x',
    '.g\u200Bit/config',
    '.git /x',
    '.github/fleetwright.yml',
    '.GitHub/workflows/x.yml',
    'CODEOWNERS',
    'docs/CODEOWNERS',
    '.gitmodules',
    '.sops.yaml',
    'secrets/a.age',
    'x/id_ed25519',
    'keys/host.pem',
    'flake.lock',
    'hosts/-rf.nix',
    'e\u0301.nix',
  ])('%j', (path) => {
    expect(whyNotWritable(path)).not.toBeNull();
  });
  test.each([
    'flake.nix',
    'hosts/griffin/default.nix',
    'modules/git.nix',
    '.editorconfig',
    'pkgs/a-b_c+d.nix',
    'hosts/é.nix',
  ])('but %j may', (path) => {
    expect(whyNotWritable(path)).toBeNull();
  });
});
