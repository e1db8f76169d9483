import type { Clock } from '../../src/core/clock.ts';
import type { Once } from '../../src/jobs/once.ts';

/** Claims in memory, held by the same laws as the real ones. */
export function memoryOnce(clock: Pick<Clock, 'now'> = { now: () => Date.now() }): Once {
  const claims = new Map<string, { readonly owner: string; readonly expiresAt: number }>();
  return {
    async claim(key, owner, ttlMs) {
      const held = claims.get(key);
      if (held !== undefined && held.expiresAt > clock.now() && held.owner !== owner) return false;
      claims.set(key, { owner, expiresAt: clock.now() + ttlMs });
      return true;
    },
  };
}
