import type { RestEndpointMethodTypes } from '@octokit/rest';
import type { Edit } from '../../core/edit.ts';
import { Fault } from '../../core/fault.ts';
import type { CommitSha } from '../../core/names.ts';
import { entryAt } from '../../core/tree.ts';
import type { RepositoryRef } from '../../jobs/forge.ts';
import type { GitHub } from './github-client.ts';
import type { ForgeTrees } from './forge-tree.ts';
import { shaOf } from './github-reader.ts';

export interface CommitPlace {
  readonly github: GitHub;
  readonly trees: ForgeTrees;
  readonly repository: RepositoryRef;
}

type TreeItem = NonNullable<RestEndpointMethodTypes['git']['createTree']['parameters']['tree']>[number];

/** The tree of a commit with the edits in it: one call, file contents inline. */
export async function createTree(
  { github, trees, repository }: CommitPlace,
  base: CommitSha,
  edits: readonly Edit[],
): Promise<string> {
  const before = trees.at(repository, base);
  const entries: TreeItem[] = [];
  for (const edit of edits) {
    const mode = edit.before === null ? 'file' : ((await entryAt(before, edit.path))?.mode ?? 'file');
    if (mode === 'symlink' || mode === 'submodule') {
      throw new Fault('forge-refused', 'committing', 'never', { detail: `${edit.path} is a ${mode}` });
    }
    const entry = { path: edit.path, mode: mode === 'executable' ? '100755' : '100644', type: 'blob' } as const;
    entries.push(edit.after === null ? { ...entry, sha: null } : { ...entry, content: edit.after });
  }
  const root = await trees.rootOf(repository, base);
  const { data } = await github.within(repository, 'writing the files', (octokit, path) =>
    octokit.rest.git.createTree({ ...path, base_tree: root, tree: entries }),
  );
  return data.sha;
}

export async function createCommit(
  { github, repository }: CommitPlace,
  message: string,
  tree: string,
  parents: readonly CommitSha[],
): Promise<CommitSha> {
  // No author and no committer: only then GitHub signs the commit in the App's name (docs, "Signature verification for bots").
  const { data } = await github.within(repository, 'committing', (octokit, path) =>
    octokit.rest.git.createCommit({ ...path, message, tree, parents: [...parents] }),
  );
  return shaOf(data.sha);
}

/**
 * The commit on a branch if an earlier try of ours made it: the same files on the same base. Its id differs from a
 * second one's, because the time of the commit is part of it.
 */
export async function ownEarlier(
  { github, repository }: CommitPlace,
  branch: string,
  tree: string,
  parents: readonly CommitSha[],
): Promise<CommitSha | null> {
  const found = await github.withinOr(repository, 'reading the branch', [404], (octokit, path) =>
    octokit.rest.repos.getBranch({ ...path, branch }),
  );
  if (found === null) return null;
  const { commit: head } = found.data;
  const sameBase = head.parents.map((one) => one.sha).join() === parents.join();
  return sameBase && head.commit.tree.sha === tree ? shaOf(head.sha) : null;
}
