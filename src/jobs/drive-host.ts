import { type Refusal, refuse } from '../core/refusal.ts';
import { type HostName, shortSha } from '../core/names.ts';
import { driveDeploy, giveUpDeploy } from '../rollout/drive-deploy.ts';
import type { DriveDeps } from '../rollout/drive-deps.ts';
import { lockedBy, personLockOn } from '../rollout/person-lock.ts';
import { placeOf, type Rollout } from '../rollout/rollout.ts';
import type { Bot } from './bot.ts';
import { recordedHead } from './heads.ts';
import { untilSettled } from './outbox-record.ts';
import { overtaken } from './overtaken.ts';
import { postingKeys } from './posting-keys.ts';
import { reportDeploy, reportNeverBegun, reportRollout } from './report-rollout.ts';
import { deployJobShape } from './rollout-job.ts';
import { tellLater } from './tell-later.ts';
import { askWhenBack } from './wake-catch-up.ts';
import { wakeDeploys } from './wake-deploys.ts';

/** How long an activation waits for the forge to remember it, where nothing else does. The forge may be away for longer. */
const mirrorMs = 60_000;

/** Drives one host of a rollout as far as it goes, reports, and wakes whoever comes next. */
export async function driveHost(bot: Bot, payload: unknown, signal: AbortSignal): Promise<void> {
  const ref = deployJobShape.parse(payload);
  const driven = await driveDeploy(driveDepsOf(bot, ref.rollout), ref, signal);
  const rollout = await bot.rollouts.read(ref.rollout);
  // Also where somebody else ended it, who may have died before it was told. The end of all is told before the job is
  // done, so that a crash in between repeats the report and not the silence; before that the next step tells it too.
  if (rollout !== null && isOver(rollout, ref.host)) {
    // The comment before the mirror: a store that is lost in between finds the deploy open there, and tells it again.
    if (rollout.endedAt === null) bot.reports.soon(ref.rollout);
    else await reportRollout(bot, ref.rollout);
    await reportDeploy(bot, rollout, ref.host);
    if (rollout.endedAt !== null) {
      await reportNeverBegun(bot, rollout);
      await tellEnd(bot, rollout);
    }
  }
  if (rollout !== null) await seeToAbsent(bot, rollout, ref.host);
  await wakeDeploys(bot, driven.wake);
}

/** What was offline is asked again; and what was caught up is told where it was missed. Each may be done twice. */
async function seeToAbsent(bot: Bot, rollout: Rollout, host: HostName): Promise<void> {
  const state = placeOf(rollout, host)?.state;
  if (state?.kind !== 'ended') return;
  if (rollout.catchesUp.length > 0) {
    const later = { kind: 'ended', rollout: rollout.id, outcome: state.outcome } as const;
    await tellLater(bot, rollout.catchesUp, host, later);
  }
  await askWhenBack(bot, rollout, host);
}

/** Ends a deploy whose job broke again and again, so that its rollout does not wait for ever. */
export async function giveUpHost(bot: Bot, payload: unknown, detail: string): Promise<void> {
  const ref = deployJobShape.parse(payload);
  const driven = await giveUpDeploy(driveDepsOf(bot, ref.rollout), ref, detail);
  await reportRollout(bot, ref.rollout);
  const rollout = await bot.rollouts.read(ref.rollout);
  if (rollout !== null) await reportDeploy(bot, rollout, ref.host);
  await wakeDeploys(bot, driven.wake);
}

function isOver(rollout: Rollout, host: HostName): boolean {
  return placeOf(rollout, host)?.state.kind === 'ended';
}

function driveDepsOf(bot: Bot, id: string): DriveDeps {
  return {
    records: bot.records,
    rollouts: bot.rollouts,
    locks: bot.drive.locks,
    clock: bot.clock,
    machines: bot.drive.machines,
    async mayActivate(rollout, host) {
      const refusal =
        (await mayActivate(bot, rollout)) ??
        (await overtaken(bot, rollout, host)) ??
        (await lockedMeanwhile(bot, rollout, host));
      // From here on the host may run something else than before: what is mirrored must be as new as that.
      if (refusal !== null) return refusal;
      await reportDeploy(bot, rollout, host);
      // A store that dies with us would take that along, and a host that is half-way would look changed by hand.
      const posting = { key: postingKeys.deployment(rollout.id, host), withinMs: mirrorMs };
      if (!bot.durable) await untilSettled(bot, rollout.repository, posting);
      return null;
    },
    tell: bot.tell,
    onChange: () => bot.reports.soon(id),
    onOutput: () => {},
  };
}

/**
 * Whether a commit that was begun may still be activated, asked right before it is: the pull request of a `/deploy`
 * still has this head, or was merged. A push between the yes and the switch stops the switch.
 */
async function mayActivate(bot: Bot, { kind, cause, sha, repository }: Rollout): Promise<Refusal | null> {
  if (kind !== 'deploy' || cause.kind !== 'command' || sha === null) return null;
  const pullRequest = await bot.forge.pullRequest(repository, cause.issue);
  if (pullRequest.merged)
    return pullRequest.mergeCommit === sha || pullRequest.headSha === sha
      ? null
      : refuse('head-moved', { current: shortSha(pullRequest.headSha), shown: shortSha(sha) });
  if (!pullRequest.open) return refuse('pull-request-closed', { number: cause.issue });
  const head = await recordedHead(bot.records, repository.name, cause.issue);
  if (head?.sha === sha && pullRequest.headSha === sha) return null;
  return refuse('head-moved', { current: shortSha(pullRequest.headSha), shown: shortSha(sha) });
}

/** A lock that a person put on the host since the rollout began holds too; a reason that went past one still does. */
async function lockedMeanwhile(bot: Bot, rollout: Rollout, host: HostName): Promise<Refusal | null> {
  const { kind, cause } = rollout;
  if (kind === 'verify' || (cause.kind === 'command' && cause.forced !== null)) return null;
  const place = placeOf(rollout, host);
  const lock = place === null ? null : await personLockOn(bot.records, place.fingerprint, bot.clock.now());
  return lock === null ? null : lockedBy(host, lock, `/deploy ${host} --force --reason "why"`);
}

/** As long as the rollout itself is kept. */
const toldMs = 30 * 24 * 3600 * 1000;

/** Hosts that end at the same moment all see the rollout over; it is told once. */
async function tellEnd(bot: Bot, rollout: Rollout): Promise<void> {
  if (!(await bot.records.write(`told-end:${rollout.id}`, 0, true, { expireAfterMs: toldMs }))) return;
  const pr = rollout.cause.kind === 'merge' ? rollout.cause.pullRequest : rollout.cause.issue;
  const ends = Object.entries(rollout.hosts).map(
    ([host, { state }]) => `${host} ${state.kind === 'ended' ? state.outcome : state.kind}`,
  );
  bot.tell({ step: 'rollout-done', pr, ...(rollout.sha === null ? {} : { sha: rollout.sha }), text: ends.join(', ') });
}
