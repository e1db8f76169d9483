import type { CommitSha, RepositoryName } from '../core/names.ts';
import type { Edit } from '../core/edit.ts';
import type { Tree } from '../core/tree.ts';

/** Where a repository is and by which installation the App may touch it. */
export interface RepositoryRef {
  readonly name: RepositoryName;
  readonly installation: number;
}

export type Permission = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface PullRequest {
  readonly number: number;
  readonly open: boolean;
  readonly merged: boolean;
  readonly title: string;
  readonly author: string;
  readonly headBranch: string;
  readonly headSha: CommitSha;
  /** The head lives in another repository. */
  readonly fromFork: boolean;
  readonly baseBranch: string;
  readonly baseSha: CommitSha;
  readonly mergeCommit: CommitSha | null;
}

/** What the bot reads from the forge. Every method throws only `Fault`s. */
export interface ForgeReader {
  /** The App's own slug and the login that its comments carry (`slug[bot]`). */
  identity(): Promise<{ readonly slug: string; readonly login: string }>;
  permission(repository: RepositoryRef, login: string): Promise<Permission>;
  defaultBranch(repository: RepositoryRef): Promise<string>;
  /** Null where there is no such branch. */
  branchHead(repository: RepositoryRef, branch: string): Promise<CommitSha | null>;
  tree(repository: RepositoryRef, sha: CommitSha): Tree;
  pullRequest(repository: RepositoryRef, number: number): Promise<PullRequest>;
  /** Those that are open, into that branch. */
  openPullRequests(repository: RepositoryRef, base: string): Promise<readonly PullRequest[]>;
  /** Pull requests that were merged into the commit, and those whose head it is. */
  pullRequestsOf(repository: RepositoryRef, sha: CommitSha): Promise<readonly PullRequest[]>;
  /** The nearest common ancestor, and whether `ancestor` is one of `descendant`'s ancestors (or equal). */
  compare(
    repository: RepositoryRef,
    ancestor: CommitSha,
    descendant: CommitSha,
  ): Promise<{ readonly mergeBase: CommitSha | null; readonly isAncestor: boolean; readonly files: readonly string[] }>;
}

/**
 * One thing that must be on the forge, by a key of its own. Putting the same key again replaces what it should be;
 * what is already there is edited, never doubled. Results come before acknowledgements, those before progress.
 */
export type Posting =
  | {
      readonly kind: 'reaction';
      readonly subject: { readonly issue: number } | { readonly comment: number };
      readonly content: 'eyes' | 'rocket' | 'confused' | '-1';
    }
  /** A new comment, once. `marker` is hidden in the body and found again after a lost reply. */
  | { readonly kind: 'comment'; readonly issue: number; readonly body: string }
  /** One comment that is edited in place. Newer bodies replace waiting ones. `about`: the commit that it tells of. */
  | { readonly kind: 'sticky'; readonly issue: number; readonly body: string; readonly about?: CommitSha }
  /** A comment on a commit itself, for what no issue or pull request is about. Edited in place like a sticky one. */
  | { readonly kind: 'commit-comment'; readonly sha: CommitSha; readonly body: string }
  | {
      readonly kind: 'check-run';
      readonly name: string;
      readonly sha: CommitSha;
      readonly status: 'queued' | 'in_progress' | 'completed';
      readonly conclusion?: 'success' | 'failure' | 'neutral' | 'cancelled' | 'action_required';
      readonly title: string;
      readonly summary: string;
      readonly annotations: readonly Annotation[];
    }
  | {
      readonly kind: 'deployment';
      readonly sha: CommitSha;
      readonly environment: string;
      readonly payload: Readonly<Record<string, unknown>>;
      readonly state: 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
      readonly description: string;
    }
  | {
      readonly kind: 'pull-request';
      readonly branch: string;
      readonly base: string;
      readonly baseSha: CommitSha;
      readonly edits: readonly Edit[];
      readonly commitMessage: string;
      readonly title: string;
      readonly body: string;
      readonly labels: readonly string[];
    }
  /** A marked part of a pull request's own text, written anew; what people wrote around it stays. Empty: it goes. */
  | {
      readonly kind: 'pull-request-section';
      readonly number: number;
      readonly section: string;
      readonly text: string;
    }
  /** One more commit on a branch of ours, where its head still is `expectedHead`; else nothing. */
  | {
      readonly kind: 'branch-commit';
      readonly branch: string;
      readonly expectedHead: CommitSha;
      /** The second parent of a merge. The edits lie over its files then, else over those of `expectedHead`. */
      readonly merges: CommitSha | null;
      readonly edits: readonly Edit[];
      readonly commitMessage: string;
    };

export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
}

export type Lane = 'result' | 'acknowledgement' | 'progress';

/** What came of a posting once it is on the forge. */
export interface Posted {
  /** The forge's number or id of it. */
  readonly id: number;
  readonly url: string;
  /** Of a pull request: the commit that was made. Of a sticky comment: the commit that the shown revision is about. */
  readonly sha?: CommitSha;
}

/**
 * The only way by which anything is written to the forge. `put` resolves when the posting is stored durably;
 * it is posted later, paced, and tried again until it is there. It never throws because GitHub said no.
 */
export interface Outbox {
  put(repository: RepositoryRef, key: string, lane: Lane, posting: Posting): Promise<void>;
  /** What is known of a posting: null until it is on the forge. */
  posted(repository: RepositoryRef, key: string): Promise<Posted | null>;
}
