import type { Commit, Signature } from '../git/commit-text.ts';
import type { FileChange } from '../git/diff-text.ts';
import type { Repository, World } from '../state.ts';
import { apiOf, pageOf } from './repository.ts';
import { nodeId, stamp } from './text.ts';
import { simpleUser } from './user.ts';

/** What GitHub says of a commit's signature. Verified are exactly the commits that GitHub itself would have signed. */
export function verification(repository: Repository, sha: string): Record<string, unknown> {
  const verified = repository.signed.has(sha);
  return {
    verified,
    reason: verified ? 'valid' : 'unsigned',
    // The practice forge holds no signing key, so there is no signature that it could show.
    signature: null,
    payload: null,
    verified_at: null,
  };
}

const signatureShape = (who: Signature): Record<string, unknown> => ({
  name: who.name,
  email: who.email,
  date: stamp(who.date),
});

/** `GET /git/commits/{sha}`. */
export function gitCommitShape(world: World, repository: Repository, commit: Commit): Record<string, unknown> {
  const api = apiOf(world, repository);
  const page = pageOf(world, repository);
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    author: signatureShape(commit.author),
    committer: signatureShape(commit.committer),
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
    verification: verification(repository, commit.sha),
  };
}

/** The account behind an address, where GitHub would know it. */
function accountOf(world: World, email: string): Record<string, unknown> | null {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\.practice\.invalid$/.exec(email)?.[1];
  const user = login === undefined ? undefined : world.users.get(login.toLowerCase());
  return user === undefined ? null : simpleUser(world, user);
}

/** An entry of a list of commits. */
export function commitShape(world: World, repository: Repository, commit: Commit): Record<string, unknown> {
  const api = apiOf(world, repository);
  const page = pageOf(world, repository);
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: `${api}/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    commit: {
      author: signatureShape(commit.author),
      committer: signatureShape(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: verification(repository, commit.sha),
    },
    author: accountOf(world, commit.author.email),
    committer: accountOf(world, commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
  };
}

/** One changed file. GitHub leaves `patch` out for binary files. */
export function fileShape(
  world: World,
  repository: Repository,
  head: string,
  change: FileChange,
): Record<string, unknown> {
  const path = change.path.split('/').map(encodeURIComponent).join('/');
  const page = pageOf(world, repository);
  return {
    sha: change.blob,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${page}/blob/${head}/${path}`,
    raw_url: `${page}/raw/${head}/${path}`,
    contents_url: `${apiOf(world, repository)}/contents/${path}?ref=${head}`,
    ...(change.previousPath === null ? {} : { previous_filename: change.previousPath }),
    ...(change.patch === null ? {} : { patch: change.patch }),
  };
}
