import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Budgets } from '../../../src/demo/forge/budgets.ts';
import { practice, type Practice } from './practice.ts';

let p: Practice;
let credential: string;
let issue: number;
const comments = '/repos/{owner}/{repo}/issues/{issue_number}/comments';

beforeAll(async () => {
  p = await practice();
  credential = await p.token();
});
beforeEach(async () => {
  issue = await p.forge.openIssue('acme/fleet', { login: 'ada', title: 'An issue' });
});
afterAll(() => p.close());

const say = (body = 'Hello'): Promise<Response> =>
  p.ask(`/repos/acme/fleet/issues/${issue}/comments`, { credential, method: 'POST', body: { body } });

async function said(): Promise<number> {
  const answer = await p.ask(`/repos/acme/fleet/issues/${issue}/comments`, { credential });
  return ((await answer.json()) as unknown[]).length;
}

test('a primary limit says that nothing is left and when there is again', async () => {
  p.forge.inject({ when: { route: comments }, trouble: { kind: 'primary-limit', resetInSeconds: 90 } });
  const answer = await say();
  expect(answer.status).toBe(403);
  expect(answer.headers.get('x-ratelimit-remaining')).toBe('0');
  const wait = Number(answer.headers.get('x-ratelimit-reset')) - Date.now() / 1000;
  expect(wait).toBeGreaterThan(60);
  expect(wait).toBeLessThan(120);
  expect(answer.headers.get('retry-after')).toBeNull();
  expect(await said()).toBe(0);
});

test('a secondary limit says how long to wait while the primary one has plenty left', async () => {
  p.forge.inject({ when: { method: 'POST' }, trouble: { kind: 'secondary-limit', retryAfterSeconds: 7 } });
  const answer = await say();
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([403, '7']);
  expect(Number(answer.headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0);
  expect(await answer.json()).toMatchObject({ message: expect.stringContaining('secondary rate limit') });
  expect((await say()).status).toBe(201);
});

test.each([429, 502])('a %i comes as often as it was ordered, and then no more', async (status) => {
  p.forge.inject({ when: { path: /\/comments$/, method: 'POST' }, trouble: { kind: 'status', status }, times: 2 });
  const seen = [(await say()).status, (await say()).status, (await say()).status];
  expect(seen).toEqual([status, status, 201]);
  expect(await said()).toBe(1);
});

test('a connection that is cut before leaves nothing behind', async () => {
  p.forge.inject({ when: { route: comments, method: 'POST' }, trouble: { kind: 'cut', when: 'before' } });
  await expect(say()).rejects.toThrow('fetch failed');
  expect(await said()).toBe(0);
});

test('a lost reply leaves its effect behind, and the journal knows', async () => {
  p.forge.inject({ when: { route: comments, method: 'POST' }, trouble: { kind: 'cut', when: 'after' } });
  await expect(say()).rejects.toThrow('fetch failed');
  expect(await said()).toBe(1);
  expect(p.forge.journal.at(-1)).toMatchObject({ route: comments, status: 0, done: true, who: { id: p.installation } });
});

test('a rule can be taken back, and one for another route meets nobody', async () => {
  p.forge.inject({ when: { route: comments }, trouble: { kind: 'status', status: 500 } })();
  p.forge.inject({ when: { route: '/app' }, trouble: { kind: 'status', status: 500 } })();
  expect((await say()).status).toBe(201);
});

test('latency delays and changes nothing else', async () => {
  const stop = p.forge.inject({ trouble: { kind: 'latency', ms: 30 } });
  const before = performance.now();
  expect((await say()).status).toBe(201);
  stop();
  // Only that it waited at all: nothing is asserted about how fast anything is.
  expect(performance.now() - before).toBeGreaterThanOrEqual(29);
});

test('the journal has the writes, in order, with who and what; the request log has everything', async () => {
  await say('First');
  await p.ask(`/repos/acme/fleet/issues/${issue}`, { credential });
  await p.ask('/repos/acme/fleet/issues/999999/comments', { credential, method: 'POST', body: { body: 'x' } });
  const who = { kind: 'installation', id: p.installation };
  expect(p.forge.journal.slice(-2)).toMatchObject([
    { method: 'POST', route: comments, who, status: 201, done: true },
    { method: 'POST', route: comments, who, status: 404, done: false },
  ]);
  expect(p.forge.requests.slice(-3).map((one) => `${one.method} ${one.status}`)).toEqual([
    'POST 201',
    'GET 200',
    'POST 404',
  ]);
});

test('what is unchanged is answered 304 and costs nothing', async () => {
  const first = await p.ask('/repos/acme/fleet', { credential });
  const etag = first.headers.get('etag') ?? '';
  const left = Number(first.headers.get('x-ratelimit-remaining'));
  const again = await p.ask('/repos/acme/fleet', { credential, headers: { 'if-none-match': etag } });
  expect([again.status, await again.text(), again.headers.get('x-ratelimit-remaining')]).toEqual([
    304,
    '',
    String(left),
  ]);
  await p.forge.openIssue('acme/fleet', { login: 'ada', title: 'Another' });
  const changed = await p.ask('/repos/acme/fleet', { credential, headers: { 'if-none-match': etag } });
  expect(changed.status).toBe(200);
});

test('the primary limit is a real one', async () => {
  const small = await practice({ requestsPerHour: 2 });
  try {
    const token = await small.token();
    const ask = (): Promise<Response> => small.ask('/repos/acme/fleet', { credential: token });
    expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([200, 200, 403]);
    expect((await ask()).headers.get('x-ratelimit-remaining')).toBe('0');
  } finally {
    await small.close();
  }
});

test('an hour after the first request the primary limit starts anew', () => {
  let time = 0;
  const budgets = new Budgets(1, () => new Date(time));
  expect(budgets.spend({ kind: 'app' })).toBeNull();
  time = 59 * 60 * 1000;
  expect(budgets.spend({ kind: 'app' })?.status).toBe(403);
  time = 60 * 60 * 1000;
  expect(budgets.spend({ kind: 'app' })).toBeNull();
});

test('lists come in pages with links to the others', async () => {
  for (let number = 0; number < 5; number++) await say(`Comment ${number}`);
  const path = `/repos/acme/fleet/issues/${issue}/comments`;
  const second = await p.ask(`${path}?per_page=2&page=2`, { credential });
  const rows = (await second.json()) as { body: string }[];
  expect(rows.map((row) => row.body)).toEqual(['Comment 2', 'Comment 3']);
  const rels = (second.headers.get('link') ?? '')
    .split(', ')
    .map((link) => /page=(\d+)>; rel="(\w+)"/.exec(link)?.slice(1));
  expect(rels).toEqual([
    ['1', 'prev'],
    ['3', 'next'],
    ['3', 'last'],
    ['1', 'first'],
  ]);
  const all = await p.bot.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    owner: 'acme',
    repo: 'fleet',
    issue_number: issue,
    per_page: 2,
  });
  expect(all).toHaveLength(5);
});

test.each([
  ['not JSON', '{', 400],
  ['no body', '{}', 422],
  ['a body that is a number', '{"body":1}', 422],
  ['65,537 characters', JSON.stringify({ body: 'x'.repeat(65_537) }), 422],
])('a comment with %s is refused', async (_, body, status) => {
  const answer = await fetch(`${p.forge.url}/repos/acme/fleet/issues/${issue}/comments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${credential}` },
    body,
  });
  expect(answer.status).toBe(status);
  expect(await said()).toBe(0);
});

test('65,536 characters outside the basic plane are accepted: GitHub counts code points', async () => {
  expect((await say('𝄞'.repeat(65_536))).status).toBe(201);
});
