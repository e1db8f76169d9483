import { Fault } from '../core/fault.ts';
import type { Fingerprint } from '../core/names.ts';
import type { Missed } from '../rollout/host-record.ts';
import type { Bot } from './bot.ts';

/** Longer than a look takes; a worker that dies in it keeps nobody out for long. */
const lockMs = 30_000;

/**
 * Whether a host that was offline answers. One that answers and then refuses (another host key, no login) is as good as
 * back: its deploy says in full what is wrong with it.
 */
export async function answersAgain(
  bot: Pick<Bot, 'drive'>,
  { host, rollout, repository }: Missed,
  fingerprint: Fingerprint,
): Promise<boolean> {
  const acquired = await bot.drive.locks.acquire(fingerprint, {
    owner: `catch-up:${host}:${crypto.randomUUID()}`,
    reason: `asking whether ${host} is back`,
    expireAfterMs: lockMs,
  });
  // Whoever works on it will know more than a look.
  if (acquired.kind === 'taken') return false;
  try {
    const machine = await bot.drive.machines({ id: rollout, repository }).open(host, acquired.lock.token);
    try {
      await machine.look();
      return true;
    } finally {
      await machine.close();
    }
  } catch (error) {
    if (error instanceof Fault) return error.retry === 'never';
    throw error;
  } finally {
    await bot.drive.locks.release(acquired.lock);
  }
}
