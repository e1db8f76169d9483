import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, practice, type Practice } from './practice.ts';

let p: Practice;
beforeAll(async () => {
  p = await practice();
});
afterAll(() => p.close());

const page = async (path: string): Promise<string> => (await fetch(`${p.forge.url}${path}`)).text();

function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${p.forge.url}/_practice${path}`, {
    method: 'POST',
    headers: { origin: p.forge.url, ...headers },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
}

test('a person opens an issue, comments and merges without any script', async () => {
  expect(await page('/')).toContain('href="/acme/fleet"');
  const opened = await post('/acme/fleet/issues', { login: 'ada', title: 'Add a record', body: 'a\r\nb' });
  expect([opened.status, opened.headers.get('location')]).toEqual([
    303,
    expect.stringMatching(/^\/acme\/fleet\/issues\/\d+$/),
  ]);
  const issue = opened.headers.get('location') ?? '';
  expect((await post(issue.replace(/$/, '/comments'), { login: 'ada', body: '/help' })).status).toBe(303);
  expect(await page(issue)).toMatch(/Add a record.*a<br>b.*\/help/s);
  await p.forge.push('acme/fleet', 'change', { 'a.txt': 'a\n' }, { login: 'ada' });
  const number = await p.forge.openPullRequest('acme/fleet', { login: 'ada', head: 'change', title: 'Change' });
  const merged = await post(`/acme/fleet/pull/${number}/merge`, { login: 'ada', method: 'squash' });
  expect([merged.status, merged.headers.get('location')]).toEqual([303, `/acme/fleet/pull/${number}`]);
  expect(await page(`/acme/fleet/pull/${number}`)).toContain('merged by ada');
});

test('a pull request shows its conversation, checks, deployments, verified commits and files', async () => {
  const head = (await p.bot.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
  const tree = [{ path: 'zones/fleet.lan', mode: '100644', type: 'blob', content: 'two <b>\n' }] as const;
  const made = await p.bot.rest.git.createTree({ ...at, base_tree: head, tree: [...tree] });
  const { data: commit } = await p.bot.rest.git.createCommit({
    ...at,
    message: 'Two',
    tree: made.data.sha,
    parents: [head],
  });
  await p.bot.rest.git.createRef({ ...at, ref: 'refs/heads/two', sha: commit.sha });
  const { data: pull } = await p.bot.rest.pulls.create({ ...at, title: 'Two', head: 'two', base: 'main' });
  const body = '| host | outcome |\n|---|---|\n| griffin | **deployed** |';
  const comment = await p.bot.rest.issues.createComment({ ...at, issue_number: pull.number, body });
  await p.bot.rest.reactions.createForIssueComment({ ...at, comment_id: comment.data.id, content: 'rocket' });
  const output = { title: 'Fine', summary: 'All *fine*' };
  await p.bot.rest.checks.create({ ...at, name: 'plan', head_sha: commit.sha, conclusion: 'success', output });
  const asked = { ...at, ref: commit.sha, environment: 'griffin', auto_merge: false, required_contexts: [] };
  const { data } = await p.bot.rest.repos.createDeployment(asked);
  if (!('id' in data)) throw new Error('no deployment');
  await p.bot.rest.repos.createDeploymentStatus({
    ...at,
    deployment_id: data.id,
    state: 'success',
    description: 'Done',
  });
  const text = await page(`/acme/fleet/pull/${pull.number}`);
  for (const part of [
    '<td>griffin</td><td><strong>deployed</strong></td>',
    '🚀',
    '<strong>plan</strong> Fine',
    'All <em>fine</em>',
    '<strong>griffin</strong>',
    '>verified<',
    '<span class="plus">+two &lt;b&gt;</span>',
    'Practice forge',
  ]) {
    expect(text).toContain(part);
  }
  expect(await page(`/acme/fleet/commit/${commit.sha}`)).toContain('>verified<');
  expect(await page('/acme/fleet/blob/two/zones/fleet.lan')).toContain('two &lt;b&gt;');
});

test('every link on every page that can be reached from the first leads somewhere', async () => {
  const seen = new Set<string>();
  const waiting = ['/'];
  const broken: string[] = [];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const answer = await fetch(`${p.forge.url}${path}`);
    if (answer.status !== 200) broken.push(path);
    for (const [, href = ''] of (await answer.text()).matchAll(/href="(\/[^"#]*)/g)) waiting.push(href);
  }
  expect(broken).toEqual([]);
  expect(seen.size).toBeGreaterThan(5);
});

test.each([
  ['from another site', { origin: 'https://evil.example' }],
  ['from a name that was made to lead here', { origin: 'http://rebound.example', host: 'rebound.example' }],
  ['from nowhere', { origin: '' }],
])('a form %s does nothing', async (_, headers) => {
  const before = p.forge.journal.length;
  const answer = await post('/acme/fleet/issues', { login: 'ada', title: 'Forged' }, headers);
  expect(answer.status).toBe(403);
  expect(p.forge.journal).toHaveLength(before);
});

test.each([
  ['an empty title', '/acme/fleet/issues', { login: 'ada', title: ' ' }, 422],
  ['a stranger', '/acme/fleet/issues', { login: 'mallory', title: 'Hello' }, 422],
  ['a reader who merges', '/acme/fleet/pull/1/merge', { login: 'rob' }, 422],
  ['an issue that is not there', '/acme/fleet/issues/999/comments', { login: 'ada', body: 'x' }, 422],
  ['an unknown form', '/acme/fleet/nothing', { login: 'ada' }, 404],
])('%s is told so on a page', async (_, path, fields, status) => {
  const answer = await post(path, fields);
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining('<h1>Not done</h1>')]);
});

test('pages let nothing run', async () => {
  const answer = await fetch(`${p.forge.url}/acme/fleet`);
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await answer.text()).not.toContain('<script');
});

test('what is neither page nor route is a plain 404', async () => {
  expect((await fetch(`${p.forge.url}/acme/nothing`)).status).toBe(404);
  expect((await fetch(`${p.forge.url}/acme/fleet/issues/999`)).status).toBe(404);
  expect((await fetch(`${p.forge.url}/%E0%A4%A`)).status).toBe(404);
});
