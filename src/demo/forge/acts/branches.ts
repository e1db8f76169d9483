import { Denied } from '../denied.ts';
import { zeroSha } from '../git/git-store.ts';
import { tell, type Actor, type Ground } from '../ground.ts';
import { fullPull, type PullItem } from '../shapes/pull.ts';
import { pushShape } from '../shapes/push.ts';
import type { Repository } from '../state.ts';
import { isPull } from './issues.ts';

/**
 * Moves a ref and tells of it: a push event, and `synchronize` on every open pull request whose head it is.
 * The move is a compare-and-set, because two requests may come at once.
 */
export async function moveRef(
  ground: Ground,
  repository: Repository,
  actor: Actor,
  move: {
    readonly ref: string;
    readonly before: string;
    readonly after: string;
    /** What is answered where somebody else was first. */
    readonly late?: Denied;
  },
): Promise<void> {
  if (!(await repository.git.moveRef(move.ref, move.after, move.before))) {
    throw move.late ?? new Denied(422, 'Reference cannot be updated');
  }
  if (move.before !== move.after) await afterMove(ground, repository, actor, move);
}

/** What follows from a ref that has moved already. */
export async function afterMove(
  ground: Ground,
  repository: Repository,
  actor: Actor,
  move: { readonly ref: string; readonly before: string; readonly after: string },
): Promise<void> {
  repository.pushedAt = ground.world.now();
  const fields = await pushShape(ground.world, repository, actor.user, move);
  tell(ground, repository, actor.user, 'push', { action: null, fields });
  const branch = /^refs\/heads\/(.+)$/.exec(move.ref)?.[1];
  if (branch === undefined || move.after === zeroSha) return;
  for (const target of ground.world.repositories.values()) {
    for (const item of target.items.values()) {
      if (isPull(item) && item.state === 'open' && item.pull.head === repository && item.pull.headBranch === branch) {
        await synchronize(ground, target, item, actor, move);
      }
    }
  }
}

async function synchronize(
  ground: Ground,
  repository: Repository,
  item: PullItem,
  actor: Actor,
  move: { readonly before: string; readonly after: string },
): Promise<void> {
  const { pull } = item;
  await keepHead(repository, item.number, pull.head, move.after);
  pull.headSha = move.after;
  pull.baseSha = (await repository.git.ref(`refs/heads/${pull.baseBranch}`)) ?? pull.baseSha;
  item.updatedAt = ground.world.now();
  const pullRequest = await fullPull(ground.world, repository, item);
  const fields = { number: item.number, before: move.before, after: move.after, pull_request: pullRequest };
  tell(ground, repository, actor.user, 'pull_request', { action: 'synchronize', fields });
}

/** Keeps a pull request's head under `refs/pull/N/head`, taking the commit from the fork where it lives in one. */
export async function keepHead(repository: Repository, number: number, head: Repository, sha: string): Promise<void> {
  if (head !== repository) await repository.git.takeCommit(head.git.folder, sha);
  const ref = `refs/pull/${number}/head`;
  await repository.git.moveRef(ref, sha, (await repository.git.ref(ref)) ?? zeroSha);
}
