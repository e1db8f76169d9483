import type { EventOf } from './inbox-event.ts';

/**
 * What the bot does about an event: one method per kind, called once per effect, or again with the same event where an
 * earlier run of it was cut off. So each must be safe to repeat; its keys come from `effect`, which stays the same.
 */
export interface Reactions {
  issueOpened(event: EventOf<'issue-opened'>, effect: string): Promise<void>;
  /** A label set after the opening. Labels that came with it are part of `issueOpened`. */
  issueLabeled(event: EventOf<'issue-labeled'>, effect: string): Promise<void>;
  issueComment(event: EventOf<'issue-comment'>, effect: string): Promise<void>;
  pullRequestComment(event: EventOf<'pull-request-comment'>, effect: string): Promise<void>;
  pullRequestOpened(event: EventOf<'pull-request-opened'>, effect: string): Promise<void>;
  pullRequestSynchronized(event: EventOf<'pull-request-synchronized'>, effect: string): Promise<void>;
  pullRequestClosed(event: EventOf<'pull-request-closed'>, effect: string): Promise<void>;
  pullRequestMerged(event: EventOf<'pull-request-merged'>, effect: string): Promise<void>;
  pushToDefaultBranch(event: EventOf<'push-to-default-branch'>, effect: string): Promise<void>;
}
