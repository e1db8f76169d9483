import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Posting } from '../../../src/jobs/forge.ts';
import type { Hints } from '../../../src/jobs/forge-writer.ts';
import { firstFiles, openPractice, type Practice, shaFrom } from './practice.ts';

let practice: Practice;
beforeEach(async () => {
  practice = await openPractice();
});
afterEach(() => practice.close());

const mark = 'a'.repeat(32);
const first: Hints = { mark, known: null, look: false, since: null };
const again: Hints = { ...first, look: true, since: Date.now() };

const writes = () => practice.forge.journal.filter((entry) => entry.who.kind === 'installation' && entry.done);
const count = (route: string) => writes().filter((entry) => entry.method === 'POST' && entry.route === route).length;
const deliver = (posting: Posting, hints: Hints) => practice.writer.deliver(practice.repository, posting, hints);
const master = async () => shaFrom(await practice.reader.branchHead(practice.repository, 'main'));

const commentsRoute = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const pullsRoute = '/repos/{owner}/{repo}/pulls';

describe('comments', () => {
  const posting: Posting = { kind: 'comment', issue: 1, body: 'hello' };

  test('a lost answer is found again, also behind a hundred comments of others', async () => {
    practice.forge.inject({ when: { method: 'POST', route: commentsRoute }, trouble: { kind: 'cut', when: 'after' } });
    await expect(deliver(posting, first)).rejects.toMatchObject({ code: 'forge-unavailable', retry: 'later' });
    for (let index = 0; index < 120; index += 1)
      await practice.forge.comment('operator/fleet', 1, 'operator', `${index}`);
    await deliver({ ...posting, body: 'hello again' }, again);
    expect(count(commentsRoute)).toBe(1);
    expect(writes().at(-1)).toMatchObject({ method: 'PATCH', status: 200 });
  });

  test('a comment that carries our mark but is somebody else’s is left alone', async () => {
    const theirs = await practice.forge.comment(
      'operator/fleet',
      1,
      'operator',
      `mine\n\n<!-- fleetwright:${mark} -->`,
    );
    const remote = await deliver(posting, again);
    expect(remote.id).not.toBe(theirs);
    expect(writes().every((entry) => entry.method === 'POST')).toBe(true);
  });

  test('a comment of ours that a person deleted is written anew', async () => {
    const remote = await deliver(posting, { ...first, known: { id: 999_999, url: '', memory: {} } });
    expect(remote.id).not.toBe(999_999);
    expect(count(commentsRoute)).toBe(1);
  });
});

describe('comments on a commit', () => {
  const route = '/repos/{owner}/{repo}/commits/{commit_sha}/comments';
  const posting = async (body: string): Promise<Posting> => ({ kind: 'commit-comment', sha: await master(), body });

  test('a lost answer is found again, and a new text edits the one that is there', async () => {
    practice.forge.inject({ when: { method: 'POST', route }, trouble: { kind: 'cut', when: 'after' } });
    await expect(deliver(await posting('a mistake'), first)).rejects.toMatchObject({ retry: 'later' });
    const remote = await deliver(await posting('two mistakes'), again);
    expect(count(route)).toBe(1);
    expect(writes().at(-1)).toMatchObject({ method: 'PATCH', status: 200 });
    expect(remote.url).toContain(`#commitcomment-${remote.id}`);
  });

  test('one that a person deleted is written anew', async () => {
    const remote = await deliver(await posting('a mistake'), { ...first, known: { id: 999_999, url: '', memory: {} } });
    expect(remote.id).not.toBe(999_999);
    expect(count(route)).toBe(1);
  });
});

describe('pull requests', () => {
  const posting = async (more: Partial<Extract<Posting, { kind: 'pull-request' }>> = {}): Promise<Posting> => ({
    kind: 'pull-request',
    branch: 'fleetwright/issue-1-hello',
    base: 'main',
    baseSha: await master(),
    edits: [
      { path: 'README.md', before: firstFiles['README.md'], after: '# our fleet\n' },
      { path: 'bin/check', before: firstFiles['bin/check'], after: '#!/bin/sh\ntrue\n' },
      { path: 'new.nix', before: null, after: '{ }\n' },
      { path: 'hosts/griffin/default.nix', before: firstFiles['hosts/griffin/default.nix'], after: null },
    ],
    commitMessage: 'Say hello',
    title: 'Say hello',
    body: 'Closes #1',
    labels: [],
    ...more,
  });

  test('have a part that is written anew, whatever people wrote around it', async () => {
    const { id } = await deliver(await posting(), first);
    const bodyNow = () => practice.forge.seen.conversation('operator/fleet', id)?.body ?? '';
    const section = (text: string): Posting => ({ kind: 'pull-request-section', number: id, section: 'x', text });
    const own = { ...first, mark: 'b'.repeat(32) };
    await deliver(section('one'), own);
    const once = bodyNow();
    expect(once).toContain('Closes #1');
    expect(once).toContain('one');
    await deliver(section('one'), { ...own, known: { id, url: '', memory: {} } });
    expect(bodyNow()).toBe(once);
    await deliver(section('two'), { ...own, known: { id, url: '', memory: {} } });
    expect(bodyNow()).toBe(once.replace('one', 'two'));
    expect(once.trimEnd().endsWith(`<!-- fleetwright:${mark} -->`)).toBe(true);
  });

  test('hold exactly the edits, keep an executable executable, and are signed by the forge', async () => {
    const remote = await deliver(await posting(), first);
    const sha = shaFrom(remote.sha);
    const files = await practice.reader.tree(practice.repository, sha).list();
    expect(files.map((file) => [file.path, file.mode])).toEqual([
      ['README.md', 'file'],
      ['bin/check', 'executable'],
      ['new.nix', 'file'],
    ]);
    const commit = await practice.github.within(practice.repository, 'reading', (octokit, path) =>
      octokit.rest.repos.getCommit({ ...path, ref: sha }),
    );
    expect(commit.data.commit.verification?.verified).toBe(true);
    const pull = await practice.reader.pullRequest(practice.repository, remote.id);
    expect(pull).toMatchObject({ open: true, author: 'fleetwright[bot]', fromFork: false, headSha: sha });
  });

  test.each([
    ['commit', '/repos/{owner}/{repo}/git/commits'],
    ['branch', '/repos/{owner}/{repo}/git/refs'],
    ['pull request', pullsRoute],
  ])('there is one where the answer to the %s was lost', async (_what, route) => {
    practice.forge.inject({ when: { method: 'POST', route }, trouble: { kind: 'cut', when: 'after' } });
    await expect(deliver(await posting(), first)).rejects.toMatchObject({ retry: 'later' });
    const remote = await deliver(await posting(), again);
    expect(count(pullsRoute)).toBe(1);
    expect(await practice.reader.pullRequest(practice.repository, remote.id)).toMatchObject({
      headBranch: 'fleetwright/issue-1-hello',
      headSha: remote.sha,
    });
  });

  test('a branch of that name with other commits is left alone', async () => {
    await practice.forge.push('operator/fleet', 'fleetwright/issue-1-hello', { x: 'x' }, { login: 'operator' });
    const remote = await deliver(await posting(), first);
    const pull = await practice.reader.pullRequest(practice.repository, remote.id);
    expect(pull.headBranch).toBe('fleetwright/issue-1-hello-2');
  });

  test('a changed ask adds a commit to it; what a person pushed there is never overwritten', async () => {
    const remote = await deliver(await posting(), first);
    const known = { ...first, known: remote };
    const more = await posting({ edits: [{ path: 'new.nix', before: null, after: '{ a = 1; }\n' }] });
    const changed = await deliver(more, known);
    expect(changed.id).toBe(remote.id);
    expect(changed.sha).not.toBe(remote.sha);
    await practice.forge.push('operator/fleet', 'fleetwright/issue-1-hello', { y: 'y' }, { login: 'operator' });
    await expect(deliver(await posting(), { ...first, known: changed })).rejects.toMatchObject({
      code: 'forge-refused',
      retry: 'never',
    });
  });

  test('a changed ask after the merge opens another one', async () => {
    const remote = await deliver(await posting(), first);
    await practice.forge.merge('operator/fleet', remote.id, 'operator');
    const more = await posting({ edits: [{ path: 'later.nix', before: null, after: '{ }\n' }] });
    const other = await deliver(more, { ...first, known: remote });
    expect(other.id).not.toBe(remote.id);
  });
});

describe('check runs', () => {
  const posting = async (annotations: number): Promise<Posting> => ({
    kind: 'check-run',
    name: 'fleetwright/plan',
    sha: await master(),
    status: 'completed',
    conclusion: 'success',
    title: 'fine',
    summary: 'all fine',
    annotations: Array.from({ length: annotations }, (_, index) => ({
      path: 'README.md',
      line: index + 1,
      level: 'notice' as const,
      message: `note ${index}`,
    })),
  });

  test('carry every annotation once, in requests of fifty', async () => {
    const remote = await deliver(await posting(120), first);
    expect(remote.memory['annotations']).toBe(120);
    await deliver(await posting(120), { ...first, known: remote });
    const { data } = await practice.github.within(practice.repository, 'reading', (octokit, path) =>
      octokit.rest.checks.get({ ...path, check_run_id: remote.id }),
    );
    expect(data.output.annotations_count).toBe(120);
  });

  test('a lost answer makes no second one', async () => {
    const route = '/repos/{owner}/{repo}/check-runs';
    practice.forge.inject({ when: { method: 'POST', route }, trouble: { kind: 'cut', when: 'after' } });
    await expect(deliver(await posting(1), first)).rejects.toMatchObject({ retry: 'later' });
    await deliver(await posting(1), again);
    expect(count(route)).toBe(1);
  });
});

describe('deployments', () => {
  const route = '/repos/{owner}/{repo}/deployments';
  const posting = async (state: 'in_progress' | 'success', payload: Record<string, unknown>): Promise<Posting> => ({
    kind: 'deployment',
    sha: await master(),
    environment: 'griffin',
    payload,
    state,
    description: `it is ${state}`,
  });

  test('a lost answer makes no second one, and a lost status none twice', async () => {
    practice.forge.inject({ when: { method: 'POST', route }, trouble: { kind: 'cut', when: 'after' } });
    await expect(deliver(await posting('in_progress', { step: 'build' }), first)).rejects.toMatchObject({
      retry: 'later',
    });
    await deliver(await posting('in_progress', { step: 'build' }), again);
    await deliver(await posting('in_progress', { step: 'build' }), again);
    expect(count(route)).toBe(1);
    expect(count(`${route}/{deployment_id}/statuses`)).toBe(1);
  });

  test('a changed payload is a newer deployment, and the older one goes inactive', async () => {
    const one = await deliver(await posting('in_progress', { step: 'build' }), first);
    const two = await deliver(await posting('success', { step: 'done' }), { ...first, known: one });
    expect(two.id).not.toBe(one.id);
    const { data } = await practice.github.within(practice.repository, 'reading', (octokit, path) =>
      octokit.rest.repos.listDeploymentStatuses({ ...path, deployment_id: one.id }),
    );
    expect(data[0]?.state).toBe('inactive');
  });
});

describe('limits', () => {
  const posting: Posting = { kind: 'comment', issue: 1, body: 'hello' };

  test.each([
    [{ kind: 'secondary-limit', retryAfterSeconds: 7 }, 'forge-limited', 7_000],
    [{ kind: 'status', status: 429, retryAfterSeconds: 3 }, 'forge-limited', 3_000],
    [{ kind: 'status', status: 502 }, 'forge-unavailable', undefined],
  ] as const)('%j is told as what it is', async (trouble, code, retryAfterMs) => {
    practice.forge.inject({ when: { method: 'POST', route: commentsRoute }, trouble });
    await expect(deliver(posting, first)).rejects.toMatchObject({ code, retry: 'later', retryAfterMs });
  });

  test('an exhausted primary limit says when it ends', async () => {
    const trouble = { kind: 'primary-limit', resetInSeconds: 90 } as const;
    practice.forge.inject({ when: { method: 'POST', route: commentsRoute }, trouble });
    const error: unknown = await deliver(posting, first).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'forge-limited' });
    const pause = (error as { retryAfterMs: number }).retryAfterMs;
    expect(pause).toBeGreaterThan(60_000);
    expect(pause).toBeLessThanOrEqual(92_000);
  });

  test('a token that was revoked is renewed once', async () => {
    await deliver(posting, first);
    practice.forge.revokeTokens();
    await deliver({ ...posting, body: 'other' }, { ...first, mark: 'b'.repeat(32) });
    expect(count(commentsRoute)).toBe(2);
  });

  test.each([[404], [410], [422]])('%i will never succeed', async (status) => {
    practice.forge.inject({ when: { method: 'POST', route: commentsRoute }, trouble: { kind: 'status', status } });
    await expect(deliver(posting, first)).rejects.toMatchObject({ code: 'forge-refused', retry: 'never' });
  });
});

describe('one more commit on a branch of ours', () => {
  const branch = 'fleetwright/issue-1-hello';
  const opened = async () => {
    const posting: Posting = {
      kind: 'pull-request',
      branch,
      base: 'main',
      baseSha: await master(),
      edits: [{ path: 'new.nix', before: null, after: '{ }\n' }],
      commitMessage: 'Say hello',
      title: 'Say hello',
      body: 'Closes #1',
      labels: [],
    };
    return shaFrom((await deliver(posting, first)).sha);
  };
  const commit = async (expectedHead: ReturnType<typeof shaFrom>): Promise<Posting> => {
    await practice.forge.push('operator/fleet', 'main', { 'README.md': '# moved\n' }, { login: 'operator' });
    return {
      kind: 'branch-commit',
      branch,
      expectedHead,
      merges: await master(),
      edits: [{ path: 'new.nix', before: null, after: '{ a = 1; }\n' }],
      commitMessage: 'Merge main',
    };
  };
  const head = async () => shaFrom(await practice.reader.branchHead(practice.repository, branch));

  test('is a merge with two parents and the files of both, made once whatever is lost', async () => {
    const old = await opened();
    const posting = await commit(old);
    const when = { method: 'PATCH', route: '/repos/{owner}/{repo}/git/refs/{ref}' };
    practice.forge.inject({ when, trouble: { kind: 'cut', when: 'after' } });
    await expect(deliver(posting, first)).rejects.toMatchObject({ code: 'forge-unavailable', retry: 'later' });
    const made = await head();
    const remote = await deliver(posting, again);
    expect(await head()).toBe(made);
    expect(await deliver(posting, { ...again, known: remote })).toEqual(remote);
    expect(await head()).toBe(made);
    const { data } = await practice.github.within(practice.repository, 'reading', (octokit, path) =>
      octokit.rest.repos.getCommit({ ...path, ref: made }),
    );
    expect(data.parents.map(({ sha }) => sha)).toEqual([old, await master()]);
    const text = (path: string) => practice.forge.seen.fileAt('operator/fleet', made, path);
    expect([await text('README.md'), await text('new.nix')]).toEqual(['# moved\n', '{ a = 1; }\n']);
  });

  test('is not made over what a person pushed meanwhile', async () => {
    const posting = await commit(await opened());
    await practice.forge.push('operator/fleet', branch, { 'theirs.nix': '{ }\n' }, { login: 'operator' });
    const theirs = await head();
    await expect(deliver(posting, first)).rejects.toMatchObject({ code: 'forge-refused', retry: 'never' });
    expect(await head()).toBe(theirs);
  });
});
