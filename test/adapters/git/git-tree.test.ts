import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commitTree, workingTree } from '../../../src/adapters/git/git-tree.ts';
import { Fault } from '../../../src/core/fault.ts';
import { textAt } from '../../../src/core/tree.ts';

let folder = '';
const identity = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' };
const git = (...words: string[]): string =>
  execFileSync('git', ['-C', folder, ...words], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', HOME: folder, ...identity },
  }).trim();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'git-tree-'));
  git('init', '-q', '-b', 'main');
  mkdirSync(join(folder, 'a b'));
  writeFileSync(join(folder, 'a b', 'ü.nix'), '{ }');
  writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'binary'), Uint8Array.from([0, 10, 255, 10]));
  symlinkSync('../outside', join(folder, 'link'));
  writeFileSync(join(folder, '.gitignore'), 'ignored\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a commit as a tree', () => {
  test('lists every entry with its kind, sorted, whatever its name', async () => {
    const tree = commitTree(folder, 'HEAD');
    expect((await tree.list()).map(({ path, mode, size }) => `${mode} ${path} ${size}`)).toEqual([
      'file .gitignore 8',
      'file a b/ü.nix 3',
      'file binary 4',
      'symlink link 10',
      'executable run.sh 10',
    ]);
    tree.close();
  });

  test('reads blobs as they are, many at once, and a link as where it leads', async () => {
    const tree = commitTree(folder, 'HEAD');
    const blobs = (await tree.list()).map(({ blob }) => blob);
    const many = await Promise.all(
      Array.from({ length: 50 }, () => blobs)
        .flat()
        .map((blob) => tree.read(blob)),
    );
    expect(many.slice(0, 5).map((bytes) => Buffer.from(bytes).toString('latin1'))).toEqual([
      'ignored\n',
      '{ }',
      '\0\n\xff\n',
      '../outside',
      '#!/bin/sh\n',
    ]);
    expect(many).toHaveLength(250);
    tree.close();
  });

  test('reads a file that git hands over in many pieces, between small and empty ones', async () => {
    const large = new Uint8Array(700_000).map((_, at) => at % 251);
    writeFileSync(join(folder, 'large'), large);
    writeFileSync(join(folder, 'empty'), '');
    git('add', '-A');
    git('commit', '-q', '-m', 'large');
    const tree = commitTree(folder, 'HEAD');
    const entries = await tree.list();
    const read = await Promise.all(entries.map(async ({ path, blob }) => [path, await tree.read(blob)] as const));
    expect(read.map(([path, bytes]) => `${path} ${bytes.length}`)).toEqual([
      '.gitignore 8',
      'a b/ü.nix 3',
      'binary 4',
      'empty 0',
      'large 700000',
      'link 10',
      'run.sh 10',
    ]);
    expect(read.find(([path]) => path === 'large')?.[1]).toEqual(large);
    tree.close();
  });

  test('what is written later does not change it', async () => {
    const tree = commitTree(folder, git('rev-parse', 'HEAD'));
    writeFileSync(join(folder, 'a b', 'ü.nix'), '{ changed = true; }');
    expect(await textAt(tree, 'a b/ü.nix')).toBe('{ }');
    tree.close();
  });

  test.each(['no-such-branch', '--output=/tmp/x', ''])('the revision %j is a fault', async (revision) => {
    await expect(commitTree(folder, revision).list()).rejects.toBeInstanceOf(Fault);
  });

  test('a blob that is not there is a fault, and the next one is still read', async () => {
    const tree = commitTree(folder, 'HEAD');
    const [first] = await tree.list();
    const missing = tree.read('0'.repeat(40));
    const found = tree.read(first?.blob ?? '');
    await expect(missing).rejects.toBeInstanceOf(Fault);
    expect(Buffer.from(await found).toString()).toBe('ignored\n');
    tree.close();
  });
});

describe('a checkout as a tree', () => {
  test('shows files as they lie there: changed, new and gone ones, and none that git ignores', async () => {
    writeFileSync(join(folder, 'a b', 'ü.nix'), '{ changed = true; }');
    writeFileSync(join(folder, 'new.nix'), '{ }');
    writeFileSync(join(folder, 'ignored'), '');
    rmSync(join(folder, 'binary'));
    const tree = workingTree(folder);
    expect((await tree.list()).map(({ path }) => path)).toEqual([
      '.gitignore',
      'a b/ü.nix',
      'link',
      'new.nix',
      'run.sh',
    ]);
    expect(await textAt(tree, 'a b/ü.nix')).toBe('{ changed = true; }');
  });

  test('a file that did not change has the same blob id as in the commit', async () => {
    const [committed, lying] = await Promise.all([commitTree(folder, 'HEAD').list(), workingTree(folder).list()]);
    expect(lying).toEqual(committed);
  });
});
