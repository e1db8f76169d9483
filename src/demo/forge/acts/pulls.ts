import { Denied, invalid } from '../denied.ts';
import type { Signature } from '../git/commit-text.ts';
import { tell, type Actor, type Ground } from '../ground.ts';
import { fullPull, type PullItem } from '../shapes/pull.ts';
import type { Repository, User, World } from '../state.ts';
import { keepHead, moveRef } from './branches.ts';
import { checkBody, editItem, isPull, newItem } from './issues.ts';

export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  /** A branch of the repository, or `owner:branch` of its fork. */
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
}

export async function openPull(
  ground: Ground,
  repository: Repository,
  actor: Actor,
  input: NewPull,
): Promise<PullItem> {
  checkBody('PullRequest', input.body ?? '');
  const { head, branch } = headOf(ground.world, repository, input.head);
  const headSha = await head.git.ref(`refs/heads/${branch}`);
  if (headSha === null) throw invalid('PullRequest', 'head', 'invalid');
  const baseSha = await repository.git.ref(`refs/heads/${input.base}`);
  if (baseSha === null) throw invalid('PullRequest', 'base', 'invalid');
  for (const item of repository.items.values()) {
    const same = item.state === 'open' && item.pull?.head === head && item.pull.headBranch === branch;
    if (same && item.pull?.baseBranch === input.base) {
      throw invalid(
        'PullRequest',
        'base',
        'custom',
        `A pull request already exists for ${head.owner.login}:${branch}.`,
      );
    }
  }
  if (head !== repository) await repository.git.takeCommit(head.git.folder, headSha);
  if ((await repository.git.between(baseSha, headSha)).length === 0) {
    throw invalid('PullRequest', 'base', 'custom', `No commits between ${input.base} and ${input.head}`);
  }
  const pull = {
    id: ground.world.nextId(),
    draft: input.draft,
    head,
    headBranch: branch,
    headSha,
    baseBranch: input.base,
    baseSha,
    merge: null,
  };
  const item = newItem(ground, repository, actor.user, { title: input.title, body: input.body, pull });
  if (!isPull(item)) throw new Error('an item made with a pull has one');
  await keepHead(repository, item.number, head, headSha);
  const fields = { number: item.number, pull_request: await fullPull(ground.world, repository, item) };
  tell(ground, repository, actor.user, 'pull_request', { action: 'opened', fields });
  return item;
}

function headOf(world: World, repository: Repository, text: string): { head: Repository; branch: string } {
  const colon = text.indexOf(':');
  if (colon < 0) return { head: repository, branch: text };
  const owner = text.slice(0, colon).toLowerCase();
  const branch = text.slice(colon + 1);
  if (owner === repository.owner.login.toLowerCase()) return { head: repository, branch };
  const fork = [...world.repositories.values()].find(
    (one) => one.parent === repository && one.owner.login.toLowerCase() === owner,
  );
  if (fork === undefined) throw invalid('PullRequest', 'head', 'invalid');
  return { head: fork, branch };
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** What GitHub signs with when it makes a commit itself. */
export const forgeSignature = (date: Date): Signature => ({
  name: 'GitHub',
  email: 'noreply@practice.invalid',
  date,
});

export function signatureOf(user: User, date: Date): Signature {
  return { name: user.login, email: `${user.id}+${user.login}@users.noreply.practice.invalid`, date };
}

/** Merges a pull request into its base and closes the issues that it names. Returns the commit that was made. */
export async function mergePull(
  ground: Ground,
  repository: Repository,
  item: PullItem,
  actor: Actor,
  options: {
    readonly method: MergeMethod;
    readonly sha?: string | undefined;
    readonly title?: string | undefined;
    readonly message?: string | undefined;
  },
): Promise<string> {
  const { pull } = item;
  if (item.state === 'closed' || pull.draft) throw new Denied(405, 'Pull Request is not mergeable');
  if (options.sha !== undefined && options.sha !== pull.headSha) {
    throw new Denied(409, 'Head branch was modified. Review and try the merge again.');
  }
  const ref = `refs/heads/${pull.baseBranch}`;
  const tip = await repository.git.ref(ref);
  if (tip === null) throw new Denied(405, 'Pull Request is not mergeable');
  const sha = await mergeCommit(ground, repository, item, actor, { ...options, tip });
  const late = new Denied(405, 'Base branch was modified. Review and try the merge again.');
  await moveRef(ground, repository, actor, { ref, before: tip, after: sha, late });
  const now = ground.world.now();
  pull.merge = { sha, by: actor.user, at: now };
  item.state = 'closed';
  item.closedAt = now;
  item.closedBy = actor.user;
  item.updatedAt = now;
  const fields = { number: item.number, pull_request: await fullPull(ground.world, repository, item) };
  tell(ground, repository, actor.user, 'pull_request', { action: 'closed', fields });
  if (pull.baseBranch === repository.defaultBranch) await closeNamedIssues(ground, repository, item, actor);
  return sha;
}

async function mergeCommit(
  ground: Ground,
  repository: Repository,
  item: PullItem,
  actor: Actor,
  options: {
    readonly method: MergeMethod;
    readonly tip: string;
    readonly title?: string | undefined;
    readonly message?: string | undefined;
  },
): Promise<string> {
  const { git } = repository;
  const { pull } = item;
  const conflict = new Denied(405, 'Pull Request has merge conflicts');
  const now = ground.world.now();
  const by = { author: signatureOf(actor.user, now), committer: forgeSignature(now) };
  if (options.method === 'rebase') return replay(ground, repository, item, options.tip, conflict);
  const tree = await git.mergeTree(options.tip, pull.headSha);
  if (tree === null) throw conflict;
  const squash = options.method === 'squash';
  const title =
    options.title ??
    (squash
      ? `${item.title} (#${item.number})`
      : `Merge pull request #${item.number} from ${pull.head.owner.login}/${pull.headBranch}`);
  const text = options.message ?? (squash ? '' : item.title);
  const message = text === '' ? title : `${title}\n\n${text}`;
  const parents = squash ? [options.tip] : [options.tip, pull.headSha];
  const sha = await git.writeCommit({ tree, parents, ...by, message });
  repository.signed.add(sha);
  return sha;
}

/** Rebase and merge: every commit again on top of the base. GitHub cannot sign for others, so these are not verified. */
async function replay(
  ground: Ground,
  repository: Repository,
  item: PullItem,
  tip: string,
  conflict: Denied,
): Promise<string> {
  const { git } = repository;
  let onto = tip;
  for (const sha of await git.between(tip, item.pull.headSha)) {
    const commit = await git.commit(sha);
    if (commit === null) throw conflict;
    const picked = await git.pick(onto, commit);
    if (picked === null) throw conflict;
    const committer = forgeSignature(ground.world.now());
    onto = await git.writeCommit({ ...commit, tree: picked, parents: [onto], committer });
  }
  return onto;
}

/** GitHub's closing words, in the body of a pull request that reaches the default branch. */
const closing = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/gi;

async function closeNamedIssues(ground: Ground, repository: Repository, item: PullItem, actor: Actor): Promise<void> {
  for (const match of (item.body ?? '').matchAll(closing)) {
    const issue = repository.items.get(Number(match[1]));
    if (issue !== undefined && issue.pull === null)
      await editItem(ground, repository, issue, actor, { state: 'closed' });
  }
}
