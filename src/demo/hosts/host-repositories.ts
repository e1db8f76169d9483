import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CommitSha, parseCommitSha } from '../../core/names.ts';
import type { RepositorySlug } from '../../host/remote-names.ts';

/** The bare repositories in the account's home, with the same git commands as on a real host. */
export interface HostRepositories {
  folderOf(repository: RepositorySlug): string;
  /** The answer of `fleetwright-find-commit`, without its line end. */
  find(repository: RepositorySlug, sha: CommitSha): Promise<string>;
  has(repository: RepositorySlug, sha: CommitSha): Promise<boolean>;
  /** Stores what comes in; `take` then fetches from it. */
  drain(repository: RepositorySlug, bundle: Readable): Promise<Incoming>;
}

export interface Incoming {
  take(sha: CommitSha): Promise<{ readonly taken: boolean; readonly stderr: string }>;
  discard(): Promise<void>;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function createHostRepositories(home: string): HostRepositories {
  const made = new Set<string>();
  let incoming = 0;
  const folderOf = (repository: RepositorySlug): string => join(home, 'repositories', `${repository}.git`);

  async function ensure(repository: RepositorySlug): Promise<string> {
    const folder = folderOf(repository);
    if (!made.has(folder)) {
      await mkdir(folder, { recursive: true });
      await git(['init', '--quiet', '--bare', '-b', 'main', folder]);
      made.add(folder);
    }
    return folder;
  }

  return {
    folderOf,
    async find(repository, sha) {
      const folder = await ensure(repository);
      if ((await git(['-C', folder, 'cat-file', '-e', `${sha}^{commit}`])).code === 0) return 'present';
      const last = await git(['-C', folder, 'rev-parse', '--verify', '--quiet', 'refs/fleetwright/last^{commit}']);
      const base = parseCommitSha(last.stdout.trim());
      return base === null ? 'empty' : `base ${base}`;
    },
    async has(repository, sha) {
      if (!made.has(folderOf(repository))) return false;
      return (await git(['-C', folderOf(repository), 'cat-file', '-e', `${sha}^{commit}`])).code === 0;
    },
    async drain(repository, bundle) {
      const folder = await ensure(repository);
      incoming += 1;
      const file = join(folder, `incoming.${incoming}`);
      try {
        await pipeline(bundle, createWriteStream(file));
      } catch (cause) {
        await rm(file, { force: true });
        throw cause;
      }
      return {
        discard: () => rm(file, { force: true }),
        async take(sha) {
          const refspec = `+refs/fleetwright/ship/${sha}:refs/fleetwright/last`;
          const fetched = await git(['-C', folder, 'fetch', '--quiet', '--no-tags', file, refspec]);
          const taken =
            fetched.code === 0 &&
            (await git(['-C', folder, 'cat-file', '-e', `${sha}^{commit}`])).code === 0 &&
            (await git(['-C', folder, 'update-ref', 'refs/heads/main', sha])).code === 0;
          return { taken, stderr: fetched.stderr };
        },
      };
    },
  };
}

function git(words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile('git', [...words], { maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
  });
}
