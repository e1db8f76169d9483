import { never } from '../core/bug.ts';
import type { CommitSha, HostName } from '../core/names.ts';
import type { Refusal } from '../core/refusal.ts';
import { openingAt, outsideWindow } from '../rollout/opening.ts';
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

/**
 * Outside the windows, and in a freeze, a merge waits; a person is told what to type, because something bad may have to
 * be taken back at any hour. Null: it is open, or nothing is moved.
 */
export async function closedNow(bot: Bot, job: RolloutJob, { config }: Fleet): Promise<Refusal | null> {
  if (job.kind === 'verify' || forcedBy(job) !== null) return null;
  const now = bot.clock.now();
  const opening = openingAt(config.deploy, now);
  if (opening.kind === 'open') return null;
  const { at } = opening;
  const waits = (job.kind === 'merge' || job.kind === 'catch-up') && at !== null;
  if (!waits) return outsideWindow(opening, { waits, next: forcedLine(job) });
  const delayMs = Math.min(at - now, longestWaitMs);
  await bot.queue.add('rollout', job, { id: `rollout:${job.repository.name}:${job.id}:${now + delayMs}`, delayMs });
  return outsideWindow(opening, { waits });
}

/** Without the hosts that a person locked; a reason goes past a lock, and is kept with the rollout. */
export async function withoutLocked(bot: Bot, job: RolloutJob, request: Meant): Promise<Meant> {
  if (job.kind === 'verify' || forcedBy(job) !== null) return request;
  const hosts: RequestedHost[] = [];
  const refusals = [...request.refusals];
  for (const asked of request.hosts) {
    const { host, fingerprint } = asked;
    const lock = await personLockOn(bot.records, fingerprint, bot.clock.now());
    const next = job.kind === 'merge' || job.kind === 'catch-up' ? `/unlock ${host}` : forcedLine(job, [host]);
    if (lock === null) hosts.push(asked);
    else refusals.push(lockedBy(host, lock, next));
  }
  return { ...request, hosts, refusals };
}

/** What a person types to go past a rule, for all hosts or for some. */
function forcedLine(job: RolloutJob, hosts?: readonly HostName[]): string {
  const reason = '--force --reason "why"';
  switch (job.kind) {
    case 'deploy':
      return `/deploy ${(hosts ?? job.hosts).join(' ')} ${reason}`;
    case 'verify':
    case 'rollback':
      return `/${job.kind} ${(hosts ?? job.hosts).join(' ')} ${reason}`;
    case 'reboot':
      return `/reboot ${job.host} @${job.commit.slice(0, 12)} ${reason}`;
    case 'merge':
    case 'catch-up':
      return `/deploy ${(hosts ?? ['all']).join(' ')} ${reason}`;
    default:
      return never(job);
  }
}

/** Written where everybody looks: a rule that was set aside is nobody's secret. */
export function forcedBy(job: RolloutJob): string | null {
  return 'flags' in job && job.flags.force ? job.flags.reason : null;
}
