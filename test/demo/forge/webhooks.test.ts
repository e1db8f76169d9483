import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { at, practice, type Practice } from './practice.ts';

interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

type Payload = Record<string, unknown>;

let p: Practice;
let target: Server;
let received: Received[];
let status: number;

beforeEach(async () => {
  received = [];
  status = 200;
  target = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status).end('seen');
    });
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  p = await practice();
  p.forge.webhooksTo(`http://127.0.0.1:${(target.address() as AddressInfo).port}/hook`);
});
afterEach(async () => {
  await p.close();
  target.closeAllConnections();
  await new Promise((resolve) => target.close(resolve));
});

const payload = (one: { readonly body: string } | undefined): Payload => JSON.parse(one?.body ?? 'null') as Payload;

/** The payload of the newest delivery of the event. */
function newest(event: string, action: string | null): Payload {
  return payload(p.forge.deliveries().findLast((one) => one.event === event && one.action === action));
}

test('an event is signed over the exact bytes and named by a GUID', async () => {
  await p.forge.openIssue('acme/fleet', { login: 'ada', title: 'Ünïcode ✓', body: 'a\r\nb' });
  await p.forge.settled();
  const [one] = received;
  const digest = createHmac('sha256', 'secret')
    .update(one?.body ?? '')
    .digest('hex');
  expect(one?.headers).toMatchObject({ 'x-github-event': 'issues', 'x-hub-signature-256': `sha256=${digest}` });
  expect(one?.headers['x-github-delivery']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  expect(payload(one)).toMatchObject({
    action: 'opened',
    issue: { title: 'Ünïcode ✓' },
    installation: { id: p.installation },
  });
});

test('a delivery that fails is kept, is not sent again by itself, and is sent again when asked for', async () => {
  status = 500;
  await p.forge.openIssue('acme/fleet', { login: 'ada', title: 'An issue' });
  await p.forge.settled();
  const failed = p.forge.deliveries().at(-1);
  expect(failed).toMatchObject({ status: 'Invalid HTTP Response: 500', statusCode: 500, responseBody: 'seen' });
  expect(received).toHaveLength(1);
  status = 202;
  await p.app.rest.apps.redeliverWebhookDelivery({ delivery_id: failed?.id ?? 0 });
  await p.forge.settled();
  expect(p.forge.deliveries().at(-1)).toMatchObject({
    guid: failed?.guid,
    redelivery: true,
    status: 'OK',
    statusCode: 202,
  });
  expect(received[1]?.body).toBe(received[0]?.body);
  expect(p.forge.redeliver('no-such-guid')).toBe(false);
});

test('a target that answers too late has failed, though it got the event', async () => {
  const slow = await practice({ deliveryTimeoutMs: 200 });
  const deaf = createServer((request) => void request.resume());
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  try {
    slow.forge.webhooksTo(`http://127.0.0.1:${(deaf.address() as AddressInfo).port}/`);
    await slow.forge.openIssue('acme/fleet', { login: 'ada', title: 'An issue' });
    await slow.forge.settled();
    expect(slow.forge.deliveries().at(-1)).toMatchObject({ status: 'timed out', statusCode: 504 });
  } finally {
    deaf.closeAllConnections();
    deaf.close();
    await slow.close();
  }
});

test('without a target the App still finds its deliveries, the newest first, page by page', async () => {
  p.forge.webhooksTo(null);
  for (const title of ['One', 'Two', 'Three']) await p.forge.openIssue('acme/fleet', { login: 'ada', title });
  await p.forge.settled();
  const first = await p.app.rest.apps.listWebhookDeliveries({ per_page: 2 });
  expect(first.data.map((one) => [one.event, one.status])).toEqual([
    ['issues', 'failed to connect to host'],
    ['issues', 'failed to connect to host'],
  ]);
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.link ?? '')?.[1] ?? '';
  const second = await p.app.request(`GET ${next}`);
  expect((second.data as { event: string }[]).map((one) => one.event)).toEqual(['issues', 'installation']);
  const { data } = await p.app.rest.apps.getWebhookDelivery({ delivery_id: first.data[0]?.id ?? 0 });
  expect(data.request.payload).toMatchObject({ issue: { title: 'Three' } });
});

test('an issue with labels is told as opened and as labeled', async () => {
  await p.forge.openIssue('acme/fleet', { login: 'ada', title: 'An issue', labels: ['fleet'] });
  expect(
    p.forge
      .deliveries()
      .slice(-2)
      .map((one) => one.action),
  ).toEqual(['opened', 'labeled']);
  expect(newest('issues', 'labeled')).toMatchObject({ label: { name: 'fleet' } });
});

test('a comment on a pull request names the issue and no commit', async () => {
  await p.forge.push('acme/fleet', 'change', { a: 'a' }, { login: 'ada' });
  const number = await p.forge.openPullRequest('acme/fleet', { login: 'ada', head: 'change', title: 'Change' });
  await p.forge.comment('acme/fleet', number, 'ada', '/deploy wolfhound');
  const event = newest('issue_comment', 'created');
  expect(event).toMatchObject({
    comment: { body: '/deploy wolfhound' },
    issue: { number, pull_request: {} },
    sender: { login: 'ada' },
  });
  expect(JSON.stringify(event)).not.toMatch(/"(sha|head|head_sha)":/);
});

test('an edited comment names who edited, what was there before, and still its author', async () => {
  const number = await p.forge.openIssue('acme/fleet', { login: 'rob', title: 'An issue' });
  const id = await p.forge.comment('acme/fleet', number, 'rob', 'Mine');
  await p.forge.editComment('acme/fleet', id, 'ada', '/deploy all');
  expect(newest('issue_comment', 'edited')).toMatchObject({
    changes: { body: { from: 'Mine' } },
    comment: { user: { login: 'rob' } },
    sender: { login: 'ada' },
  });
});

test('a push to an open pull request is told twice, with both heads', async () => {
  const before = await p.forge.push('acme/fleet', 'change', { a: 'a' }, { login: 'ada' });
  const number = await p.forge.openPullRequest('acme/fleet', { login: 'ada', head: 'change', title: 'Change' });
  const after = await p.forge.push('acme/fleet', 'change', { a: 'b' }, { login: 'ada' });
  expect(newest('push', null)).toMatchObject({
    ref: 'refs/heads/change',
    before,
    after,
    forced: false,
    head_commit: { id: after },
  });
  expect(newest('pull_request', 'synchronize')).toMatchObject({
    number,
    before,
    after,
    pull_request: { head: { sha: after } },
  });
});

test('a push that throws commits away says that it was forced', async () => {
  const base = (await p.bot.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
  const before = await p.forge.push('acme/fleet', 'change', { a: 'a' }, { login: 'ada' });
  await p.forge.openPullRequest('acme/fleet', { login: 'ada', head: 'change', title: 'Change' });
  await p.forge.push('acme/fleet', 'change', { a: 'c' }, { login: 'ada', force: { from: base } });
  expect(newest('push', null)).toMatchObject({ before, forced: true });
});

test('a merge is a push and a closed pull request that was merged; closing without it is not', async () => {
  await p.forge.push('acme/fleet', 'change', { a: 'a' }, { login: 'ada' });
  const first = await p.forge.openPullRequest('acme/fleet', { login: 'ada', head: 'change', title: 'Change' });
  await p.forge.closePullRequest('acme/fleet', first, 'ada');
  expect(newest('pull_request', 'closed')).toMatchObject({ pull_request: { merged: false, merged_at: null } });
  const second = await p.forge.openPullRequest('acme/fleet', { login: 'ada', head: 'change', title: 'Change' });
  const sha = await p.forge.merge('acme/fleet', second, 'ada', 'squash');
  expect(newest('push', null)).toMatchObject({ ref: 'refs/heads/main', after: sha });
  expect(newest('pull_request', 'closed')).toMatchObject({
    pull_request: { merged: true, merge_commit_sha: sha, merged_by: { login: 'ada' }, base: { ref: 'main' } },
  });
});

test("the bot's own acts come back to it as a bot's", async () => {
  const number = await p.forge.openIssue('acme/fleet', { login: 'ada', title: 'An issue' });
  await p.bot.rest.issues.createComment({ ...at, issue_number: number, body: 'Hello' });
  expect(newest('issue_comment', 'created')).toMatchObject({
    sender: { login: 'fleetwright[bot]', type: 'Bot' },
    comment: { performed_via_github_app: { slug: 'fleetwright' } },
  });
});

test('a repository without the App, and an event that it did not ask for, are not told', async () => {
  await p.forge.addRepository('other/fleet', { a: 'a' }, { installed: false });
  const before = p.forge.deliveries().length;
  await p.forge.openIssue('other/fleet', { login: 'other', title: 'An issue' });
  const head = (await p.bot.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
  await p.bot.rest.repos.createDeployment({ ...at, ref: head, auto_merge: false, required_contexts: [] });
  expect(p.forge.deliveries()).toHaveLength(before);
});

test('somebody without access cannot act on a private repository', async () => {
  const act = p.forge.openIssue('acme/fleet', { login: 'mallory', title: 'An issue' });
  await expect(act).rejects.toThrow('mallory cannot see the private repository acme/fleet');
});
