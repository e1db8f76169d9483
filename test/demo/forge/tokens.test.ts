import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, practice, type Practice } from './practice.ts';

let p: Practice;
beforeAll(async () => {
  p = await practice();
});
afterAll(() => p.close());

/** An App's JWT with claims and key of our choice. */
function jwt(claims: Record<string, unknown>, options: { pem?: string; alg?: string } = {}): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: options.alg ?? 'RS256', typ: 'JWT' })}.${part(claims)}`;
  const key = createPrivateKey(options.pem ?? p.forge.app.privateKeyPem);
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}

const now = (): number => Math.floor(Date.now() / 1000);
const stranger = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

test.each([
  ['its App id as a number', () => jwt({ iss: p.forge.app.id, iat: now() - 60, exp: now() + 540 })],
  ['its App id as text', () => jwt({ iss: String(p.forge.app.id), iat: now() - 60, exp: now() + 540 })],
  ['its client id', () => jwt({ iss: p.forge.app.clientId, iat: now() - 60, exp: now() + 540 })],
])('a JWT with %s is the App', async (_, make) => {
  expect((await p.ask('/app', { credential: make() })).status).toBe(200);
});

test.each([
  ['signed by another key', 401, () => jwt({ iss: p.forge.app.id, exp: now() + 60 }, { pem: stranger.privateKey })],
  ['that names another algorithm', 401, () => jwt({ iss: p.forge.app.id, exp: now() + 60 }, { alg: 'none' })],
  ['that has expired', 401, () => jwt({ iss: p.forge.app.id, exp: now() - 1 })],
  ['that reaches further than ten minutes', 401, () => jwt({ iss: p.forge.app.id, exp: now() + 660 })],
  ['issued in the future', 401, () => jwt({ iss: p.forge.app.id, iat: now() + 120, exp: now() + 300 })],
  ['of another App', 404, () => jwt({ iss: 1, exp: now() + 60 })],
  ['without an expiry', 401, () => jwt({ iss: p.forge.app.id })],
  ['that is three words', 401, () => 'not.a.token'],
])('a JWT %s is refused', async (_, status, make) => {
  expect((await p.ask('/app', { credential: make() })).status).toBe(status);
});

test('a token narrowed to reading contents may not comment, and says which permission GitHub would miss', async () => {
  const credential = await p.token({ permissions: { contents: 'read' } });
  expect((await p.ask('/repos/acme/fleet/git/ref/heads/main', { credential })).status).toBe(200);
  const issue = await p.forge.openIssue('acme/fleet', { login: 'ada', title: 'An issue' });
  const path = `/repos/acme/fleet/issues/${issue}/comments`;
  const answer = await p.ask(path, { credential, method: 'POST', body: { body: 'Hello' } });
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ message: 'Resource not accessible by integration', status: '403' });
});

test('reading does not imply writing', async () => {
  const credential = await p.token({ permissions: { contents: 'read' } });
  const body = { content: 'text' };
  expect((await p.ask('/repos/acme/fleet/git/blobs', { credential, method: 'POST', body })).status).toBe(403);
});

test('a token narrowed to one repository does not see another of the same installation', async () => {
  await p.forge.addRepository('acme/second', { a: 'a' });
  const credential = await p.token({ repositories: ['second'] });
  expect((await p.ask('/repos/acme/second', { credential })).status).toBe(200);
  expect((await p.ask('/repos/acme/fleet', { credential })).status).toBe(404);
  const listed = await p.ask('/installation/repositories', { credential });
  expect(await listed.json()).toMatchObject({ total_count: 1, repositories: [{ full_name: 'acme/second' }] });
});

test('a token cannot be given more than the App was granted', async () => {
  const narrow = await practice({ permissions: { metadata: 'read', issues: 'write' } });
  try {
    await expect(narrow.token({ permissions: { contents: 'read' } })).rejects.toMatchObject({ status: 422 });
    expect(await narrow.token({ permissions: { issues: 'read' } })).toMatch(/^ghs_/);
  } finally {
    await narrow.close();
  }
});

test('a workflow is written only with the permission for workflows', async () => {
  const tree = [{ path: '.github/workflows/x.yml', mode: '100644', content: 'on: push\n' }];
  const answer = await p.ask('/repos/acme/fleet/git/trees', {
    credential: await p.token(),
    method: 'POST',
    body: { tree },
  });
  expect(answer.status).toBe(403);
});

test('a repository without the App does not exist, with any credential or none', async () => {
  await p.forge.addRepository('other/secret', { a: 'a' }, { installed: false });
  const credential = await p.token();
  expect((await p.ask('/repos/other/secret', { credential })).status).toBe(404);
  expect((await p.ask('/repos/other/secret')).status).toBe(404);
  expect((await p.ask('/repos/acme/fleet')).status).toBe(404);
});

test('a token ends after an hour, and at once when it is revoked', async () => {
  let time = Date.now();
  const other = await practice({ now: () => new Date(time) });
  try {
    const credential = await other.token();
    expect((await other.ask('/repos/acme/fleet', { credential })).status).toBe(200);
    time += 61 * 60 * 1000;
    const late = await other.ask('/repos/acme/fleet', { credential });
    expect([late.status, await late.json()]).toMatchObject([401, { message: 'Bad credentials' }]);
  } finally {
    await other.close();
  }
  const credential = await p.token();
  p.forge.revokeTokens();
  expect((await p.ask('/repos/acme/fleet', { credential })).status).toBe(401);
});

test("an installation's token is not the App", async () => {
  expect((await p.ask('/app', { credential: await p.token() })).status).toBe(401);
  const app = jwt({ iss: p.forge.app.id, exp: now() + 60 });
  expect((await p.ask('/repos/acme/fleet', { credential: app })).status).toBe(403);
});

test("the bot's commits are verified only when it leaves author, committer and signature to the forge", async () => {
  const head = (await p.bot.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
  const { data: commit } = await p.bot.rest.git.getCommit({ ...at, commit_sha: head });
  expect(commit.verification).toMatchObject({ verified: false, reason: 'unsigned' });
  const person = { name: 'Ada', email: 'ada@example.org' };
  const verified = async (more: object): Promise<boolean> =>
    (await p.bot.rest.git.createCommit({ ...at, message: 'm', tree: commit.tree.sha, parents: [head], ...more })).data
      .verification.verified;
  expect(await verified({})).toBe(true);
  expect(await verified({ author: person })).toBe(false);
  expect(await verified({ committer: person })).toBe(false);
  expect(await verified({ signature: 'x' })).toBe(false);
});
