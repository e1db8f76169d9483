import { isRefusal, type Refusal } from '../core/refusal.ts';
import { renderRefusals } from '../report/refusals.ts';
import { hostsBeneath } from '../rollout/hosts-beneath.ts';
import { policyOf } from '../rollout/policy-of.ts';
import { startRollout } from '../rollout/start-rollout.ts';
import { waveOrderOf } from '../rollout/waves.ts';
import type { Bot } from './bot.ts';
import { gateRefusal } from './deploy-gate.ts';
import { closedNow, forcedBy, withoutLocked } from './may-begin.ts';
import { postingKeys } from './posting-keys.ts';
import { readFleet } from './read-fleet.ts';
import { reportPlaces, reportRollout } from './report-rollout.ts';
import { requestedHosts } from './requested-hosts.ts';
import { type RolloutJob, rolloutJobShape } from './rollout-job.ts';
import { tellLater } from './tell-later.ts';
import { causeOf, issueOf, reasonOf } from './told-job.ts';
import { wakeDeploys } from './wake-deploys.ts';

/** The story of a yes: read the fleet, find the hosts and what must be true of them afterwards, and begin the rollout. */
export async function beginRollout(bot: Bot, payload: unknown): Promise<void> {
  const job = rolloutJobShape.parse(payload);
  const fleet = await readFleet(bot.forge, job.repository);
  if (fleet.kind === 'no-fleet') return sayRefused(bot, job, [fleet.refusal]);
  if (job.kind === 'merge' && !fleet.config.deploy.on_merge) return;
  const closed = await closedNow(bot, job, fleet);
  if (closed !== null) return sayRefused(bot, job, [closed]);
  const barred = 'sha' in job ? await gateRefusal(bot, job, fleet) : null;
  if (barred !== null) return sayRefused(bot, job, [barred]);
  const asked = await requestedHosts(bot, job, fleet);
  const request = await withoutLocked(bot, job, asked);
  if (request.refusals.length > 0) await sayRefused(bot, job, request.refusals);
  if (request.hosts.length === 0) {
    if (request.refusals.length === 0)
      bot.tell({ step: 'nothing-to-deploy', pr: issueOf(job), text: 'the commit changes no host' });
    return;
  }
  const started = await startRollout(bot, {
    id: job.id,
    kind: job.kind === 'merge' || job.kind === 'catch-up' ? 'deploy' : job.kind,
    repository: job.repository,
    sha: request.sha ?? ('sha' in job ? job.sha : null),
    cause: causeOf(job),
    reason: reasonOf(job),
    catchesUp: job.kind === 'catch-up' ? job.catchesUp : [],
    policy: policyOf(fleet.config, { anytime: job.kind === 'verify' || forcedBy(job) !== null }),
    order: waveOrderOf(fleet.config, hostsBeneath(fleet.config, await bot.ground())),
    hosts: request.hosts,
  });
  if (isRefusal(started)) return sayRefused(bot, job, [started]);
  const names = Object.keys(started.rollout.hosts);
  bot.tell({
    step: 'rollout-begun',
    pr: issueOf(job),
    ...('sha' in job ? { sha: job.sha } : {}),
    text: `${reasonOf(job)}: ${names.join(', ')}`,
  });
  await reportRollout(bot, started.rollout.id);
  await reportPlaces(bot, started.rollout);
  for (const host of job.kind === 'catch-up' ? [job.host] : [])
    await tellLater(bot, started.rollout.catchesUp, host, { kind: 'begun', rollout: started.rollout.id });
  await wakeDeploys(bot, started.wake);
}

async function sayRefused(bot: Bot, job: RolloutJob, refusals: readonly Refusal[]): Promise<void> {
  const body = renderRefusals(refusals.map((refusal) => ({ refusal, typed: reasonOf(job) })));
  await bot.outbox.put(job.repository, postingKeys.refusedRollout(job.id), 'result', {
    kind: 'comment',
    issue: issueOf(job),
    body,
  });
  bot.tell({ step: 'refused', pr: issueOf(job), text: refusals.map(({ code }) => code).join(', ') });
}
