import type { Fingerprint } from '../core/names.ts';

/** The right to act on one machine, for as long as its holder keeps renewing it. */
export interface HostLock {
  readonly fingerprint: Fingerprint;
  /** Who holds it: one drive of one deploy. Two drives of the same deploy are two owners. */
  readonly owner: string;
  /** What for, in words that a person may be shown. */
  readonly reason: string;
  /**
   * Greater than every token that was ever given for this fingerprint. The host remembers the highest that it saw and
   * refuses lower ones, so a holder that slept through its expiry is stopped there, even when the store cannot stop it.
   */
  readonly token: number;
  /** Milliseconds since the epoch. */
  readonly acquiredAt: number;
  readonly expiresAt: number;
}

export type Acquired =
  | { readonly kind: 'acquired'; readonly lock: HostLock }
  /** Somebody holds it, perhaps a worker that died: it is free at `lock.expiresAt` at the latest, unless it is renewed. */
  | { readonly kind: 'taken'; readonly lock: HostLock };

/**
 * Locks on machines. The key is the fingerprint of the host key, because two names may be one machine.
 *
 * The token must grow even when the store lost all that it held, because the hosts remember what it forgot:
 * a new token is at least the present time in milliseconds, and at least the last one plus one.
 * Every method may throw a `Fault` (`store-unavailable`); a holder that cannot renew must stop before `expiresAt`.
 */
export interface HostLocks {
  /** Never waits. Asking again with the same owner is answered `taken` too: an owner knows what it holds. */
  acquire(
    fingerprint: Fingerprint,
    ask: { readonly owner: string; readonly reason: string; readonly expireAfterMs: number },
  ): Promise<Acquired>;
  /** The heartbeat. Null: the lock expired or went to another, and nothing may be done under it any more. */
  renew(lock: HostLock, expireAfterMs: number): Promise<HostLock | null>;
  /** Does nothing unless this very lock (owner and token) still is the one that holds. */
  release(lock: HostLock): Promise<void>;
  /** The lock that holds now, or null. An expired one is not shown. */
  inspect(fingerprint: Fingerprint): Promise<HostLock | null>;
}
