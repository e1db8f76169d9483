import type { HostName } from '../core/names.ts';
import type { Outcome } from '../core/outcome.ts';
import { type Wakeup, wakeups } from './wakeups.ts';
import { changeRecord, readRecord } from './change-record.ts';
import type { Answer } from './deploy-answer.ts';
import { next } from './next-step.ts';
import { type Deploy, newDeploy } from './deploy.ts';
import { phaseOf } from './deploy-changes.ts';
import { deployRecord, type DriveDeps } from './drive-deps.ts';
import { driveLocked, type Left } from './drive-locked.ts';
import type { Turn } from './host-claims.ts';
import { giveBack, takeTurn } from './host-turns.ts';
import { lockMs } from './lock-heartbeat.ts';
import { placeOf, type Rollout } from './rollout.ts';
import { leaveSeats, type Seated, takeSeats } from './seats.ts';
import { toldStep } from './told-step.ts';

/** How far a drive came, and whom to wake. The wake-ups are put into the queue before the job counts as done. */
export type Driven = { readonly wake: readonly Wakeup[] } & (
  | { readonly kind: 'ended'; readonly outcome: Outcome }
  /** Nothing to do: there is no such deploy, its time has not come, or it is over. */
  | { readonly kind: 'nothing' }
  /** Another rollout has the host. */
  | { readonly kind: 'queued'; readonly behind: string; readonly position: number }
  /** Another drive works on it, or died and its lock runs out soon. */
  | { readonly kind: 'locked' }
  /** Left in the middle; whoever comes next looks at the host and goes on. */
  | { readonly kind: 'left'; readonly why: Left }
);

/** Names one deploy. */
export interface DeployRef {
  readonly rollout: string;
  readonly host: HostName;
}

/** A queued deploy is woken by the end of the one before it; this is for the case that nobody could wake it. */
const queuedMs = 30_000;

/**
 * Drives one deploy as far as it goes. Any number of workers may be asked for the same one, at any time and again:
 * one of them works, under the host's lock, and every step that it takes is stored before the next begins.
 */
export async function driveDeploy(deps: DriveDeps, ref: DeployRef, stop: AbortSignal): Promise<Driven> {
  const rollout = await deps.rollouts.read(ref.rollout);
  if (rollout === null) return { kind: 'nothing', wake: [] };
  const place = placeOf(rollout, ref.host);
  // It waits for a window, which may be open now.
  if (place?.state.kind === 'waiting') {
    const at = deps.clock.now();
    const { rollout: now } = await deps.rollouts.advance(rollout.id, [], at);
    return { kind: 'nothing', wake: now === null ? [] : wakeups({ ...rollout, waits: null }, now, at) };
  }
  // Told again after its end: whoever ended it may have died before it woke the next ones.
  if (place?.state.kind !== 'begun') {
    const nobody = { ...rollout, hosts: {}, waits: null };
    return { kind: 'nothing', wake: wakeups(nobody, rollout, deps.clock.now()) };
  }
  const stored = await readRecord(deps.records, deployRecord(ref.rollout, ref.host));
  const deploy = stored ?? newDeploy(rollout, ref.host, deps.clock.now());
  if (deploy.outcome !== null) return finish(deps, deploy, deploy.outcome);
  const turn = await takeTurn(deps, deploy);
  if (turn.kind === 'later') return waitForTurn(deps, rollout, ref, turn);
  const seated = await takeSeats(deps, rollout, ref.host, { must: phaseOf(deploy) !== 'before' });
  if (seated.kind === 'later') return waitForTurn(deps, rollout, ref, seated);
  if (seated.kind === 'none') return endNow(deps, rollout, ref, { kind: 'no-room', reason: seated.reason });
  const acquired = await deps.locks.acquire(place.fingerprint, {
    owner: `${ref.rollout}:${ref.host}:${crypto.randomUUID()}`,
    reason: `${rollout.kind} ${rollout.id} of ${ref.host}`,
    expireAfterMs: lockMs,
  });
  if (acquired.kind === 'taken') {
    const delayMs = Math.max(1000, acquired.lock.expiresAt - deps.clock.now() + 500);
    return { kind: 'locked', wake: [{ ...ref, delayMs }] };
  }
  const driven = await driveLocked(deps, {
    rollout,
    host: ref.host,
    lock: acquired.lock,
    remembered: turn.record,
    stop,
  });
  if (driven.kind === 'ended' && driven.deploy.outcome !== null)
    return finish(deps, driven.deploy, driven.deploy.outcome);
  const why = driven.kind === 'left' ? driven.why : 'stopping';
  // Whoever has it now goes on with it; if that one dies too, this finds it.
  return { kind: 'left', why, wake: [{ ...ref, delayMs: why === 'stopping' ? 0 : lockMs }] };
}

/**
 * Ends a deploy whose work broke again and again, so that its rollout does not wait for ever. What the host runs is
 * not guessed: it ends `refused` where nothing was activated, else `unknown`.
 */
export async function giveUpDeploy(deps: DriveDeps, ref: DeployRef, detail: string): Promise<Driven> {
  const rollout = await deps.rollouts.read(ref.rollout);
  if (rollout === null || placeOf(rollout, ref.host)?.state.kind !== 'begun') return { kind: 'nothing', wake: [] };
  return endNow(deps, rollout, ref, { kind: 'gave-up', detail });
}

async function waitForTurn(
  deps: DriveDeps,
  rollout: Rollout,
  ref: DeployRef,
  { behind: ahead, position }: Extract<Turn | Seated, { readonly kind: 'later' }>,
): Promise<Driven> {
  if (rollout.cancelled?.hosts.includes(ref.host) === true)
    return endNow(deps, rollout, ref, { kind: 'cancelled', by: rollout.cancelled.by });
  const behind = typeof ahead === 'string' ? ahead : ahead.rollout;
  const queued = { behind, position };
  const { before, after } = await changeRecord(deps.records, deployRecord(ref.rollout, ref.host), (stored) => {
    const deploy = stored ?? newDeploy(rollout, ref.host, deps.clock.now());
    const same = deploy.queued?.behind === queued.behind && deploy.queued.position === position;
    return same || deploy.outcome !== null ? stored : { ...deploy, queued };
  });
  if (after !== null && after !== before) deps.onChange(rollout, after);
  return { kind: 'queued', ...queued, wake: [{ ...ref, delayMs: queuedMs }] };
}

/** Ends a deploy that nobody works on. A drive that does after all finds its record changed, and leaves. */
async function endNow(deps: DriveDeps, rollout: Rollout, ref: DeployRef, answer: Answer): Promise<Driven> {
  const at = deps.clock.now();
  const { after } = await changeRecord(deps.records, deployRecord(ref.rollout, ref.host), (stored) =>
    next({ ...(stored ?? newDeploy(rollout, ref.host, at)), queued: null }, answer, at),
  );
  // Too late to be taken back: it goes on when its turn comes.
  if (after === null || after.outcome === null) return { kind: 'nothing', wake: [{ ...ref, delayMs: queuedMs }] };
  deps.tell(toldStep(rollout, after));
  deps.onChange(rollout, after);
  return finish(deps, after, after.outcome);
}

/** The end is stored; now the host is given back and the rollout goes on. Each part may be done twice. */
async function finish(deps: DriveDeps, deploy: Deploy, outcome: Outcome): Promise<Driven> {
  const waiting = await giveBack(deps, deploy);
  const fact = { kind: 'ended', host: deploy.host, outcome, reason: deploy.reason } as const;
  const { rollout, wake } = await deps.rollouts.advance(deploy.rollout, [fact], deps.clock.now());
  const seats = rollout === null ? [] : await leaveSeats(deps, rollout, deploy.host);
  const turn = waiting === null ? [] : [{ rollout: waiting.rollout, host: waiting.host }];
  return { kind: 'ended', outcome, wake: [...wake, ...turn, ...seats] };
}
