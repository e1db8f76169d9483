import type { Clock } from '../../src/core/clock.ts';
import type { HostLock, HostLocks } from '../../src/rollout/host-lock.ts';

/** Host locks in memory, held by the same laws as the real ones. */
export function memoryHostLocks(clock: Pick<Clock, 'now'> = { now: () => Date.now() }): HostLocks {
  const locks = new Map<string, HostLock>();
  const tokens = new Map<string, number>();
  const current = (fingerprint: string): HostLock | undefined => {
    const lock = locks.get(fingerprint);
    return lock !== undefined && lock.expiresAt > clock.now() ? lock : undefined;
  };
  const isHeld = (lock: HostLock): boolean => {
    const now = current(lock.fingerprint);
    return now !== undefined && now.owner === lock.owner && now.token === lock.token;
  };
  return {
    async acquire(fingerprint, ask) {
      const taken = current(fingerprint);
      if (taken !== undefined) return { kind: 'taken', lock: taken };
      const now = clock.now();
      const token = Math.max((tokens.get(fingerprint) ?? 0) + 1, now);
      tokens.set(fingerprint, token);
      const lock: HostLock = {
        fingerprint,
        owner: ask.owner,
        reason: ask.reason,
        token,
        acquiredAt: now,
        expiresAt: now + ask.expireAfterMs,
      };
      locks.set(fingerprint, lock);
      return { kind: 'acquired', lock };
    },
    async renew(lock, expireAfterMs) {
      if (!isHeld(lock)) return null;
      const renewed = { ...lock, expiresAt: clock.now() + expireAfterMs };
      locks.set(lock.fingerprint, renewed);
      return renewed;
    },
    async release(lock) {
      if (isHeld(lock)) locks.delete(lock.fingerprint);
    },
    async inspect(fingerprint) {
      return current(fingerprint) ?? null;
    },
  };
}
