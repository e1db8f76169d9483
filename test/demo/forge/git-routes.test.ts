import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, practice, refusal, type Practice } from './practice.ts';

let p: Practice;
let head: string;
beforeAll(async () => {
  p = await practice();
  head = (await p.bot.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
});
afterAll(() => p.close());

type Entry = NonNullable<Parameters<Practice['bot']['rest']['git']['createTree']>[0]>['tree'][number];

const treeOf = async (...tree: Entry[]): Promise<string> =>
  (await p.bot.rest.git.createTree({ ...at, base_tree: head, tree })).data.sha;

async function commitOf(parents: string[], ...tree: Entry[]): Promise<string> {
  const made = await p.bot.rest.git.createCommit({ ...at, message: 'm', tree: await treeOf(...tree), parents });
  return made.data.sha;
}

async function paths(tree_sha: string): Promise<string[]> {
  const { data } = await p.bot.rest.git.getTree({ ...at, tree_sha, recursive: '1' });
  return data.tree.map((row) => `${row.mode ?? ''} ${row.path ?? ''}`);
}

test('a tree keeps what is not named, adds, replaces and takes away', async () => {
  const { data: blob } = await p.bot.rest.git.createBlob({ ...at, content: 'run' });
  const sha = await treeOf(
    { path: 'README.md', sha: null },
    { path: 'bin/tool', mode: '100755', type: 'blob', sha: blob.sha },
    { path: 'latest', mode: '120000', type: 'blob', content: 'bin/tool' },
  );
  expect(await paths(sha)).toEqual([
    '040000 bin',
    '100755 bin/tool',
    '120000 latest',
    '040000 zones',
    '100644 zones/fleet.lan',
  ]);
});

test('a folder becomes a file and a file a folder', async () => {
  const sha = await treeOf(
    { path: 'zones', mode: '100644', content: 'now a file' },
    { path: 'README.md/inner', mode: '100644', content: 'x' },
  );
  expect(await paths(sha)).toEqual(['040000 README.md', '100644 README.md/inner', '100644 zones']);
});

test('a tree can be put in as a whole', async () => {
  const { data } = await p.bot.rest.git.getTree({ ...at, tree_sha: head });
  const zones = data.tree.find((row) => row.path === 'zones')?.sha ?? '';
  const sha = await treeOf({ path: 'copy/of/zones', mode: '040000', type: 'tree', sha: zones });
  expect(await paths(sha)).toContain('100644 copy/of/zones/fleet.lan');
});

test('a tree without a base holds only what is named', async () => {
  const { data } = await p.bot.rest.git.createTree({ ...at, tree: [{ path: 'only', mode: '100644', content: 'x' }] });
  expect(await paths(data.sha)).toEqual(['100644 only']);
});

test.each<[string, Entry]>([
  ['a path that leaves the repository', { path: '../x', mode: '100644', content: '' }],
  ["git's own folder", { path: 'a/.git/hooks/x', mode: '100644', content: '' }],
  ['an absolute path', { path: '/etc/x', mode: '100644', content: '' }],
  ['a blob that is not there', { path: 'x', mode: '100644', sha: 'f'.repeat(40) }],
  ['content and id at once', { path: 'x', mode: '100644', sha: 'f'.repeat(40), content: '' }],
  ['neither content nor id', { path: 'x', mode: '100644' }],
  ['taking away what is not there', { path: 'nothing', mode: '100644', sha: null }],
])('a tree with %s is refused', async (_, entry) => {
  expect(await refusal(treeOf(entry))).toMatch(/^422 /);
});

test.each([
  ['a short name', 'main', () => head, "422 Reference name must start with 'refs/'"],
  ['no valid name', 'refs/heads/a..b', () => head, '422 refs/heads/a..b is not a valid ref name.'],
  ['a commit that is not there', 'refs/heads/x', () => 'f'.repeat(40), '422 Object does not exist'],
  ['a name that is taken', 'refs/heads/main', () => head, '422 Reference already exists'],
  ['a name below a branch', 'refs/heads/main/below', () => head, '422 Reference cannot be updated'],
])('a new ref with %s is refused', async (_, ref, sha, message) => {
  expect(await refusal(p.bot.rest.git.createRef({ ...at, ref, sha: sha() }))).toContain(message);
});

test('a ref moves forward freely, and elsewhere only by force', async () => {
  const one = await commitOf([head], { path: 'a', mode: '100644', content: '1' });
  const other = await commitOf([head], { path: 'a', mode: '100644', content: '2' });
  await p.bot.rest.git.createRef({ ...at, ref: 'refs/heads/deep/er', sha: head });
  const move = (sha: string, force = false): Promise<unknown> =>
    p.bot.rest.git.updateRef({ ...at, ref: 'heads/deep/er', sha, force });
  await move(one);
  expect(await refusal(move(other))).toBe('422 Update is not a fast forward');
  await move(other, true);
  expect((await p.bot.rest.git.getRef({ ...at, ref: 'heads/deep/er' })).data.object.sha).toBe(other);
  await p.bot.rest.git.deleteRef({ ...at, ref: 'heads/deep/er' });
  expect(await refusal(move(one))).toBe('422 Reference does not exist');
});

test('of two who move a ref at once, one is told', async () => {
  await p.bot.rest.git.createRef({ ...at, ref: 'refs/heads/race', sha: head });
  const commits = await Promise.all(
    ['1', '2', '3'].map((content) => commitOf([head], { path: 'a', mode: '100644', content })),
  );
  const ends = await Promise.all(
    commits.map((sha) => refusal(p.bot.rest.git.updateRef({ ...at, ref: 'heads/race', sha }))),
  );
  expect(ends.filter((end) => end === 'no refusal')).toHaveLength(1);
});

test('bytes come back as they were sent, whatever they are', async () => {
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256));
  const { data } = await p.bot.rest.git.createBlob({ ...at, content: bytes.toString('base64'), encoding: 'base64' });
  const back = await p.bot.rest.git.getBlob({ ...at, file_sha: data.sha });
  expect(Buffer.from(back.data.content, 'base64').equals(bytes)).toBe(true);
});

test('a comparison says who is ahead, and what changed since they parted', async () => {
  const one = await commitOf([head], { path: 'one', mode: '100644', content: '1' });
  const other = await commitOf([head], { path: 'other', mode: '100644', content: '2' });
  const compare = async (basehead: string): Promise<unknown[]> => {
    const { data } = await p.bot.rest.repos.compareCommitsWithBasehead({ ...at, basehead });
    return [
      data.status,
      data.ahead_by,
      data.behind_by,
      data.merge_base_commit.sha,
      data.files?.map((file) => file.filename),
    ];
  };
  expect(await compare(`${head}...${one}`)).toEqual(['ahead', 1, 0, head, ['one']]);
  expect(await compare(`${one}...${head}`)).toEqual(['behind', 0, 1, head, []]);
  expect(await compare(`${one}...${other}`)).toEqual(['diverged', 1, 1, head, ['other']]);
  expect(await compare(`main...${head}`)).toEqual(['identical', 0, 0, head, []]);
  expect(await refusal(compare(`main...${'f'.repeat(40)}`))).toMatch(/^404 /);
  const alone = await p.bot.rest.git.createCommit({
    ...at,
    message: 'alone',
    tree: await treeOf({ path: 'a', mode: '100644', content: '' }),
    parents: [],
  });
  expect(await refusal(compare(`main...${alone.data.sha}`))).toMatch(/^404 No common ancestor/);
});

test('a commit is found by branch or id, never by an expression', async () => {
  const status = async (ref: string): Promise<string> => refusal(p.bot.rest.repos.getCommit({ ...at, ref }));
  expect([await status('main'), await status(head.slice(0, 12))]).toEqual(['no refusal', 'no refusal']);
  expect([await status('main~0'), await status('main^{tree}'), await status('main:README.md')]).toEqual(
    ['main~0', 'main^{tree}', 'main:README.md'].map((ref) => `422 No commit found for SHA: ${ref}`),
  );
});
