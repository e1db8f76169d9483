import type { HostName } from '../core/names.ts';

/**
 * The keys of postings. One key is one thing on GitHub for ever: putting it again edits that thing. They are written
 * down in one place, because two things under one key would overwrite each other.
 */
export const postingKeys = {
  /** The one answer to somebody who may not instruct the bot, per issue. */
  outsider: (issue: number) => `outsider:${issue}`,
  /** What became of an issue's ask. */
  change: (issue: number) => `change:${issue}`,
  pullRequest: (issue: number) => `pull-request:${issue}`,
  /** The table of DNS changes in a pull request's own text. */
  dnsSection: (pullRequest: number) => `dns-section:${pullRequest}`,
  plan: (pullRequest: number) => `plan:${pullRequest}`,
  planCheck: (sha: string) => `plan-check:${sha}`,
  configCheck: (sha: string) => `config-check:${sha}`,
  /** The comment on the commit of the default branch that left the config unreadable. */
  configMistakes: (sha: string) => `config-mistakes:${sha}`,
  /** The merge of a base into a branch of ours: one for each pair of heads. */
  merge: (head: string, base: string) => `merge:${head}:${base}`,
  /** What stands in the way of that merge, one comment edited in place. */
  baseMoved: (pullRequest: number) => `base-moved:${pullRequest}`,
  /** The commit that a comment asked for. */
  commit: (comment: number) => `commit:${comment}`,
  reactionToIssue: (issue: number) => `eyes:issue:${issue}`,
  reactionToComment: (comment: number) => `eyes:comment:${comment}`,
  /** The one answer to all bad lines of a comment. */
  answer: (comment: number) => `answer:${comment}`,
  logs: (id: string) => `logs:${id}`,
  rollout: (id: string) => `rollout:${id}`,
  refusedRollout: (id: string) => `refused-rollout:${id}`,
  rolloutCheck: (id: string) => `rollout-check:${id}`,
  /** The one deployment that holds people's locks. */
  locks: 'locks',
  deployment: (id: string, host: HostName) => `deployment:${id}:${host}`,
} as const;
