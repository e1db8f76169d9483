import type { Wakeup } from '../rollout/wakeups.ts';
import type { Bot } from './bot.ts';
import type { DeployJob } from './rollout-job.ts';

/** Puts deploys into their queue. A wake-up that is lost is made again by the sweep at the next start. */
export async function wakeDeploys(bot: Pick<Bot, 'queue'>, wake: readonly Wakeup[]): Promise<void> {
  // Beside each other: two hundred hosts of one wave need not wait for as many round trips.
  await Promise.all(
    wake.map(({ rollout, host, id, delayMs }) => {
      const job: DeployJob = { rollout, host };
      return bot.queue.add('deploy', job, {
        ...(id === undefined ? {} : { id }),
        ...(delayMs === undefined ? {} : { delayMs }),
      });
    }),
  );
}
