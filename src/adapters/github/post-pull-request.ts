import { Fault } from '../../core/fault.ts';
import type { CommitSha } from '../../core/names.ts';
import type { ForgeReader, Posting, RepositoryRef } from '../../jobs/forge.ts';
import { type Hints, markLine, type Remote } from '../../jobs/forge-writer.ts';
import { isOurs } from './authored.ts';
import type { GitHub } from './github-client.ts';
import type { ForgeTrees } from './forge-tree.ts';
import { answerStatus } from './github-fault.ts';
import { createCommit, createTree, ownEarlier } from './make-commit.ts';

type PullRequestPosting = Extract<Posting, { readonly kind: 'pull-request' }>;

interface Place {
  readonly github: GitHub;
  readonly reader: Pick<ForgeReader, 'identity'>;
  readonly trees: ForgeTrees;
  readonly repository: RepositoryRef;
}

/** What was made: the branch, its commit and the tree that the commit holds. */
interface Made {
  readonly branch: string;
  readonly commit: CommitSha;
  readonly tree: string;
  /** The branch was there before this try. */
  readonly found: boolean;
}

/** How many branches of one name may belong to somebody else before we give up. */
const mostBranches = 9;

/**
 * Commit, branch and pull request. Every step finds what an earlier, cut-off try left: the tree's id is its content,
 * the branch refuses to be made twice, and a branch has one open pull request into a base.
 */
export async function deliverPullRequest(
  place: Place,
  posting: PullRequestPosting,
  { mark, known }: Hints,
): Promise<Remote> {
  const body = `${posting.body}\n\n${markLine(mark)}`;
  const content = await createTree(place, posting.baseSha, posting.edits);
  if (known !== null) {
    const changed = await change(place, posting, known, { body, tree: content });
    if (changed !== null) return changed;
  }
  const made = await createBranch(place, posting, content);
  const pull = await openPullRequest(place, posting, made, body);
  if (posting.labels.length > 0) await label(place, pull.number, posting.labels);
  return {
    id: pull.number,
    url: pull.url,
    sha: made.commit,
    memory: { branch: made.branch, tree: made.tree, base: posting.baseSha },
  };
}

async function createBranch(place: Place, posting: PullRequestPosting, tree: string): Promise<Made> {
  const { github, repository } = place;
  const made = await createCommit(place, posting.commitMessage, tree, [posting.baseSha]);
  for (let attempt = 1; attempt <= mostBranches; attempt += 1) {
    const branch = attempt === 1 ? posting.branch : `${posting.branch}-${attempt}`;
    // 422: there is a branch of this name.
    const created = await github.withinOr(repository, 'creating the branch', [422], (octokit, path) =>
      octokit.rest.git.createRef({ ...path, ref: `refs/heads/${branch}`, sha: made }),
    );
    if (created !== null) return { branch, commit: made, tree, found: false };
    const theirs = await ownEarlier(place, branch, tree, [posting.baseSha]);
    if (theirs !== null) return { branch, commit: theirs, tree, found: true };
  }
  throw new Fault('forge-refused', 'creating the branch', 'never', {
    detail: `${posting.branch} and ${mostBranches - 1} names after it are taken`,
  });
}

async function openPullRequest(
  place: Place,
  posting: PullRequestPosting,
  made: Made,
  body: string,
): Promise<{ readonly number: number; readonly url: string }> {
  if (made.found) {
    const earlier = await findPullRequest(place, posting, made.branch);
    if (earlier !== null) return earlier;
  }
  const { github, repository } = place;
  const created = await github.within(repository, 'opening the pull request', async (octokit, path) => {
    try {
      const { data } = await octokit.rest.pulls.create({
        ...path,
        title: posting.title,
        head: made.branch,
        base: posting.base,
        body,
        maintainer_can_modify: false,
      });
      return { number: data.number, url: data.html_url };
    } catch (error) {
      // 422 also says that there is one for this branch already: a try of ours whose answer was lost.
      const earlier = answerStatus(error) === 422 ? await findPullRequest(place, posting, made.branch) : null;
      if (earlier === null) throw error;
      return earlier;
    }
  });
  return created;
}

async function findPullRequest(
  { github, reader, repository }: Place,
  posting: PullRequestPosting,
  branch: string,
): Promise<{ readonly number: number; readonly url: string } | null> {
  const identity = await reader.identity();
  const { data } = await github.within(repository, 'looking for the pull request', (octokit, path) =>
    octokit.rest.pulls.list({
      ...path,
      head: `${path.owner}:${branch}`,
      base: posting.base,
      state: 'all',
      per_page: 100,
    }),
  );
  const ours = data.find((one) => isOurs({ user: one.user }, github.appId, identity));
  return ours === undefined ? null : { number: ours.number, url: ours.html_url };
}

/**
 * Brings a pull request that is there to the posting: a further commit where the files differ, and its text.
 * Null where it is closed: what is asked for now needs a new one.
 */
async function change(
  place: Place,
  posting: PullRequestPosting,
  known: Remote,
  wanted: { readonly body: string; readonly tree: string },
): Promise<Remote | null> {
  const { github, repository } = place;
  const branch = String(known.memory['branch'] ?? posting.branch);
  let sha = known.sha ?? posting.baseSha;
  if (known.memory['tree'] !== wanted.tree) {
    const { data: now } = await github.within(repository, 'reading the pull request', (octokit, path) =>
      octokit.rest.pulls.get({ ...path, pull_number: known.id }),
    );
    if (now.state !== 'open') return null;
    const parents = known.memory['base'] === posting.baseSha ? [sha] : [sha, posting.baseSha];
    sha = await extend(place, posting, { branch, parents, tree: wanted.tree });
  }
  const { data } = await github.within(repository, 'editing the pull request', (octokit, path) =>
    octokit.rest.pulls.update({ ...path, pull_number: known.id, title: posting.title, body: wanted.body }),
  );
  return { id: data.number, url: data.html_url, sha, memory: { branch, tree: wanted.tree, base: posting.baseSha } };
}

/** Adds a commit to our branch. Never by force: what a person pushed to it stays theirs, and the refusal says so. */
async function extend(
  place: Place,
  posting: PullRequestPosting,
  to: { readonly branch: string; readonly parents: readonly CommitSha[]; readonly tree: string },
): Promise<CommitSha> {
  const sha = await createCommit(place, posting.commitMessage, to.tree, to.parents);
  const moved = await place.github.withinOr(place.repository, 'adding to the branch', [422], (octokit, path) =>
    octokit.rest.git.updateRef({ ...path, ref: `heads/${to.branch}`, sha, force: false }),
  );
  if (moved !== null) return sha;
  const earlier = await ownEarlier(place, to.branch, to.tree, to.parents);
  if (earlier !== null) return earlier;
  throw new Fault('forge-refused', 'adding to the branch', 'never', { detail: `${to.branch} has other commits now` });
}

/** Labels help people to find it; where they may not be set, the pull request stands without them. */
async function label({ github, repository }: Place, number: number, labels: readonly string[]): Promise<void> {
  await github.withinOr(repository, 'labelling', [404, 410, 422], (octokit, path) =>
    octokit.rest.issues.addLabels({ ...path, issue_number: number, labels: [...labels] }),
  );
}
