import { wakeups } from '../rollout/advance.ts';
import { beginRollout } from './begin-rollout.ts';
import type { Bot } from './bot.ts';
import { driveHost } from './drive-host.ts';
import { handleInboxJob, type InboxParts } from './inbox.ts';
import { makeChange } from './make-change.ts';
import { makePlan } from './make-plan.ts';
import type { Once } from './once.ts';
import type { RunningOutbox } from './outbox.ts';
import { type Consumer, type Handler, type QueueName, queueNames, type WorkSource } from './queue.ts';
import { createReactions } from './react.ts';
import { reportRollout } from './report-rollout.ts';
import { wakeDeploys } from './wake-deploys.ts';

export interface WorkParts {
  readonly bot: Bot;
  readonly source: WorkSource;
  readonly outbox: RunningOutbox;
  readonly once: Once;
  /** The operator's list of repositories. Empty: none. */
  readonly repositories: InboxParts['repositories'];
  readonly note: InboxParts['note'];
}

interface Line {
  readonly concurrency: number;
  readonly handle: Handler;
}

/** What is done with the work of each queue. A new kind of work joins here. */
function linesOf({ bot, once, repositories, note }: WorkParts): Readonly<Record<QueueName, Line>> {
  const inbox: InboxParts = {
    once,
    records: bot.records,
    clock: bot.clock,
    reactions: createReactions(bot),
    repositories,
    note,
  };
  return {
    inbox: { concurrency: 8, handle: async (payload) => void (await handleInboxJob(inbox, payload)) },
    change: { concurrency: 4, handle: (payload, { signal }) => makeChange(bot, payload, signal) },
    plan: { concurrency: 4, handle: (payload) => makePlan(bot, payload) },
    rollout: { concurrency: 4, handle: (payload) => beginRollout(bot, payload) },
    // A deploy mostly waits for its host, so many may run beside each other in one process.
    deploy: { concurrency: 200, handle: (payload, { signal }) => driveHost(bot, payload, signal) },
  };
}

/** Starts the worker side: takes up what an earlier process left, then works on every queue until stopped. */
export async function startWork(parts: WorkParts): Promise<Consumer> {
  const lines = linesOf(parts);
  const consumers = [
    parts.outbox.start(),
    ...queueNames.map((name) =>
      parts.source.consume(name, lines[name].handle, { concurrency: lines[name].concurrency }),
    ),
  ];
  await takeUp(parts);
  return {
    async stop(graceMs) {
      await Promise.all(consumers.map((consumer) => consumer.stop(graceMs)));
    },
  };
}

/** Everything that was under way is woken: postings that are not there yet, and hosts of rollouts that are not over. */
async function takeUp({ bot, outbox }: WorkParts): Promise<void> {
  await outbox.sweep();
  for (const rollout of await bot.rollouts.running()) {
    await wakeDeploys(bot, wakeups(null, rollout));
    await reportRollout(bot, rollout.id);
  }
}
