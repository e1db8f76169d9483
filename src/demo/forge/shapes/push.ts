import { zeroSha } from '../git/git-store.ts';
import type { Repository, User, World } from '../state.ts';
import { pageOf } from './repository.ts';
import { stamp } from './text.ts';

/** A push event lists at most this many commits. */
const mostCommits = 20;

async function pushedCommit(
  world: World,
  repository: Repository,
  sha: string,
): Promise<Record<string, unknown> | null> {
  const commit = await repository.git.commit(sha);
  if (commit === null) return null;
  const changes = await repository.git.changes(commit.parents[0] ?? null, sha);
  const paths = (...statuses: readonly string[]): string[] =>
    changes.filter((change) => statuses.includes(change.status)).map((change) => change.path);
  return {
    id: sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: stamp(commit.committer.date),
    url: `${pageOf(world, repository)}/commit/${sha}`,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
    added: paths('added', 'copied', 'renamed'),
    removed: [...paths('removed'), ...changes.flatMap((change) => change.previousPath ?? [])],
    modified: paths('modified', 'changed'),
  };
}

/** What a push event says beside the repository and the sender. */
export async function pushShape(
  world: World,
  repository: Repository,
  pusher: User,
  move: { readonly ref: string; readonly before: string; readonly after: string },
): Promise<Record<string, unknown>> {
  const { git, defaultBranch } = repository;
  const created = move.before === zeroSha;
  const deleted = move.after === zeroSha;
  const from = created ? await git.ref(`refs/heads/${defaultBranch}`) : move.before;
  const listed = deleted || from === null ? [] : (await git.between(from, move.after)).slice(-mostCommits);
  const commits = await Promise.all(listed.map((sha) => pushedCommit(world, repository, sha)));
  const forced = !created && !deleted && !(await git.isAncestor(move.before, move.after));
  const page = pageOf(world, repository);
  return {
    ref: move.ref,
    before: move.before,
    after: move.after,
    base_ref: null,
    created,
    deleted,
    forced,
    compare: `${page}/compare/${move.before.slice(0, 12)}...${move.after.slice(0, 12)}`,
    commits: commits.filter((commit) => commit !== null),
    head_commit: deleted ? null : await pushedCommit(world, repository, move.after),
    pusher: { name: pusher.login, email: `${pusher.id}+${pusher.login}@users.noreply.practice.invalid` },
  };
}
