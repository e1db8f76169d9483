import type { Clock } from '../../src/core/clock.ts';

/** A clock that a test moves. Sleeping moves it too, so nothing ever waits. */
export function stoppedClock(start = Date.parse('2026-11-22T12:00:00Z')): Clock & { advance(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    advance: (ms) => {
      now += ms;
    },
  };
}
