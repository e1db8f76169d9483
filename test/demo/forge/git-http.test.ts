import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { practice, type Practice } from './practice.ts';

let p: Practice;
let folder: string;
beforeAll(async () => {
  p = await practice();
  folder = await mkdtemp(join(tmpdir(), 'practice-clone-'));
});
afterAll(async () => {
  await p.close();
  await rm(folder, { recursive: true, force: true });
});

/** The git program against the forge, with what it said on standard error where it failed. */
async function git(...args: string[]): Promise<string> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null' };
  const run = promisify(execFile)('git', args, { env });
  return run.then(
    (done) => done.stdout.trim(),
    (error: { stderr?: string }) => `failed: ${error.stderr ?? ''}`,
  );
}

function address(repository: string, token?: string): string {
  const url = new URL(`${p.forge.url}/${repository}.git`);
  if (token !== undefined) {
    url.username = 'x-access-token';
    url.password = token;
  }
  return url.href;
}

test('the git program clones with an installation token and then fetches a commit by its id', async () => {
  const url = address('acme/fleet', await p.token());
  const clone = join(folder, 'good');
  expect(await git('clone', '-q', url, clone)).toBe('');
  expect(await readFile(join(clone, 'zones/fleet.lan'), 'utf8')).toBe('one\n');
  const sha = await p.forge.push('acme/fleet', 'later', { 'zones/fleet.lan': 'later\n' }, { login: 'ada' });
  expect(await git('-C', clone, 'fetch', '-q', url, sha)).toBe('');
  expect(await git('-C', clone, 'show', `${sha}:zones/fleet.lan`)).toBe('later');
});

test.each([
  ['no credential', async () => undefined],
  ['a made-up token', async () => 'ghs_000000000000000000000000000000000000'],
  ['a token that may not read contents', async () => p.token({ permissions: { issues: 'write' } })],
])('%s does not clone', async (_, credential) => {
  const said = await git('clone', '-q', address('acme/fleet', await credential()), join(folder, 'bad'));
  expect(said).toMatch(/^failed: .*(Authentication failed|could not read|403)/s);
});

test('a repository on which the App is not installed does not exist for its token', async () => {
  await p.forge.addRepository('other/fleet', { a: 'a' }, { installed: false });
  const said = await git('clone', '-q', address('other/fleet', await p.token()), join(folder, 'hidden'));
  expect(said).toMatch(/^failed: .*not found/s);
});

test('a public repository is cloned without a credential', async () => {
  await p.forge.addRepository('open/fleet', { a: 'a' }, { private: false });
  expect(await git('clone', '-q', address('open/fleet'), join(folder, 'open'))).toBe('');
});

test('a push by git is refused: commits come by the API', async () => {
  const clone = join(folder, 'pusher');
  await git('clone', '-q', address('acme/fleet', await p.token()), clone);
  expect(await git('-C', clone, 'push', 'origin', 'HEAD:refs/heads/by-git')).toMatch(/^failed: .*403/s);
});

test('the head of a pull request from a fork is there to be fetched', async () => {
  const fork = await p.forge.fork('acme/fleet', 'rob');
  const sha = await p.forge.push(fork, 'change', { 'README.md': 'forked\n' }, { login: 'rob' });
  const number = await p.forge.openPullRequest('acme/fleet', {
    login: 'rob',
    head: 'rob:change',
    title: 'From a fork',
  });
  expect(await git('ls-remote', address('acme/fleet', await p.token()), `refs/pull/${number}/head`)).toBe(
    `${sha}\trefs/pull/${number}/head`,
  );
});
