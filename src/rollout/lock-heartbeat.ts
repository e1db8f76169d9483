import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { HostLock, HostLocks } from './host-lock.ts';

/** How long a lock lives without a heartbeat, and so how long the host waits after its worker was killed. */
export const lockMs = 30_000;

export interface Heartbeat {
  /** Whether the lock certainly still is ours. Asked before everything that is done under it. */
  holds(): boolean;
  /** Stops the beat and gives the lock back. */
  release(): Promise<void>;
}

/**
 * Keeps a lock alive. `onLost` is called once, when the lock went to another or could not be renewed in time;
 * a process that was paused finds out by `holds`, before its late timers do.
 */
export function keepLock(
  deps: { readonly locks: HostLocks; readonly clock: Clock },
  first: HostLock,
  on: { readonly lost: () => void; readonly beat: () => Promise<void> },
): Heartbeat {
  const { locks, clock } = deps;
  const stop = new AbortController();
  let lock = first;
  let lost = false;
  const holds = () => !lost && clock.now() < lock.expiresAt;
  const beating = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(lockMs / 3, stop.signal).catch(() => {});
      if (stop.signal.aborted) return;
      const renewed = await renew(locks, lock);
      if (renewed === 'unanswered' && holds()) continue;
      if (renewed === 'unanswered' || renewed === null) {
        lost = true;
        on.lost();
        return;
      }
      lock = renewed;
      await on.beat();
    }
  })();
  // What breaks in the beat is a bug; it is told when the lock is given back, and until then the lock runs out.
  beating.catch(() => {});
  return {
    holds,
    async release() {
      stop.abort();
      await beating;
      // A lock that is not given back is free when it expires; the deploy's end must not wait for that.
      if (!lost) await locks.release(lock).catch(ignoreFault);
    },
  };
}

async function renew(locks: HostLocks, lock: HostLock): Promise<HostLock | null | 'unanswered'> {
  try {
    return await locks.renew(lock, lockMs);
  } catch (error) {
    ignoreFault(error);
    return 'unanswered';
  }
}

function ignoreFault(error: unknown): void {
  if (!(error instanceof Fault)) throw error;
}
