import type { Wakeup } from '../rollout/advance.ts';
import type { Bot } from './bot.ts';
import type { DeployJob } from './rollout-job.ts';

/** Puts deploys into their queue. A wake-up that is lost is made again by the sweep at the next start. */
export async function wakeDeploys(bot: Pick<Bot, 'queue'>, wake: readonly Wakeup[]): Promise<void> {
  for (const { rollout, host, id, delayMs } of wake) {
    const job: DeployJob = { rollout, host };
    await bot.queue.add('deploy', job, {
      ...(id === undefined ? {} : { id }),
      ...(delayMs === undefined ? {} : { delayMs }),
    });
  }
}
