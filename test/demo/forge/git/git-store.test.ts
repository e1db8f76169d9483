import fc from 'fast-check';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GitStore, zeroSha, type TreeChange } from '../../../../src/demo/forge/git/git-store.ts';

let folder: string;
let git: GitStore;
const hostile = { GIT_DIR: '/nowhere', GIT_INDEX_FILE: '/nowhere/index', GIT_CONFIG_PARAMETERS: "'core.bare=false'" };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'git-store-'));
  await mkdir(join(folder, 'scratch'));
  await mkdir(join(folder, 'r.git'));
  // As it is where the demo runs inside a git hook.
  Object.assign(process.env, hostile);
  git = new GitStore(join(folder, 'r.git'), join(folder, 'scratch'));
  await git.create('main');
});
afterAll(async () => {
  for (const name of Object.keys(hostile)) delete process.env[name];
  git.close();
  await rm(folder, { recursive: true, force: true });
});

const who = { name: 'Ada', email: 'ada@example.org', date: new Date(1_700_000_000_000) };

/** A tree of these files; a mode may stand before the path. */
async function tree(base: string | null, files: Record<string, string | null>): Promise<string> {
  const changes: TreeChange[] = [];
  for (const [key, content] of Object.entries(files)) {
    const [, mode = '100644', path = key] = /^(\d{6}) (.*)$/s.exec(key) ?? [];
    changes.push({ path, mode, sha: content === null ? null : await git.writeBlob(Buffer.from(content)) });
  }
  const sha = await git.writeTree(base, changes);
  if (sha === null) throw new Error('git refused the tree');
  return sha;
}

test('every kind of change is told once, in order, with its own patch', async () => {
  const long = 'line\n'.repeat(40);
  const before = await tree(null, {
    'a gone': 'x\n',
    'b mode': 'x\n',
    'c type': 'x\n',
    'd moved': long,
    'e bin': '\0\u0001',
    'z last': '1\n',
  });
  const after = await tree(before, {
    'a gone': null,
    '100755 b mode': 'x\n',
    '120000 c type': 'z last',
    'd moved': null,
    'd\tmöved "there"\n': `${long}more\n`,
    'e bin': '\0\u0002',
    'f new': 'diff --git a b\n@@ -1 +1 @@\n',
    'z last': '2\n',
  });
  const changes = await git.changes(before, after);
  expect(changes.map((one) => [one.status, one.previousPath, one.path, one.additions, one.deletions])).toEqual([
    ['removed', null, 'a gone', 0, 1],
    ['modified', null, 'b mode', 0, 0],
    ['changed', null, 'c type', 1, 1],
    ['renamed', 'd moved', 'd\tmöved "there"\n', 1, 0],
    ['modified', null, 'e bin', 0, 0],
    ['added', null, 'f new', 2, 0],
    ['modified', null, 'z last', 1, 1],
  ]);
  expect(changes.map((one) => one.patch)).toEqual([
    '@@ -1 +0,0 @@\n-x',
    null,
    '@@ -1 +0,0 @@\n-x\n@@ -0,0 +1 @@\n+z last\n\\ No newline at end of file',
    '@@ -38,3 +38,4 @@ line\n line\n line\n line\n+more',
    null,
    '@@ -0,0 +1,2 @@\n+diff --git a b\n+@@ -1 +1 @@',
    '@@ -1 +1 @@\n-1\n+2',
  ]);
});

test('a commit comes back as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(
      // git itself drops NUL, and trims what a person's name may not begin or end with.
      fc.string({ unit: fc.constantFrom('a', 'é', '𝄞', ' ', '\n', '#', '\t', 'tree 0') }),
      async (message) => {
        const commit = {
          tree: await tree(null, { a: 'a' }),
          parents: [],
          author: who,
          committer: who,
          message: `m${message}`,
        };
        const sha = await git.writeCommit(commit);
        const expected = commit.message.replace(/\n$/, '');
        expect(await git.commit(sha)).toEqual({ ...commit, sha, message: expected });
      },
    ),
    { numRuns: 15 },
  );
});

test('objects of any size and content, asked for all at once, each come back to who asked', async () => {
  const contents = fc.sample(fc.uint8Array({ maxLength: 300_000 }), { numRuns: 30, seed: 1 });
  const shas = await Promise.all(contents.map((bytes) => git.writeBlob(bytes)));
  const back = await Promise.all([...shas, 'f'.repeat(40), ...shas].map((sha) => git.object(sha)));
  const expected = [...contents, null, ...contents].map((bytes) => (bytes === null ? null : Buffer.from(bytes)));
  expect(
    back.map((one, index) => one?.bytes.equals(expected[index] ?? Buffer.alloc(0)) ?? expected[index] === null),
  ).not.toContain(false);
});

test.each(['', 'a\nb', 'no-such-branch', '--batch-check', '-'])('%j names nothing', async (revision) => {
  expect(await git.object(revision)).toBeNull();
});

test('a ref moves only from where it is thought to be', async () => {
  const [one = '', other = ''] = await Promise.all(
    ['1', '2'].map(async (content) =>
      git.writeCommit({
        tree: await tree(null, { a: content }),
        parents: [],
        author: who,
        committer: who,
        message: content,
      }),
    ),
  );
  expect(await git.moveRef('refs/heads/x', one, zeroSha)).toBe(true);
  expect(await git.moveRef('refs/heads/x', other, zeroSha)).toBe(false);
  expect(await git.moveRef('refs/heads/x', other, other)).toBe(false);
  expect(await git.moveRef('refs/heads/x', other, one)).toBe(true);
  expect(await git.moveRef('refs/heads/x', zeroSha, one)).toBe(false);
  expect(await git.ref('refs/heads/x')).toBe(other);
  expect(await git.moveRef('refs/heads/x', zeroSha, other)).toBe(true);
  expect(await git.ref('refs/heads/x')).toBeNull();
});

test('a merge follows a file that the other side has moved', async () => {
  const long = 'line\n'.repeat(40);
  const commit = (root: string, parents: string[]): Promise<string> =>
    git.writeCommit({ tree: root, parents, author: who, committer: who, message: 'm' });
  const baseTree = await tree(null, { old: long });
  const base = await commit(baseTree, []);
  const moved = await commit(await tree(baseTree, { old: null, new: long }), [base]);
  const edited = await commit(await tree(baseTree, { old: `${long}more\n` }), [base]);
  const clash = await commit(await tree(baseTree, { old: `${long}less\n` }), [base]);
  const merged = await git.mergeTree(moved, edited);
  expect((await git.listTree(merged ?? '', true)).map((row) => [row.path, row.size])).toEqual([['new', 205]]);
  expect(await git.mergeTree(edited, clash)).toBeNull();
});
