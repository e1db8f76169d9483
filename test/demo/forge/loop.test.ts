import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPracticeForge, type PracticeForge } from '../../../src/demo/forge/practice-forge.ts';

let folder: string;
let forge: PracticeForge;
let bot: Octokit;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forge-loop-'));
  forge = await startPracticeForge({ host: '127.0.0.1', stateFolder: folder, webhookSecret: 'secret' });
  await forge.addRepository('acme/fleet', { 'zones/fleet.lan': 'one\n', 'README.md': '# Fleet\n' });
  const { id, privateKeyPem } = forge.app;
  const app = new Octokit({
    baseUrl: forge.url,
    authStrategy: createAppAuth,
    auth: { appId: id, privateKey: privateKeyPem },
  });
  const { data } = await app.rest.apps.getRepoInstallation({ owner: 'acme', repo: 'fleet' });
  const auth = { appId: id, privateKey: privateKeyPem, installationId: data.id };
  bot = new Octokit({ baseUrl: forge.url, authStrategy: createAppAuth, auth });
});
afterAll(async () => {
  await forge.close();
  await rm(folder, { recursive: true, force: true });
});

test('an issue becomes a verified commit, a pull request and a merge that closes the issue', async () => {
  const at = { owner: 'acme', repo: 'fleet' };
  forge.setPermission('acme/fleet', 'ada', 'write');
  const issue = await forge.openIssue('acme/fleet', { login: 'ada', title: 'Change the zone' });
  const head = (await bot.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
  const tree = await bot.rest.git.createTree({
    ...at,
    base_tree: head,
    tree: [{ path: 'zones/fleet.lan', mode: '100644', type: 'blob', content: 'two\n' }],
  });
  const commit = await bot.rest.git.createCommit({ ...at, message: 'Two', tree: tree.data.sha, parents: [head] });
  expect(commit.data.verification.verified).toBe(true);
  await bot.rest.git.createRef({ ...at, ref: 'refs/heads/change-1', sha: commit.data.sha });
  const pull = await bot.rest.pulls.create({
    ...at,
    title: 'Two',
    head: 'change-1',
    base: 'main',
    body: `Closes #${issue}`,
  });
  const files = await bot.rest.pulls.listFiles({ ...at, pull_number: pull.data.number });
  expect(files.data.map((file) => [file.filename, file.patch])).toEqual([
    ['zones/fleet.lan', '@@ -1 +1 @@\n-one\n+two'],
  ]);
  const merged = await forge.merge('acme/fleet', pull.data.number, 'ada');
  expect((await bot.rest.repos.getBranch({ ...at, branch: 'main' })).data.commit.sha).toBe(merged);
  expect((await bot.rest.issues.get({ ...at, issue_number: issue })).data.state).toBe('closed');
  // What somebody sees who only looks is what the API says.
  const conversation = forge.seen.conversation('acme/fleet', pull.data.number);
  expect(conversation).toMatchObject({ author: 'fleetwright[bot]', state: 'merged', pull: { mergeCommit: merged } });
  expect(await forge.seen.fileAt('acme/fleet', 'main', 'zones/fleet.lan')).toBe('two\n');
  expect(await forge.seen.branchHead('acme/fleet', 'main')).toBe(merged);
  expect(forge.deliveries().map((one) => `${one.event} ${one.action ?? ''}`.trim())).toEqual([
    'installation created',
    'issues opened',
    'push',
    'pull_request opened',
    'push',
    'pull_request closed',
    'issues closed',
  ]);
});

test('a port that is taken is said, and nothing is left behind', async () => {
  const port = Number(new URL(forge.url).port);
  const second = startPracticeForge({
    host: '127.0.0.1',
    port,
    stateFolder: join(folder, 'second'),
    webhookSecret: 's',
  });
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(await readdir(join(folder, 'second'))).toEqual([]);
});

test('a forge that is closed leaves its state folder as it found it', async () => {
  const stateFolder = join(folder, 'third');
  const third = await startPracticeForge({ host: '127.0.0.1', stateFolder, webhookSecret: 's' });
  await third.addRepository('a/b', { c: 'd' });
  expect(await readdir(stateFolder)).toHaveLength(1);
  await third.close();
  expect(await readdir(stateFolder)).toEqual([]);
});
