import type { Clock } from '../../src/core/clock.ts';

/**
 * A clock for many who sleep at once: time stands still while anybody works and then jumps to the next who wakes.
 * All that runs under it must wait by this clock or by promises only.
 */
export function virtualClock(start = Date.parse('2026-11-22T12:00:00Z')): Clock {
  let now = start;
  let order = 0;
  const sleepers: { at: number; order: number; wake: () => void }[] = [];
  let pumping = false;
  const pump = () => {
    pumping = false;
    sleepers.sort((a, b) => a.at - b.at || a.order - b.order);
    const first = sleepers.shift();
    if (first === undefined) return;
    now = Math.max(now, first.at);
    first.wake();
    wakeSoon();
  };
  const wakeSoon = () => {
    if (pumping) return;
    pumping = true;
    setImmediate(pump);
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const failed = () => reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
        if (signal?.aborted === true) return failed();
        const leave = () => {
          const index = sleepers.indexOf(sleeper);
          if (index !== -1) sleepers.splice(index, 1);
          failed();
        };
        const sleeper = {
          at: now + ms,
          order: (order += 1),
          wake: () => {
            signal?.removeEventListener('abort', leave);
            resolve();
          },
        };
        signal?.addEventListener('abort', leave, { once: true });
        sleepers.push(sleeper);
        wakeSoon();
      }),
  };
}
