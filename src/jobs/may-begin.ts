import type { CommitSha } from '../core/names.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { openingAt } from '../rollout/opening.ts';
import { lockedBy, personLockOn } from '../rollout/person-lock.ts';
import type { RequestedHost } from '../rollout/start-rollout.ts';
import type { Bot } from './bot.ts';
import type { Fleet } from './read-fleet.ts';
import type { RolloutJob } from './rollout-job.ts';

/** The hosts that a rollout is meant for, and why others are left out. */
export interface Meant {
  readonly hosts: readonly RequestedHost[];
  readonly refusals: readonly Refusal[];
  /** The commit, where the job itself names none. */
  readonly sha?: CommitSha;
}

/** The longest that a queue is trusted with one wait; whoever wakes earlier waits again. */
const longestWaitMs = 7 * 24 * 3600 * 1000;

/** Outside the windows, and in a freeze, a merge waits and a person is told what to type. Null: it is open. */
export async function closedNow(bot: Bot, job: RolloutJob, { config }: Fleet): Promise<Refusal | null> {
  if ((job.kind !== 'deploy' && job.kind !== 'merge') || forcedBy(job) !== null) return null;
  const now = bot.clock.now();
  const opening = openingAt(config.deploy, now);
  if (opening.kind === 'open') return null;
  const { at, reason } = opening;
  const waits = job.kind === 'merge' && at !== null;
  const facts = {
    ...(reason === null ? {} : { reason }),
    ...(at === null ? {} : { opens: new Date(at).toISOString() }),
    ...(waits ? { waits: 'yes' } : {}),
  };
  if (waits) {
    const delayMs = Math.min(at - now, longestWaitMs);
    await bot.queue.add('rollout', job, { id: `rollout:${job.repository.name}:${job.id}:${now + delayMs}`, delayMs });
  }
  const hosts = job.kind === 'deploy' ? job.hosts.join(' ') : 'all';
  const next = waits ? [] : [`/deploy ${hosts} --force --reason "why"`];
  return refuse('outside-window', facts, ...next);
}

/** Without the hosts that a person locked; a reason goes past a lock, and is kept with the rollout. */
export async function withoutLocked(bot: Bot, job: RolloutJob, request: Meant): Promise<Meant> {
  if (job.kind === 'verify' || forcedBy(job) !== null) return request;
  const hosts: RequestedHost[] = [];
  const refusals = [...request.refusals];
  for (const asked of request.hosts) {
    const { host, fingerprint } = asked;
    const lock = await personLockOn(bot.records, fingerprint, bot.clock.now());
    const next = job.kind === 'deploy' ? `/deploy ${host} --force --reason "why"` : `/unlock ${host}`;
    if (lock === null) hosts.push(asked);
    else refusals.push(lockedBy(host, lock, next));
  }
  return { ...request, hosts, refusals };
}

/** Written where everybody looks: a rule that was set aside is nobody's secret. */
export function forcedBy(job: RolloutJob): string | null {
  return job.kind === 'deploy' && job.flags.force ? job.flags.reason : null;
}
