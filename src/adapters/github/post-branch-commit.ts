import { Fault } from '../../core/fault.ts';
import type { CommitSha } from '../../core/names.ts';
import type { Posting } from '../../jobs/forge.ts';
import type { Hints, Remote } from '../../jobs/forge-writer.ts';
import { type CommitPlace, createCommit, createTree, ownEarlier } from './make-commit.ts';

type BranchCommitPosting = Extract<Posting, { readonly kind: 'branch-commit' }>;

/**
 * One more commit on a branch, never by force. It is found again by its files and parents, so a try that was cut off
 * is not made twice; and what is on the branch already is not made again whatever is asked for now.
 */
export async function deliverBranchCommit(
  place: CommitPlace,
  posting: BranchCommitPosting,
  { known }: Hints,
): Promise<Remote> {
  if (known !== null) return known;
  const { branch, expectedHead, merges } = posting;
  const parents = merges === null ? [expectedHead] : [expectedHead, merges];
  const tree = await createTree(place, merges ?? expectedHead, posting.edits);
  const earlier = await ownEarlier(place, branch, tree, parents);
  const sha = earlier ?? (await extend(place, posting, tree, parents));
  const { id, url } = await pullRequestOn(place, branch);
  return { id, url, sha, memory: { branch } };
}

async function extend(
  place: CommitPlace,
  { branch, commitMessage }: BranchCommitPosting,
  tree: string,
  parents: readonly CommitSha[],
): Promise<CommitSha> {
  const sha = await createCommit(place, commitMessage, tree, parents);
  // 422: the branch has other commits by now, or is gone. What was computed for its old head is of no use then.
  const moved = await place.github.withinOr(place.repository, 'adding to the branch', [422], (octokit, path) =>
    octokit.rest.git.updateRef({ ...path, ref: `heads/${branch}`, sha, force: false }),
  );
  if (moved !== null) return sha;
  throw new Fault('forge-refused', 'adding to the branch', 'never', { detail: `${branch} has other commits now` });
}

async function pullRequestOn(
  { github, repository }: CommitPlace,
  branch: string,
): Promise<{ readonly id: number; readonly url: string }> {
  const { data } = await github.within(repository, 'looking for the pull request', (octokit, path) =>
    octokit.rest.pulls.list({ ...path, head: `${path.owner}:${branch}`, state: 'open', per_page: 1 }),
  );
  const [pull] = data;
  return pull === undefined ? { id: 0, url: '' } : { id: pull.number, url: pull.html_url };
}
