import { beforeEach, afterEach, expect, test } from 'vitest';
import { at, practice, refusal, type Practice } from './practice.ts';

let p: Practice;
beforeEach(async () => {
  p = await practice();
});
afterEach(() => p.close());

const push = (branch: string, files: Record<string, string>): Promise<string> =>
  p.forge.push('acme/fleet', branch, files, { login: 'ada' });

async function open(branch: string, more: { readonly draft?: boolean } = {}): Promise<number> {
  return (await p.bot.rest.pulls.create({ ...at, title: branch, head: branch, base: 'main', ...more })).data.number;
}

const main = async (): Promise<string> => (await p.bot.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;

test('a conflict is seen before the merge, and refused by it', async () => {
  await push('change', { 'README.md': 'mine\n' });
  const pull_number = await open('change');
  expect((await p.bot.rest.pulls.get({ ...at, pull_number })).data).toMatchObject({
    mergeable: true,
    mergeable_state: 'clean',
  });
  await push('main', { 'README.md': 'theirs\n' });
  expect((await p.bot.rest.pulls.get({ ...at, pull_number })).data).toMatchObject({
    mergeable: false,
    mergeable_state: 'dirty',
  });
  const before = await main();
  expect(await refusal(p.bot.rest.pulls.merge({ ...at, pull_number }))).toMatch(/^405 /);
  expect(await main()).toBe(before);
});

test.each(['merge', 'squash', 'rebase'] as const)(
  'a %s brings both sides together when the base went on',
  async (method) => {
    await push('change', { one: '1\n' });
    const tip = await push('change', { two: '2\n' });
    const pull_number = await open('change');
    const base = await push('main', { other: 'x\n' });
    const sha = await p.forge.merge('acme/fleet', pull_number, 'ada', method);
    const { data } = await p.bot.rest.git.getTree({ ...at, tree_sha: sha });
    expect(data.tree.map((row) => row.path)).toEqual(['README.md', 'one', 'other', 'two', 'zones']);
    const { data: commit } = await p.bot.rest.git.getCommit({ ...at, commit_sha: sha });
    const parents = commit.parents.map((parent) => parent.sha);
    expect(method === 'rebase' || parents[0] === base).toBe(true);
    expect(parents).toHaveLength(method === 'merge' ? 2 : 1);
    expect(method !== 'merge' || parents[1] === tip).toBe(true);
    // GitHub signs what it makes itself; commits that it replays for others it cannot.
    expect(commit.verification.verified).toBe(method !== 'rebase');
    const { data: holders } = await p.bot.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: sha });
    expect(holders.map((one) => one.number)).toEqual([pull_number]);
  },
);

test.each([
  ['a draft', async () => open('change', { draft: true }), {}, '405 Pull Request is not mergeable'],
  ['a head that has moved', async () => open('change'), { sha: 'f'.repeat(40) }, '409 Head branch was modified.'],
])('%s is not merged', async (_, make, more, message) => {
  await push('change', { a: 'a' });
  expect(await refusal(p.bot.rest.pulls.merge({ ...at, pull_number: await make(), ...more }))).toContain(message);
});

test('one branch has one open pull request into a base, and needs something to merge', async () => {
  await push('change', { a: 'a' });
  const first = await open('change');
  expect(await refusal(open('change'))).toContain('422 Validation Failed');
  await p.bot.rest.pulls.update({ ...at, pull_number: first, state: 'closed' });
  expect(await open('change')).toBe(first + 1);
  await p.bot.rest.git.createRef({ ...at, ref: 'refs/heads/same', sha: await main() });
  expect(await refusal(open('same'))).toContain('422 Validation Failed');
  expect(await refusal(open('nothing'))).toContain('422 Validation Failed');
});

test('pull requests are found by head and state', async () => {
  await push('change', { a: 'a' });
  await push('second', { b: 'b' });
  const [one, two] = [await open('change'), await open('second')];
  await p.bot.rest.pulls.update({ ...at, pull_number: one, state: 'closed' });
  const numbers = async (query: { head?: string; state?: 'all' | 'open' | 'closed' }): Promise<number[]> =>
    (await p.bot.rest.pulls.list({ ...at, ...query })).data.map((pull) => pull.number);
  expect(await numbers({})).toEqual([two]);
  expect(await numbers({ state: 'all' })).toEqual([two, one]);
  expect(await numbers({ state: 'all', head: 'acme:change' })).toEqual([one]);
  expect(await numbers({ head: 'acme:change' })).toEqual([]);
});

test('a pull request from a fork names the other repository', async () => {
  const fork = await p.forge.fork('acme/fleet', 'rob');
  await p.forge.push(fork, 'change', { a: 'a' }, { login: 'rob' });
  const pull_number = await p.forge.openPullRequest('acme/fleet', { login: 'rob', head: 'rob:change', title: 'Mine' });
  const { data } = await p.bot.rest.pulls.get({ ...at, pull_number });
  expect([data.head.repo?.full_name, data.base.repo.full_name, data.head.repo?.fork]).toEqual([
    'rob/fleet',
    'acme/fleet',
    true,
  ]);
  const moved = await p.forge.push(fork, 'change', { a: 'b' }, { login: 'rob' });
  expect((await p.bot.rest.pulls.get({ ...at, pull_number })).data.head.sha).toBe(moved);
  // A branch of the same name in the base is another branch.
  await push('change', { a: 'c' });
  expect((await p.bot.rest.pulls.get({ ...at, pull_number })).data.head.sha).toBe(moved);
  expect(await p.forge.merge('acme/fleet', pull_number, 'ada')).toBe(await main());
});

test('a renamed file is one change with its old name', async () => {
  await push('long', { 'a.txt': 'line\n'.repeat(50) });
  const first = await open('long');
  await p.forge.merge('acme/fleet', first, 'ada');
  await p.forge.push(
    'acme/fleet',
    'rename',
    { 'a.txt': null, 'b.txt': `${'line\n'.repeat(50)}more\n` },
    { login: 'ada' },
  );
  const { data } = await p.bot.rest.pulls.listFiles({ ...at, pull_number: await open('rename') });
  expect(
    data.map((file) => [file.status, file.previous_filename, file.filename, file.additions, file.deletions]),
  ).toEqual([['renamed', 'a.txt', 'b.txt', 1, 0]]);
});
