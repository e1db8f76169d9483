import type { CommitSha, HostName } from '../core/names.ts';
import { type Outcome, outcomeMeanings } from '../core/outcome.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { condemning } from './advance.ts';
import { mayMoveHeld } from './held.ts';
import type { HostRecord, Missed } from './host-record.ts';
import { type Opening, outsideWindow } from './opening.ts';
import { lockedBy, type PersonLock } from './person-lock.ts';
import { placesOf, type Rollout } from './rollout.ts';

/** What is known of a host that was offline before anybody is asked. */
export interface AskFacts {
  readonly missed: Missed;
  readonly record: HostRecord;
  /** The rollouts in which it was missed, as far as they are still remembered. */
  readonly rollouts: readonly Rollout[];
  readonly lock: PersonLock | null;
  readonly now: number;
}

/** What is known of one that answers again, once the forge was asked too. */
export interface CatchUpFacts extends AskFacts {
  /** The default branch contains what was missed. */
  readonly isMerged: boolean;
  /** What the host runs contains what was missed. */
  readonly isThere: boolean;
  /** Why the commit may not be brought to the host: it runs one that the commit does not contain. */
  readonly backwards: Refusal | null;
  /** The hosts of its group that are away, where as many are as may be. */
  readonly room: readonly HostName[] | null;
  readonly opening: Opening;
}

export type CatchUp =
  /** It may be brought there as soon as it answers. */
  | { readonly kind: 'ask' }
  /** Not now. `why`: what a person may do about it; null where it comes by itself. */
  | { readonly kind: 'wait'; readonly why: Refusal | null }
  /** Not any more. Null: it is there already, and nobody needs to be told. */
  | { readonly kind: 'leave'; readonly why: Refusal | null };

const dayMs = 24 * 3600 * 1000;
/** As long as its rollout is remembered. */
const longestMs = 30 * dayMs;

/**
 * Whether a host that was offline is to be asked at all. The forge is not asked for this: five hundred hosts that are
 * off would use up what it answers in an hour. Pure.
 */
export function mayAsk({ missed, record, rollouts, lock, now }: AskFacts): CatchUp {
  const { host, sha: merge } = missed;
  if (now - missed.since > longestMs) {
    const days = Math.floor(longestMs / dayMs);
    return { kind: 'leave', why: refuse('away-too-long', { host, merge, days }, `/deploy ${host}`) };
  }
  if (lock !== null) return { kind: 'wait', why: lockedBy(host, lock, `/unlock ${host}`) };
  // Whatever has the host, or will have it next, may bring more than what was missed.
  if (record.claim !== null || record.waiting.length > 0) return { kind: 'wait', why: null };
  if (rollouts.some(({ endedAt }) => endedAt === null)) return { kind: 'wait', why: null };
  return { kind: 'ask' };
}

/** Whether a host that answers again may be brought to the newest commit that it missed. Pure. */
export function mayCatchUp(facts: CatchUpFacts): CatchUp {
  const { missed, record, rollouts, opening } = facts;
  const { host, sha: merge } = missed;
  const leave = (why: Refusal | null): CatchUp => ({ kind: 'leave', why });
  if (facts.isThere) return leave(null);
  if (!facts.isMerged) return leave(refuse('commit-not-merged', { host, merge }));
  if (facts.backwards !== null) return leave(facts.backwards);
  if (!mayMoveHeld(record.held, { kind: 'deploy', named: false, touched: missed.touched }))
    return leave(refuse('host-held', { hosts: [host] }, `/deploy ${host}`));
  const failed = failedOn(rollouts, merge);
  if (failed !== null) return leave(refuse('commit-failed', { host, merge, hosts: failed }, `/deploy ${host}`));
  const asked = mayAsk(facts);
  if (asked.kind !== 'ask') return asked;
  if (facts.room !== null) {
    const reason = `as many hosts of its group are away as may be (${facts.room.join(', ')})`;
    return { kind: 'wait', why: refuse('host-not-ready', { host, reason }) };
  }
  if (opening.kind === 'closed') return { kind: 'wait', why: outsideWindow(opening, { waits: true }) };
  return { kind: 'ask' };
}

/** The hosts for which the commit is not taken to further ones, or null: a person stopped it, or it failed too often. */
function failedOn(rollouts: readonly Rollout[], sha: CommitSha): readonly string[] | null {
  const mine = rollouts.filter((rollout) => rollout.sha === sha);
  const bad = mine.flatMap((rollout) => placesOf(rollout).flatMap(([host, place]) => (isBad(place) ? [host] : [])));
  const byPerson = mine.some(({ stopped }) => stopped !== null && stopped.by !== null);
  const budget = Math.max(0, ...mine.map(({ policy }) => policy.failureBudget));
  return byPerson || bad.length > budget ? bad : null;
}

function isBad({ state, later }: Rollout['hosts'][keyof Rollout['hosts']]): boolean {
  const outcomes: Outcome[] = [
    ...(state.kind === 'ended' ? [state.outcome] : []),
    ...(later?.kind === 'ended' ? [later.outcome] : []),
  ];
  return outcomes.some((outcome) => condemning[outcome]);
}

/** Whether the commit ended well on some host already: then several hosts may be brought to it at once. */
export function isProven(rollouts: readonly Rollout[]): boolean {
  return rollouts.some((rollout) =>
    placesOf(rollout).some(
      ([, { state, later }]) =>
        (state.kind === 'ended' && outcomeMeanings[state.outcome].good) ||
        (later?.kind === 'ended' && outcomeMeanings[later.outcome].good),
    ),
  );
}

/** How long until a host is asked again: half as long as it is away, between half a minute and five. */
export function askAgainAfter(missed: Missed, now: number): number {
  return Math.min(300_000, Math.max(30_000, (now - missed.since) / 2));
}
