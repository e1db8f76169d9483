import { Fault } from '../core/fault.ts';
import { wakeups } from '../rollout/wakeups.ts';
import { beginRollout } from './begin-rollout.ts';
import type { Bot } from './bot.ts';
import { catchUp } from './catch-up.ts';
import { driveHost } from './drive-host.ts';
import { handleInboxJob, type InboxParts } from './inbox.ts';
import { makeChange } from './make-change.ts';
import { makePlan } from './make-plan.ts';
import type { Once } from './once.ts';
import { recover, type RecoverParts } from './recover.ts';
import type { RunningOutbox } from './outbox.ts';
import { type Consumer, type Handler, type QueueName, queueNames, type WorkSource } from './queue.ts';
import { createReactions } from './react.ts';
import { showLogs } from './show-logs.ts';
import { reportRollout } from './report-rollout.ts';
import { sweepMissed } from './wake-catch-up.ts';
import { wakeDeploys } from './wake-deploys.ts';

export interface WorkParts {
  readonly bot: Bot;
  readonly source: WorkSource;
  readonly outbox: RunningOutbox;
  readonly once: Once;
  /** The operator's list of repositories. Empty: none. */
  readonly repositories: InboxParts['repositories'];
  readonly note: InboxParts['note'];
  readonly memory: RecoverParts['memory'];
  /** Told, before anything is posted, whether postings may be on the forge that are not remembered. */
  readonly recovered: (found: { readonly lost: boolean }) => void;
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
    // Each waits for a host that probably does not answer.
    'catch-up': { concurrency: 20, handle: (payload) => catchUp(bot, payload) },
    logs: { concurrency: 8, handle: (payload) => showLogs(bot, payload) },
  };
}

/** How often a forge that cannot be read at the start is asked again. */
const recoverAgainMs = 15_000;

/**
 * Starts the worker side: makes anew what was lost, takes up what an earlier process left, then works on every queue
 * until stopped. Nothing is worked on before the recovery is through, because a host that looks free may not be; where
 * the forge cannot be read now, that goes on in the background, and what comes in waits in the queues.
 */
export async function startWork(parts: WorkParts): Promise<Consumer> {
  const stopping = new AbortController();
  const consumers: Consumer[] = [];
  const begin = async (): Promise<void> => {
    const lines = linesOf(parts);
    consumers.push(parts.outbox.start());
    for (const name of queueNames) {
      const { handle, concurrency } = lines[name];
      consumers.push(parts.source.consume(name, handle, { concurrency }));
    }
    await takeUp(parts);
  };
  const later = async (): Promise<void> => {
    do {
      await parts.bot.clock.sleep(recoverAgainMs, stopping.signal);
    } while (!(await recoverNow(parts)));
    if (!stopping.signal.aborted) await begin();
  };
  let begun = Promise.resolve();
  if (await recoverNow(parts)) await begin();
  else
    begun = later().catch((error: unknown) => {
      if (!stopping.signal.aborted) parts.bot.log.error('the work could not be begun', { error });
    });
  return {
    async stop(graceMs) {
      stopping.abort();
      await begun;
      await Promise.all(consumers.map((consumer) => consumer.stop(graceMs)));
    },
  };
}

/** False where the forge or the store did not answer. */
async function recoverNow(parts: WorkParts): Promise<boolean> {
  try {
    parts.recovered(await recover(parts));
    return true;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    parts.bot.log.warn('the forge cannot be read now; work begins as soon as it can', { error });
    return false;
  }
}

/** Everything that was under way is woken: postings that are not there yet, and hosts of rollouts that are not over. */
async function takeUp({ bot, outbox }: WorkParts): Promise<void> {
  await outbox.sweep();
  for (const rollout of await bot.rollouts.running()) {
    await wakeDeploys(bot, wakeups(null, rollout, bot.clock.now()));
    await reportRollout(bot, rollout.id);
  }
  await sweepMissed(bot);
}
