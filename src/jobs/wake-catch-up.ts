import type { HostName } from '../core/names.ts';
import { readRecord } from '../rollout/change-record.ts';
import { hostPrefix, parseHostRecord } from '../rollout/host-record.ts';
import { hostRecord } from '../rollout/host-turns.ts';
import { askAgainAfter } from '../rollout/may-catch-up.ts';
import { placeOf, type Rollout } from '../rollout/rollout.ts';
import type { Bot } from './bot.ts';
import type { CatchUpJob } from './rollout-job.ts';
import { tellLater } from './tell-later.ts';

/** Puts a turn of asking into the queue, once. */
export async function wakeCatchUp(bot: Pick<Bot, 'queue'>, job: CatchUpJob, delayMs: number): Promise<void> {
  await bot.queue.add('catch-up', job, { id: `catch-up:${job.fingerprint}:${job.turn}`, delayMs });
}

/** A host that just ended offline in a rollout is asked again from now on, where it missed something that is merged. */
export async function askWhenBack(bot: Bot, rollout: Rollout, host: HostName): Promise<void> {
  const place = placeOf(rollout, host);
  if (place?.state.kind !== 'ended') return;
  const record = await readRecord(bot.records, hostRecord(place.fingerprint));
  const missed = record?.missed.find((one) => one.rollout === rollout.id);
  if (record === null || missed === undefined) return;
  await tellLater(bot, [rollout.id], host, { kind: 'waiting', why: null });
  const job = { fingerprint: place.fingerprint, turn: record.asked };
  await wakeCatchUp(bot, job, askAgainAfter(missed, bot.clock.now()));
}

/** All hosts that missed something are asked again, after a start: a store that was lost has lost the askers too. */
export async function sweepMissed(bot: Bot): Promise<void> {
  for (const key of await bot.records.keys(hostPrefix)) {
    const found = await bot.records.read(key);
    const record = found === null ? null : parseHostRecord(found.value);
    if (record === null || record.missed.length === 0) continue;
    // A turn of its own, which ends the asker that may be there already.
    const job: CatchUpJob = { fingerprint: record.fingerprint, turn: record.asked };
    await bot.queue.add('catch-up', job);
  }
}
