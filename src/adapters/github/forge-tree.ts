import { Fault } from '../../core/fault.ts';
import type { CommitSha } from '../../core/names.ts';
import type { Tree, TreeEntry } from '../../core/tree.ts';
import type { RepositoryRef } from '../../jobs/forge.ts';
import { BoundedCache } from './bounded-cache.ts';
import type { GitHub } from './github-client.ts';

const megabyte = 1024 * 1024;

/** The files of commits, read through the forge's API and kept: what a commit or blob id names never changes. */
export interface ForgeTrees {
  at(repository: RepositoryRef, sha: CommitSha): Tree;
  /** The id of the commit's top folder. */
  rootOf(repository: RepositoryRef, sha: CommitSha): Promise<string>;
  /** Keeps a root that another answer told, which saves the call. */
  learnRoot(repository: RepositoryRef, sha: CommitSha, root: string): void;
}

interface Listed {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size?: number;
}

export function createForgeTrees(github: GitHub): ForgeTrees {
  // Promises are kept, so that ten readers of one commit make one call; a failed one is forgotten.
  const lists = new BoundedCache<Promise<readonly TreeEntry[]>>(200_000);
  const roots = new BoundedCache<string>(10_000);
  const blobs = new BoundedCache<Uint8Array>(64 * megabyte);
  return {
    learnRoot(repository, sha, root) {
      roots.set(`${repository.name} ${sha}`, root, 1);
    },
    async rootOf(repository, sha) {
      const known = roots.get(`${repository.name} ${sha}`);
      if (known !== undefined) return known;
      const { data } = await github.within(repository, 'reading a commit', (octokit, path) =>
        octokit.rest.git.getCommit({ ...path, commit_sha: sha }),
      );
      roots.set(`${repository.name} ${sha}`, data.tree.sha, 1);
      return data.tree.sha;
    },
    at(repository, sha) {
      const listKey = `${repository.name} ${sha}`;
      return {
        async list() {
          const known = lists.get(listKey);
          if (known !== undefined) return known;
          const asked = listAll(github, repository, sha);
          lists.set(listKey, asked, 1);
          try {
            const entries = await asked;
            lists.set(listKey, asked, entries.length + 1);
            return entries;
          } catch (error) {
            lists.delete(listKey);
            throw error;
          }
        },
        async read(blob) {
          // With the repository: knowing a blob's id must not open another repository's file.
          const blobKey = `${repository.name} ${blob}`;
          const known = blobs.get(blobKey);
          if (known !== undefined) return known;
          const bytes = await readBlob(github, repository, blob);
          blobs.set(blobKey, bytes, bytes.length + 200);
          return bytes;
        },
      };
    },
  };
}

async function readBlob(github: GitHub, repository: RepositoryRef, blob: string): Promise<Uint8Array> {
  const { data } = await github.within(repository, 'reading a file', (octokit, path) =>
    octokit.rest.git.getBlob({ ...path, file_sha: blob }),
  );
  return new Uint8Array(Buffer.from(data.content, data.encoding === 'base64' ? 'base64' : 'utf8'));
}

/** The whole tree in one call; GitHub cuts it at 100,000 entries or 7 MB, and then it is walked folder by folder. */
async function listAll(github: GitHub, repository: RepositoryRef, sha: CommitSha): Promise<readonly TreeEntry[]> {
  const whole = await listFolder(github, repository, sha, true);
  const entries = whole.truncated
    ? await walk(github, repository, sha)
    : whole.entries.flatMap((one) => entryOf(one, ''));
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function walk(github: GitHub, repository: RepositoryRef, sha: CommitSha): Promise<TreeEntry[]> {
  const found: TreeEntry[] = [];
  const waiting: { readonly tree: string; readonly prefix: string }[] = [{ tree: sha, prefix: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = await listFolder(github, repository, next.tree, false);
    if (folder.truncated) {
      throw new Fault('unexpected-answer', 'listing the files', 'never', {
        detail: `${next.prefix || '/'} is too large`,
      });
    }
    for (const one of folder.entries) {
      if (one.type === 'tree') waiting.push({ tree: one.sha, prefix: `${next.prefix}${one.path}/` });
      else found.push(...entryOf(one, next.prefix));
    }
  }
  return found;
}

async function listFolder(
  github: GitHub,
  repository: RepositoryRef,
  tree: string,
  recursive: boolean,
): Promise<{ readonly entries: readonly Listed[]; readonly truncated: boolean }> {
  const { data } = await github.within(repository, 'listing the files', (octokit, path) =>
    octokit.rest.git.getTree({ ...path, tree_sha: tree, ...(recursive ? { recursive: '1' } : {}) }),
  );
  return { entries: data.tree as readonly Listed[], truncated: data.truncated === true };
}

function entryOf(one: Listed, prefix: string): TreeEntry[] {
  const mode = modes[one.mode];
  if (mode === undefined) return [];
  const size = one.size === undefined ? {} : { size: one.size };
  return [{ path: `${prefix}${one.path}`, mode, blob: one.sha, ...size }];
}

/** Git's file modes. Folders (040000) are left out. */
const modes: Readonly<Record<string, TreeEntry['mode']>> = {
  '100644': 'file',
  '100755': 'executable',
  '120000': 'symlink',
  '160000': 'submodule',
};
