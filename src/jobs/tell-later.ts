import type { HostName } from '../core/names.ts';
import type { Later } from '../rollout/shapes.ts';
import type { Bot } from './bot.ts';
import { reportRollout } from './report-rollout.ts';

/** Writes into the reports in which a host was offline what became of it since. */
export async function tellLater(bot: Bot, rollouts: readonly string[], host: HostName, later: Later): Promise<void> {
  for (const id of rollouts) {
    const { rollout } = await bot.rollouts.advance(id, [{ kind: 'later', host, later }], bot.clock.now());
    if (rollout !== null) await reportRollout(bot, id);
  }
}
