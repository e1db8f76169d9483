import type { CommitSha, RepositoryName } from '../core/names.ts';

/** What every event says: where it happened, by which installation we may answer, and who caused it. */
export interface Where {
  readonly repository: RepositoryName;
  readonly installation: number;
  readonly defaultBranch: string;
  readonly actor: Person;
  /** ISO 8601, by GitHub's clock: when what is told happened. */
  readonly at: string;
}

export interface Person {
  readonly login: string;
  readonly id: number;
  readonly bot: boolean;
}

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: Person;
  readonly labels: readonly string[];
  readonly open: boolean;
  readonly createdAt: string;
}

/** The words as they were signed. They are never read again from the API, where they may have been edited since. */
export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly author: Person;
  readonly createdAt: string;
}

export interface PullRequestNews {
  readonly number: number;
  readonly title: string;
  readonly author: Person;
  readonly headBranch: string;
  readonly headSha: CommitSha;
  readonly fromFork: boolean;
  readonly baseBranch: string;
  readonly baseSha: CommitSha;
  readonly updatedAt: string;
}

/** Everything that can reach the bot. A delivery that is none of these is nothing to it. */
export type InboxEvent = Where &
  (
    | { readonly kind: 'issue-opened'; readonly issue: Issue }
    | { readonly kind: 'issue-labeled'; readonly issue: Issue; readonly label: string }
    | { readonly kind: 'issue-comment'; readonly issue: Issue; readonly comment: Comment }
    | {
        readonly kind: 'pull-request-comment';
        readonly number: number;
        readonly open: boolean;
        readonly comment: Comment;
      }
    | { readonly kind: 'pull-request-opened'; readonly pullRequest: PullRequestNews }
    | { readonly kind: 'pull-request-synchronized'; readonly pullRequest: PullRequestNews; readonly before: CommitSha }
    | { readonly kind: 'pull-request-closed'; readonly pullRequest: PullRequestNews }
    | { readonly kind: 'pull-request-merged'; readonly pullRequest: PullRequestNews; readonly mergeCommit: CommitSha }
    | { readonly kind: 'push-to-default-branch'; readonly before: CommitSha; readonly after: CommitSha }
  );

export type EventOf<Kind extends InboxEvent['kind']> = Extract<InboxEvent, { readonly kind: Kind }>;
