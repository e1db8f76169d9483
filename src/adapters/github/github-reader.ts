import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import { type CommitSha, parseCommitSha } from '../../core/names.ts';
import type { Tree, TreeEntry } from '../../core/tree.ts';
import type { ForgeReader, Permission, PullRequest, RepositoryRef } from '../../jobs/forge.ts';
import { BoundedCache } from './bounded-cache.ts';
import type { ForgeTrees } from './forge-tree.ts';
import type { GitHub } from './github-client.ts';
import { pullRequestOf } from './pull-request-shape.ts';

/** A permission that was taken away must stop counting soon; asking for every command in a busy minute is waste. */
const permissionKeptMs = 60_000;

/** GitHub names at most so many files in a comparison and says nothing of the rest (docs, "Compare two commits"). */
const mostFilesCompared = 300;

/** What the bot reads from GitHub. */
export function createGitHubReader(github: GitHub, trees: ForgeTrees, clock: Clock): ForgeReader {
  const permissions = new BoundedCache<{ readonly at: number; readonly permission: Permission }>(10_000);
  let identity: { readonly slug: string; readonly login: string } | null = null;
  return {
    async identity() {
      identity ??= await readIdentity(github);
      return identity;
    },
    async permission(repository, login) {
      const key = `${repository.name} ${login.toLowerCase()}`;
      const known = permissions.get(key);
      if (known !== undefined && clock.now() - known.at < permissionKeptMs) return known.permission;
      const asked = clock.now();
      const permission = await readPermission(github, repository, login);
      permissions.set(key, { at: asked, permission }, 1);
      return permission;
    },
    async defaultBranch(repository) {
      const { data } = await github.within(repository, 'reading the repository', (octokit, path) =>
        octokit.rest.repos.get({ ...path }),
      );
      return data.default_branch;
    },
    async branchHead(repository, branch) {
      // Not `git/ref`: that route also answers for names that only begin so on older servers.
      const found = await github.withinOr(repository, `reading the branch ${branch}`, [404], (octokit, path) =>
        octokit.rest.repos.getBranch({ ...path, branch }),
      );
      if (found === null) return null;
      const sha = shaOf(found.data.commit.sha);
      trees.learnRoot(repository, sha, found.data.commit.commit.tree.sha);
      return sha;
    },
    tree: (repository, sha) => trees.at(repository, sha),
    async pullRequest(repository, number) {
      const { data } = await github.within(repository, `reading pull request ${number}`, (octokit, path) =>
        octokit.rest.pulls.get({ ...path, pull_number: number }),
      );
      return pullRequestOf(data);
    },
    async openPullRequests(repository, base) {
      const open = await github.within(repository, 'reading the open pull requests', (octokit, path) =>
        octokit.paginate(octokit.rest.pulls.list, { ...path, base, state: 'open', per_page: 100 }),
      );
      return open.map(pullRequestOf);
    },
    pullRequestsOf: (repository, sha) => readPullRequestsOf(github, repository, sha),
    async compare(repository, ancestor, descendant) {
      const compared = await readComparison(github, repository, ancestor, descendant);
      if (compared.mergeBase === null || compared.files.length < mostFilesCompared) return compared;
      const before = trees.at(repository, compared.mergeBase);
      return { ...compared, files: await differingPaths(before, trees.at(repository, descendant)) };
    },
  };
}

async function readIdentity(github: GitHub): Promise<{ readonly slug: string; readonly login: string }> {
  const { data } = await github.asApp('reading who the App is', (octokit) => octokit.rest.apps.getAuthenticated());
  const slug = data?.slug;
  if (slug === undefined) throw new Fault('unexpected-answer', 'reading who the App is', 'never');
  return { slug, login: `${slug}[bot]` };
}

async function readPermission(github: GitHub, repository: RepositoryRef, login: string): Promise<Permission> {
  // 404: no such account (deleted since), which certainly may not instruct.
  const found = await github.withinOr(repository, `reading the permission of ${login}`, [404], (octokit, path) =>
    octokit.rest.repos.getCollaboratorPermissionLevel({ ...path, username: login }),
  );
  if (found === null) return 'none';
  // `permission` folds maintain into write and triage into read; `role_name` tells them apart, but may be a custom
  // role's name, whose base the folded word gives.
  const { permission, role_name: role } = found.data;
  if (role === 'maintain' || role === 'triage') return role;
  return permission === 'admin' || permission === 'write' || permission === 'read' ? permission : 'none';
}

async function readPullRequestsOf(
  github: GitHub,
  repository: RepositoryRef,
  sha: CommitSha,
): Promise<readonly PullRequest[]> {
  // 422: no such commit here (yet), so no pull request has it either.
  const found = await github.withinOr(repository, 'reading the pull requests of a commit', [422], (octokit, path) =>
    octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
      ...path,
      commit_sha: sha,
      per_page: 100,
    }),
  );
  return (found ?? []).map(pullRequestOf);
}

async function readComparison(
  github: GitHub,
  repository: RepositoryRef,
  ancestor: CommitSha,
  descendant: CommitSha,
): ReturnType<ForgeReader['compare']> {
  // 404: no common history, or a commit that this repository does not have.
  const compared = await github.withinOr(repository, 'comparing two commits', [404], (octokit, path) =>
    // The files come with the first page; the commits, which nobody here reads, would fill the others.
    octokit.rest.repos.compareCommitsWithBasehead({ ...path, basehead: `${ancestor}...${descendant}`, per_page: 1 }),
  );
  if (compared === null) return { mergeBase: null, isAncestor: false, files: [] };
  const { status, merge_base_commit: base, files = [] } = compared.data;
  const isAncestor = status === 'ahead' || status === 'identical';
  const paths = files.flatMap((file) =>
    file.previous_filename === undefined ? [file.filename] : [file.previous_filename, file.filename],
  );
  return { mergeBase: shaOf(base.sha), isAncestor, files: paths };
}

/** Every path whose content or mode differs: two listings instead of a list that was cut. */
async function differingPaths(before: Tree, after: Tree): Promise<readonly string[]> {
  const sign = (entry: TreeEntry) => `${entry.mode} ${entry.blob}`;
  const old = new Map((await before.list()).map((entry) => [entry.path, sign(entry)]));
  const differing: string[] = [];
  for (const entry of await after.list()) {
    if (old.get(entry.path) !== sign(entry)) differing.push(entry.path);
    old.delete(entry.path);
  }
  return [...differing, ...old.keys()].sort();
}

export function shaOf(text: string): CommitSha {
  const sha = parseCommitSha(text);
  if (sha === null) throw new Fault('unexpected-answer', 'reading a commit id', 'never', { detail: 'not a commit id' });
  return sha;
}
