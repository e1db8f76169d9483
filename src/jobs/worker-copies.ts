import type { CommitSha } from '../core/names.ts';
import type { Tree } from '../core/tree.ts';
import type { PastText } from '../dns/serial-evidence.ts';
import type { SayingFile } from '../dns/serial-makers.ts';
import type { RepositoryRef } from './forge.ts';

/** One commit as the worker's own copy of its repository holds it: reading it asks the forge nothing. */
export interface CopiedCommit {
  readonly tree: Tree;
  /** git's id of the commit's top folder: equal ids are equal files. */
  readonly treeId: string;
  readonly firstParent: CommitSha | null;
  /** The last states of a file up to this commit, oldest first; empty where it has none. */
  pastTexts(path: string): Promise<readonly PastText[]>;
  /** The text files that hold one of the words. */
  filesSaying(...words: readonly string[]): Promise<readonly SayingFile[]>;
  /** Ends what reading it keeps open. */
  close(): void;
}

/** The worker's own copies of repositories, by which a whole repository can be read and not only a few of its files. */
export interface WorkerCopies {
  /** Fetches what the copy lacks. Throws a `Fault` where the commit cannot be had. */
  open(repository: RepositoryRef, sha: CommitSha): Promise<CopiedCommit>;
}
