import type { Item, Pull, Repository, World } from '../state.ts';
import { itemPage, labelShape } from './issue.ts';
import { apiOf, repositoryShape } from './repository.ts';
import { nodeId, stamp, stampOrNull } from './text.ts';
import { association, simpleUser } from './user.ts';

/** An issue that is a pull request. */
export type PullItem = Item & { readonly pull: Pull };

function side(world: World, repository: Repository, branch: string, sha: string): Record<string, unknown> {
  return {
    label: `${repository.owner.login}:${branch}`,
    ref: branch,
    sha,
    user: simpleUser(world, repository.owner),
    repo: repositoryShape(world, repository),
  };
}

/** An entry of a list of pull requests. */
export function simplePull(world: World, repository: Repository, item: PullItem): Record<string, unknown> {
  const { pull } = item;
  const api = apiOf(world, repository);
  const url = `${api}/pulls/${item.number}`;
  const issue = `${api}/issues/${item.number}`;
  const page = itemPage(world, repository, item);
  const statuses = `${api}/statuses/${pull.headSha}`;
  const link = (href: string): Record<string, string> => ({ href });
  return {
    url,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    number: item.number,
    state: item.state,
    locked: false,
    active_lock_reason: null,
    title: item.title,
    user: simpleUser(world, item.user),
    body: item.body,
    created_at: stamp(item.createdAt),
    updated_at: stamp(item.updatedAt),
    closed_at: stampOrNull(item.closedAt),
    merged_at: stampOrNull(pull.merge?.at ?? null),
    merge_commit_sha: pull.merge?.sha ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: item.labels.map((label) => labelShape(world, repository, label)),
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    head: side(world, pull.head, pull.headBranch, pull.headSha),
    base: side(world, repository, pull.baseBranch, pull.baseSha),
    _links: {
      self: link(url),
      html: link(page),
      issue: link(issue),
      comments: link(`${issue}/comments`),
      review_comments: link(`${url}/comments`),
      review_comment: link(`${api}/pulls/comments{/number}`),
      commits: link(`${url}/commits`),
      statuses: link(statuses),
    },
    author_association: association(repository, item.user),
    auto_merge: null,
  };
}

/** What of a pull request must be asked from git. */
interface Measured {
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  readonly mergeable: boolean | null;
}

/** A pull request by itself, and as events carry it. */
export async function fullPull(world: World, repository: Repository, item: PullItem): Promise<Record<string, unknown>> {
  const { pull } = item;
  const measured = await measure(repository, item);
  const state = measured.mergeable === null ? 'unknown' : measured.mergeable ? 'clean' : 'dirty';
  return {
    ...simplePull(world, repository, item),
    merged: pull.merge !== null,
    mergeable: measured.mergeable,
    rebaseable: measured.mergeable,
    mergeable_state: state,
    merged_by: pull.merge === null ? null : simpleUser(world, pull.merge.by),
    comments: [...repository.comments.values()].filter((one) => one.issue === item.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: measured.commits,
    additions: measured.additions,
    deletions: measured.deletions,
    changed_files: measured.changedFiles,
  };
}

async function measure(repository: Repository, item: PullItem): Promise<Measured> {
  const { git } = repository;
  const { headSha, baseSha, baseBranch, merge } = item.pull;
  const base = (await git.mergeBase(baseSha, headSha)) ?? baseSha;
  const [commits, changes] = await Promise.all([git.between(base, headSha), git.changes(base, headSha)]);
  const sum = (of: 'additions' | 'deletions'): number => changes.reduce((total, change) => total + change[of], 0);
  const tip = item.state === 'open' && merge === null ? await git.ref(`refs/heads/${baseBranch}`) : null;
  return {
    commits: commits.length,
    additions: sum('additions'),
    deletions: sum('deletions'),
    changedFiles: changes.length,
    mergeable: tip === null ? null : (await git.mergeTree(tip, headSha)) !== null,
  };
}
