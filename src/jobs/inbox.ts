import { createHash } from 'node:crypto';
import { never } from '../core/bug.ts';
import type { Clock } from '../core/clock.ts';
import type { RepositoryName } from '../core/names.ts';
import type { Records } from '../core/records.ts';
import { effectKey } from './effect-key.ts';
import { recordHead } from './heads.ts';
import type { InboxEvent } from './inbox-event.ts';
import { readEvent } from './read-event.ts';
import { type InboxJob, inboxJobShape } from './intake.ts';
import type { Once } from './once.ts';
import type { Reactions } from './reactions.ts';

/** What became of a delivery, for the log and the counters. */
export type InboxOutcome =
  | 'done'
  | 'not-an-event'
  | 'repository-not-allowed'
  | 'from-a-bot'
  | 'stale'
  | 'delivered-before'
  | 'effect-had-before';

export interface InboxParts {
  readonly once: Once;
  readonly records: Records;
  readonly clock: Clock;
  readonly reactions: Reactions;
  /** The operator's list. Empty: none. */
  readonly repositories: readonly RepositoryName[];
  /** One line per delivery, for the log. Never text that a person wrote. */
  readonly note: (line: {
    readonly outcome: InboxOutcome;
    readonly deliveryId: string;
    readonly event: string;
    readonly repository?: string;
  }) => void;
}

const day = 24 * 60 * 60 * 1000;
/** GitHub redelivers for three days. An older event is a replay, or so late that acting on it would surprise. */
const staleAfterMs = 3 * day;
/** Much longer than an event may be old, so that no claim is forgotten while its event could still come again. */
const claimKeptMs = 30 * day;

/** Handles one inbox job: reads it, decides whether it is news, and hands it to the reactions. */
export async function handleInboxJob(parts: InboxParts, payload: unknown): Promise<InboxOutcome> {
  const job = inboxJobShape.parse(payload);
  const outcome = await decide(parts, job);
  const repository = repositoryOf(job);
  parts.note({
    outcome,
    deliveryId: job.deliveryId,
    event: job.event,
    ...(repository === null ? {} : { repository }),
  });
  return outcome;
}

async function decide(parts: InboxParts, job: InboxJob): Promise<InboxOutcome> {
  const event = readEvent(job.event, job.payload);
  if (event === null) return 'not-an-event';
  if (!parts.repositories.includes(event.repository)) return 'repository-not-allowed';
  // Before every other question: who pushed does not matter, and an event that came late still orders the heads.
  if ('pullRequest' in event) await recordHead(parts.records, event);
  if (isBotTalk(event)) return 'from-a-bot';
  if (parts.clock.now() - Date.parse(event.at) > staleAfterMs) return 'stale';
  // A job that was cut off runs again with the very same content and so under the same name; every other copy of its
  // delivery, or another delivery that asks for the same, has another and comes too late.
  const owner = createHash('sha256').update(JSON.stringify(job)).digest('hex');
  const effect = effectKey(event);
  if (!(await parts.once.claim(`delivery:${job.deliveryId}`, owner, claimKeptMs))) return 'delivered-before';
  if (!(await parts.once.claim(`effect:${effect}`, owner, claimKeptMs))) return 'effect-had-before';
  await react(parts.reactions, event, effect);
  return 'done';
}

/** Bots' words start nothing, ours among them: two bots that answer each other never end. */
function isBotTalk(event: InboxEvent): boolean {
  switch (event.kind) {
    case 'issue-comment':
    case 'pull-request-comment':
      return event.comment.author.bot || event.actor.bot;
    case 'issue-opened':
    case 'issue-labeled':
      return event.actor.bot;
    default:
      return false;
  }
}

function react(reactions: Reactions, event: InboxEvent, effect: string): Promise<void> {
  switch (event.kind) {
    case 'issue-opened':
      return reactions.issueOpened(event, effect);
    case 'issue-labeled':
      return reactions.issueLabeled(event, effect);
    case 'issue-comment':
      return reactions.issueComment(event, effect);
    case 'pull-request-comment':
      return reactions.pullRequestComment(event, effect);
    case 'pull-request-opened':
      return reactions.pullRequestOpened(event, effect);
    case 'pull-request-synchronized':
      return reactions.pullRequestSynchronized(event, effect);
    case 'pull-request-closed':
      return reactions.pullRequestClosed(event, effect);
    case 'pull-request-merged':
      return reactions.pullRequestMerged(event, effect);
    case 'push-to-default-branch':
      return reactions.pushToDefaultBranch(event, effect);
    default:
      return never(event);
  }
}

function repositoryOf(job: InboxJob): string | null {
  const repository = job.payload['repository'];
  if (typeof repository !== 'object' || repository === null || !('full_name' in repository)) return null;
  return typeof repository.full_name === 'string' ? repository.full_name : null;
}
