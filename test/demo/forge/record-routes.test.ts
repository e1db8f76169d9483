import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, practice, refusal, type Practice } from './practice.ts';

let p: Practice;
let head: string;
beforeAll(async () => {
  p = await practice();
  head = (await p.bot.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
});
afterAll(() => p.close());

const run = (more: object): Promise<{ data: { id: number; status: string; conclusion: string | null } }> =>
  p.bot.rest.checks.create({ ...at, name: 'plan', head_sha: head, ...more });
const note = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' } as const;
const output = (more: object): object => ({ output: { title: 't', summary: 's', ...more } });

test.each<[string, object]>([
  ['51 annotations', output({ annotations: Array.from({ length: 51 }, () => note) })],
  ['a summary of 65,536 characters', output({ summary: 'x'.repeat(65_536) })],
  ['a text of 65,536 characters', output({ text: 'x'.repeat(65_536) })],
  ['an annotation on line 0', output({ annotations: [{ ...note, start_line: 0 }] })],
  ['a level that is none', output({ annotations: [{ ...note, annotation_level: 'error' }] })],
  ['four buttons', { actions: Array.from({ length: 4 }, () => ({ label: 'l', description: 'd', identifier: 'i' })) }],
  ['a label of 21 characters', { actions: [{ label: 'x'.repeat(21), description: 'd', identifier: 'i' }] }],
  ['a commit that is not there', { head_sha: 'f'.repeat(40) }],
  ['completion without a conclusion', { status: 'completed' }],
])('a check run with %s is refused', async (_, more) => {
  expect(await refusal(run(more))).toMatch(/^422 /);
});

test('a check run takes just what is allowed, and annotations add up over updates', async () => {
  const full = output({ summary: 'x'.repeat(65_535), annotations: Array.from({ length: 50 }, () => note) });
  const { data } = await run(full);
  const updated = await p.bot.rest.checks.update({ ...at, check_run_id: data.id, ...full });
  expect(updated.data.output.annotations_count).toBe(100);
});

test('a conclusion completes a run, and the newest run of a name is the one that is listed', async () => {
  const { data: first } = await run({ conclusion: 'failure' });
  expect(first.status).toBe('completed');
  const { data: second } = await run({ status: 'in_progress' });
  const list = async (filter: 'all' | 'latest'): Promise<number[]> =>
    (await p.bot.rest.checks.listForRef({ ...at, ref: head, check_name: 'plan', filter })).data.check_runs.map(
      (one) => one.id,
    );
  expect(await list('latest')).toEqual([second.id]);
  expect(await list('all')).toContain(first.id);
});

test('the same reaction is there once: 201, then 200', async () => {
  const issue_number = await p.forge.openIssue('acme/fleet', { login: 'ada', title: 'An issue' });
  const comment_id = await p.forge.comment('acme/fleet', issue_number, 'ada', 'Hello');
  const react = async (content: 'eyes' | 'rocket'): Promise<number> =>
    (await p.bot.rest.reactions.createForIssueComment({ ...at, comment_id, content })).status;
  expect([await react('eyes'), await react('eyes'), await react('rocket')]).toEqual([201, 200, 201]);
  expect((await p.bot.rest.reactions.listForIssueComment({ ...at, comment_id })).data).toHaveLength(2);
  expect((await p.bot.rest.issues.getComment({ ...at, comment_id })).data.reactions).toMatchObject({
    eyes: 1,
    rocket: 1,
    total_count: 2,
  });
});

const deploy = (more: object): Promise<{ status: number; data: object }> =>
  p.bot.rest.repos.createDeployment({
    ...at,
    environment: 'griffin',
    auto_merge: false,
    required_contexts: [],
    ref: head,
    ...more,
  });

test('without required_contexts every check of the commit must have passed', async () => {
  const sha = await p.forge.push('acme/fleet', 'checked', { a: 'a' }, { login: 'ada' });
  const { data } = await run({ head_sha: sha, status: 'in_progress' });
  const defaults = { ref: sha, required_contexts: undefined };
  expect(await refusal(deploy(defaults))).toMatch(/^409 Conflict: Commit status checks failed/);
  expect((await deploy({ ref: sha })).status).toBe(201);
  await p.bot.rest.checks.update({ ...at, check_run_id: data.id, conclusion: 'success' });
  expect((await deploy(defaults)).status).toBe(201);
  expect(await refusal(deploy({ ref: sha, required_contexts: ['absent'] }))).toMatch(/^409 /);
});

test('by default a branch that is behind gets the default branch merged in instead of a deployment', async () => {
  const before = await p.forge.push('acme/fleet', 'behind', { b: 'b' }, { login: 'ada' });
  await p.forge.push('acme/fleet', 'main', { c: 'c' }, { login: 'ada' });
  const count = async (): Promise<number> =>
    (await p.bot.rest.repos.listDeployments({ ...at, ref: 'behind' })).data.length;
  expect((await deploy({ ref: 'behind', auto_merge: true })).status).toBe(202);
  expect(await count()).toBe(0);
  const { data } = await p.bot.rest.git.getRef({ ...at, ref: 'heads/behind' });
  const { data: merge } = await p.bot.rest.git.getCommit({ ...at, commit_sha: data.object.sha });
  expect(merge.parents[0]?.sha).toBe(before);
  expect((await deploy({ ref: 'behind', auto_merge: true })).status).toBe(201);
  expect(await count()).toBe(1);
});

test('by default a commit that is behind, and a branch that conflicts, are a 409', async () => {
  const sha = await p.forge.push('acme/fleet', 'conflicting', { 'README.md': 'mine\n' }, { login: 'ada' });
  await p.forge.push('acme/fleet', 'main', { 'README.md': 'theirs\n' }, { login: 'ada' });
  expect(await refusal(deploy({ ref: sha, auto_merge: true }))).toMatch(/^409 Conflict merging main/);
  expect(await refusal(deploy({ ref: 'conflicting', auto_merge: true }))).toMatch(/^409 Conflict merging main/);
});

test('a deployment keeps its payload, and a success retires the one before in its environment', async () => {
  const payload = { outcome: 'deployed', paths: { now: '/nix/store/x' } };
  const id = async (): Promise<number> => {
    const { data } = await deploy({ environment: 'wolfhound', payload });
    return 'id' in data && typeof data.id === 'number' ? data.id : 0;
  };
  const [first, second] = [await id(), await id()];
  const succeed = (deployment_id: number): Promise<unknown> =>
    p.bot.rest.repos.createDeploymentStatus({ ...at, deployment_id, state: 'success' });
  await succeed(first);
  await succeed(second);
  const states = async (deployment_id: number): Promise<string[]> =>
    (await p.bot.rest.repos.listDeploymentStatuses({ ...at, deployment_id })).data.map((one) => one.state);
  expect([await states(first), await states(second)]).toEqual([['inactive', 'success'], ['success']]);
  expect((await p.bot.rest.repos.getDeployment({ ...at, deployment_id: first })).data.payload).toEqual(payload);
});

test.each([
  ['a description of 141 characters', { state: 'success', description: 'x'.repeat(141) }],
  ['a state that is none', { state: 'done' }],
])('a deployment status with %s is refused', async (_, body) => {
  await deploy({});
  const { data } = await p.bot.rest.repos.listDeployments(at);
  const path = `/repos/acme/fleet/deployments/${data[0]?.id ?? 0}/statuses`;
  expect((await p.ask(path, { credential: await p.token(), method: 'POST', body })).status).toBe(422);
});

test.each([
  ['admin', 'admin', 'admin'],
  ['maintain', 'write', 'maintain'],
  ['write', 'write', 'write'],
  ['triage', 'read', 'triage'],
  ['read', 'read', 'read'],
  ['none', 'none', 'none'],
] as const)('%s is told as %s by the older word and %s by the newer', async (role, permission, role_name) => {
  p.forge.setPermission('acme/fleet', 'Someone', role);
  const { data } = await p.bot.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'someone' });
  expect(data).toMatchObject({ permission, role_name, user: { login: 'Someone' } });
});
