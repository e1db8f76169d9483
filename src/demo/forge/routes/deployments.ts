import { z } from 'zod';
import { forgeSignature, signatureOf } from '../acts/pulls.ts';
import { moveRef } from '../acts/branches.ts';
import { Denied, notFound } from '../denied.ts';
import type { Commit } from '../git/commit-text.ts';
import { tell } from '../ground.ts';
import {
  bodyOf,
  created,
  numberIn,
  ok,
  onRepository,
  page,
  pathOf,
  type Answer,
  type RepositoryCall,
  type Route,
} from '../route.ts';
import { deploymentShape, deploymentStatusShape } from '../shapes/deployment.ts';
import type { Deployment, DeploymentStatus } from '../state.ts';

const read = [{ deployments: 'read' }] as const;
const write = [{ deployments: 'write' }] as const;

const deploymentBody = z.object({
  ref: z.string().min(1),
  task: z.string().default('deploy'),
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(z.string()).optional(),
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]).default({}),
  environment: z.string().default('production'),
  description: z.string().max(140).nullish(),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
});

async function named(call: RepositoryCall, ref: string): Promise<Commit | null> {
  const { git } = call.repository;
  return (await git.commit(`refs/heads/${ref}`)) ?? (await git.commit(`refs/tags/${ref}`)) ?? (await git.commit(ref));
}

async function create(call: RepositoryCall): Promise<Answer> {
  const { repository, ground } = call;
  const asked = bodyOf(call, 'Deployment', deploymentBody);
  const commit = await named(call, asked.ref);
  if (commit === null) throw new Denied(422, `No ref found for: ${asked.ref}`);
  const merging = asked.auto_merge ? await autoMerge(call, asked.ref, commit) : null;
  if (merging !== null) return merging;
  checkContexts(call, commit.sha, asked.required_contexts);
  const now = ground.world.now();
  const deployment: Deployment = {
    id: ground.world.nextId(),
    sha: commit.sha,
    ref: asked.ref,
    task: asked.task,
    environment: asked.environment,
    description: asked.description ?? null,
    payload: asked.payload,
    creator: call.actor.user,
    transient: asked.transient_environment,
    production: asked.production_environment ?? asked.environment === 'production',
    createdAt: now,
    updatedAt: now,
    statuses: [],
  };
  repository.deployments.set(deployment.id, deployment);
  const shape = deploymentShape(ground.world, repository, deployment);
  tell(ground, repository, call.actor.user, 'deployment', { action: 'created', fields: { deployment: shape } });
  return created(shape);
}

/**
 * GitHub's default: a ref that is behind the default branch first gets it merged in, and the answer is 202
 * with no deployment; a conflict is 409. Whoever wants exactly the commit must say `auto_merge: false`.
 */
async function autoMerge(call: RepositoryCall, ref: string, commit: Commit): Promise<Answer | null> {
  const { repository, ground } = call;
  const { git, defaultBranch } = repository;
  const tip = await git.ref(`refs/heads/${defaultBranch}`);
  if (tip === null || (await git.isAncestor(tip, commit.sha))) return null;
  const conflict = new Denied(409, `Conflict merging ${defaultBranch} into ${ref}.`);
  const branch = `refs/heads/${ref}`;
  const before = await git.ref(branch);
  // A commit id cannot be merged into: there is no branch that could move.
  if (before === null) throw conflict;
  const tree = await git.mergeTree(commit.sha, tip);
  if (tree === null) throw conflict;
  const now = ground.world.now();
  const by = { author: signatureOf(call.actor.user, now), committer: forgeSignature(now) };
  const message = `Merge ${defaultBranch} into ${ref}`;
  const after = await git.writeCommit({ tree, parents: [commit.sha, tip], ...by, message });
  repository.signed.add(after);
  await moveRef(ground, repository, call.actor, { ref: branch, before, after });
  return { status: 202, body: { message: `Auto-merged ${defaultBranch} into ${ref} on deployment.` } };
}

/** Left out, every check that the commit has must have succeeded; an empty list asks for none. */
function checkContexts(call: RepositoryCall, sha: string, required: readonly string[] | undefined): void {
  const runs = [...call.repository.checkRuns.values()].filter((run) => run.headSha === sha);
  const state = (name: string): string => {
    const run = runs.findLast((one) => one.name === name);
    if (run === undefined || run.status !== 'completed') return 'pending';
    return ['success', 'neutral', 'skipped'].includes(run.conclusion ?? '') ? 'success' : 'failure';
  };
  const contexts = (required ?? [...new Set(runs.map((run) => run.name))]).map((context) => ({
    context,
    state: state(context),
  }));
  if (contexts.every((one) => one.state === 'success')) return;
  throw new Denied(409, `Conflict: Commit status checks failed for ${sha}.`, [
    { resource: 'Deployment', field: 'required_contexts', code: 'invalid', message: JSON.stringify(contexts) },
  ]);
}

function deploymentIn(call: RepositoryCall): Deployment {
  const found = call.repository.deployments.get(numberIn(call, 'deployment_id'));
  if (found === undefined) throw notFound();
  return found;
}

function list(call: RepositoryCall): Answer {
  const { repository, query } = call;
  const fits = (field: string, value: string): boolean => query.get(field) === null || query.get(field) === value;
  const rows = [...repository.deployments.values()]
    .filter((one) => fits('sha', one.sha) && fits('ref', one.ref) && fits('task', one.task))
    .filter((one) => fits('environment', one.environment))
    .reverse();
  return page(call, `/repos/${repository.fullName}/deployments`, rows, (shown) =>
    shown.map((one) => deploymentShape(call.ground.world, repository, one)),
  );
}

const statusBody = z.object({
  state: z.enum(['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']),
  target_url: z.string().optional(),
  log_url: z.string().optional(),
  description: z.string().max(140).default(''),
  environment: z.string().optional(),
  environment_url: z.string().optional(),
  auto_inactive: z.boolean().default(true),
});

function createStatus(call: RepositoryCall): Answer {
  const { repository, ground, actor } = call;
  const deployment = deploymentIn(call);
  const asked = bodyOf(call, 'DeploymentStatus', statusBody);
  const now = ground.world.now();
  const make = (state: string): DeploymentStatus => ({
    id: ground.world.nextId(),
    state,
    creator: actor.user,
    description: asked.description,
    environment: asked.environment ?? deployment.environment,
    environmentUrl: asked.environment_url ?? '',
    logUrl: asked.log_url ?? asked.target_url ?? '',
    createdAt: now,
  });
  const status = make(asked.state);
  deployment.statuses.push(status);
  deployment.updatedAt = now;
  if (asked.state === 'success' && asked.auto_inactive) supersede(call, deployment, make);
  const shape = deploymentStatusShape(ground.world, repository, deployment, status);
  const fields = { deployment_status: shape, deployment: deploymentShape(ground.world, repository, deployment) };
  tell(ground, repository, actor.user, 'deployment_status', { action: 'created', fields });
  return created(shape);
}

/** A success retires what was deployed before to the same environment, if that is neither transient nor production. */
function supersede(call: RepositoryCall, current: Deployment, make: (state: string) => DeploymentStatus): void {
  for (const other of call.repository.deployments.values()) {
    const earlier = other.id < current.id && other.environment === current.environment;
    const retirable = !other.transient && !other.production && other.statuses.at(-1)?.state === 'success';
    if (earlier && retirable) other.statuses.push({ ...make('inactive'), description: '' });
  }
}

export const deploymentRoutes: readonly Route[] = [
  onRepository('GET', '/deployments', read, list),
  onRepository('POST', '/deployments', write, create),
  onRepository('GET', '/deployments/{deployment_id}', read, (call) =>
    ok(deploymentShape(call.ground.world, call.repository, deploymentIn(call))),
  ),
  onRepository('POST', '/deployments/{deployment_id}/statuses', write, createStatus),
  onRepository('GET', '/deployments/{deployment_id}/statuses', read, (call) => {
    const deployment = deploymentIn(call);
    const path = pathOf(call, '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses');
    return page(call, path, [...deployment.statuses].reverse(), (rows) =>
      rows.map((one) => deploymentStatusShape(call.ground.world, call.repository, deployment, one)),
    );
  }),
];
