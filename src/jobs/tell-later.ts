import type { HostName } from '../core/names.ts';
import { placeOf } from '../rollout/rollout.ts';
import type { Later } from '../rollout/shapes.ts';
import type { Bot } from './bot.ts';
import { reportRollout } from './report-rollout.ts';

/** Writes into the reports in which a host was offline what became of it since. */
export async function tellLater(bot: Bot, rollouts: readonly string[], host: HostName, later: Later): Promise<void> {
  for (const id of rollouts) {
    // Asked at every turn, and told only where it is news: a report reads every host of its rollout.
    const known = await bot.rollouts.read(id);
    const told = known === null ? null : placeOf(known, host)?.later;
    if (JSON.stringify(told) === JSON.stringify(later)) continue;
    const { rollout } = await bot.rollouts.advance(id, [{ kind: 'later', host, later }], bot.clock.now());
    if (rollout !== null) await reportRollout(bot, id);
  }
}
