import { z } from 'zod';
import { editItem, isPull } from '../acts/issues.ts';
import { mergePull, openPull } from '../acts/pulls.ts';
import { invalid, notFound } from '../denied.ts';
import {
  bodyOf,
  created,
  itemIn,
  ok,
  onRepository,
  page,
  pathOf,
  type Answer,
  type RepositoryCall,
  type Route,
} from '../route.ts';
import { fileShape } from '../shapes/commit.ts';
import { fullPull, simplePull, type PullItem } from '../shapes/pull.ts';

const read = [{ pull_requests: 'read' }] as const;
const write = [{ pull_requests: 'write' }] as const;

function pullIn(call: RepositoryCall): PullItem {
  const item = itemIn(call, 'pull_number');
  if (!isPull(item)) throw notFound();
  return item;
}

function list(call: RepositoryCall): Answer {
  const { repository, ground, query } = call;
  const state = query.get('state') ?? 'open';
  const base = query.get('base');
  const head = query.get('head');
  const sort = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const direction = query.get('direction') ?? (sort === 'createdAt' ? 'desc' : 'asc');
  const rows = [...repository.items.values()]
    .filter(isPull)
    .filter((item) => state === 'all' || item.state === state)
    .filter((item) => base === null || item.pull.baseBranch === base)
    // GitHub ignores a head filter without an owner: such a list would hold every pull request.
    .filter(
      (item) =>
        head === null || !head.includes(':') || `${item.pull.head.owner.login}:${item.pull.headBranch}` === head,
    )
    .sort((a, b) => a[sort].getTime() - b[sort].getTime() || a.number - b.number);
  if (direction === 'desc') rows.reverse();
  return page(call, `/repos/${repository.fullName}/pulls`, rows, (shown) =>
    shown.map((item) => simplePull(ground.world, repository, item)),
  );
}

async function open(call: RepositoryCall): Promise<Answer> {
  const shape = z.object({
    title: z.string().min(1),
    head: z.string(),
    base: z.string(),
    body: z.string().nullish(),
    draft: z.boolean().default(false),
  });
  const asked = bodyOf(call, 'PullRequest', shape);
  const item = await openPull(call.ground, call.repository, call.actor, { ...asked, body: asked.body ?? null });
  // GitHub computes whether it merges in the background; the first answer does not know.
  const body = await fullPull(call.ground.world, call.repository, item);
  return created({ ...body, mergeable: null, rebaseable: null, mergeable_state: 'unknown' });
}

async function edit(call: RepositoryCall): Promise<Answer> {
  const shape = z.object({
    title: z.string().optional(),
    body: z.string().optional(),
    state: z.enum(['open', 'closed']).optional(),
    base: z.string().optional(),
  });
  const item = pullIn(call);
  const asked = bodyOf(call, 'PullRequest', shape);
  if (asked.base !== undefined && asked.base !== item.pull.baseBranch) {
    const sha = await call.repository.git.ref(`refs/heads/${asked.base}`);
    if (sha === null) throw invalid('PullRequest', 'base', 'invalid');
    item.pull.baseBranch = asked.base;
    item.pull.baseSha = sha;
  }
  await editItem(call.ground, call.repository, item, call.actor, asked);
  return ok(await fullPull(call.ground.world, call.repository, item));
}

async function files(call: RepositoryCall): Promise<Answer> {
  const { git } = call.repository;
  const { headSha, baseSha } = pullIn(call).pull;
  const changes = await git.changes((await git.mergeBase(baseSha, headSha)) ?? baseSha, headSha);
  return page(call, pathOf(call, '/repos/{owner}/{repo}/pulls/{pull_number}/files'), changes, (rows) =>
    rows.map((change) => fileShape(call.ground.world, call.repository, headSha, change)),
  );
}

async function merge(call: RepositoryCall): Promise<Answer> {
  const shape = z.object({
    commit_title: z.string().optional(),
    commit_message: z.string().optional(),
    sha: z.string().optional(),
    merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  });
  const asked = bodyOf(call, 'PullRequest', shape);
  const sha = await mergePull(call.ground, call.repository, pullIn(call), call.actor, {
    method: asked.merge_method,
    sha: asked.sha,
    title: asked.commit_title,
    message: asked.commit_message,
  });
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
}

export const pullRoutes: readonly Route[] = [
  onRepository('GET', '/pulls', read, list),
  onRepository('POST', '/pulls', write, open),
  onRepository('GET', '/pulls/{pull_number}', read, async (call) =>
    ok(await fullPull(call.ground.world, call.repository, pullIn(call))),
  ),
  onRepository('PATCH', '/pulls/{pull_number}', write, edit),
  onRepository('GET', '/pulls/{pull_number}/files', read, files),
  onRepository('PUT', '/pulls/{pull_number}/merge', [{ contents: 'write' }], merge),
  onRepository('GET', '/commits/{commit_sha}/pulls', [{ pull_requests: 'read', contents: 'read' }], async (call) => {
    const { repository, ground } = call;
    const commit = await repository.git.commit(call.params['commit_sha'] ?? '');
    if (commit === null) throw notFound();
    const rows: PullItem[] = [];
    for (const item of repository.items.values()) {
      if (isPull(item) && (await holdsCommit(call, item, commit.sha))) rows.push(item);
    }
    return page(call, pathOf(call, '/repos/{owner}/{repo}/commits/{commit_sha}/pulls'), rows, (shown) =>
      shown.map((item) => simplePull(ground.world, repository, item)),
    );
  }),
];

/** Whether a pull request brought the commit (its merge included), or has it among its own. */
async function holdsCommit(call: RepositoryCall, item: PullItem, sha: string): Promise<boolean> {
  const { git } = call.repository;
  const { pull } = item;
  if (pull.merge?.sha === sha || pull.headSha === sha) return true;
  const base = await git.mergeBase(pull.baseSha, pull.headSha);
  return base !== null && (await git.between(base, pull.headSha)).includes(sha);
}
