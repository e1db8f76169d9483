import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => pause(ms, undefined, signal === undefined ? {} : { signal }),
};
