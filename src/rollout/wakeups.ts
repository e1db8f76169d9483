import type { HostName } from '../core/names.ts';
import { placeOf, placesOf, type Rollout } from './rollout.ts';

/** Work that is to be put into the deploy queue. */
export interface Wakeup {
  readonly rollout: string;
  readonly host: HostName;
  /** The first wake-up of a deploy has a name of its own, so asking for it again adds nothing. Later ones have none. */
  readonly id?: string;
  readonly delayMs?: number;
}

/**
 * The hosts that began between two states; with null before, all that run: for a start after a crash. Where hosts wait
 * for a window, one of them is woken when it opens.
 */
export function wakeups(before: Rollout | null, after: Rollout, at: number): readonly Wakeup[] {
  return [...begunSince(before, after), ...atNextWindow(before, after, at)];
}

/** The longest that a queue is trusted with one wait; whoever wakes earlier waits again. */
const longestWaitMs = 7 * 24 * 3600 * 1000;

function atNextWindow(before: Rollout | null, after: Rollout, at: number): readonly Wakeup[] {
  const [first] = placesOf(after).filter(([, { state }]) => state.kind === 'waiting');
  if (after.endedAt !== null || after.waits === null || first === undefined || before?.waits === after.waits) return [];
  const delayMs = Math.max(1000, Math.min((after.waits.until ?? Infinity) - at, longestWaitMs));
  return [{ rollout: after.id, host: first[0], delayMs }];
}

function begunSince(before: Rollout | null, after: Rollout): readonly Wakeup[] {
  return placesOf(after)
    .filter(
      ([host, { state }]) =>
        state.kind === 'begun' && (before === null || placeOf(before, host)?.state.kind !== 'begun'),
    )
    .map(([host]) =>
      before === null ? { rollout: after.id, host } : { rollout: after.id, host, id: `deploy:${after.id}:${host}` },
    );
}
