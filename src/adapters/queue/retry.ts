import type { DefaultJobOptions } from 'bullmq';
import { Fault } from '../../core/fault.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** The longest pause that we choose ourselves: an outage that ends is noticed within it. */
const longestPause = 5 * minute;
/** What another side may ask us to wait. GitHub's primary limit resets within the hour. */
const longestAskedPause = day;

/**
 * Jobs of every queue. An id guards against a second run as long as its job is kept, so finished jobs are kept for
 * GitHub's own redelivery window of three days (docs, "Redelivering webhooks"); failed ones are evidence for a person.
 */
export const jobOptions: DefaultJobOptions = {
  // With pauses of five minutes this is more than three days: no outage is outlived by the job it met.
  attempts: 1_000,
  backoff: { type: 'growing' },
  removeOnComplete: { age: (3 * day) / second },
  removeOnFail: { age: (30 * day) / second },
  stackTraceLimit: 5,
};

/** The pause before the next attempt. `chance` in [0, 1) spreads jobs that failed together. */
export function pauseBefore(nextAttempt: number, error: unknown, chance: number): number {
  if (error instanceof Fault && error.retryAfterMs !== undefined) {
    // A little later than asked for, never earlier: an early request lengthens GitHub's secondary limits.
    const asked = Math.min(Math.max(error.retryAfterMs, 0), longestAskedPause);
    return Math.ceil(asked + chance * second);
  }
  const doublings = Math.min(Math.max(nextAttempt - 1, 0), 20);
  const pause = Math.min(second * 2 ** doublings, longestPause);
  return Math.ceil(pause * (0.75 + chance / 2));
}

/** Only a fault of the passing kind is worth a second try; everything else would fail the same way again. */
export function worthAnotherTry(error: unknown): boolean {
  return error instanceof Fault && error.retry === 'later';
}
