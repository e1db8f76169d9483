import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetBot } from './fleet-bot.ts';
import type { FleetHost } from './fleet-host.ts';

/**
 * What is not as it must be once a rollout is over, whatever its outcome: the host boots into what it runs, nothing
 * of ours runs on it, no system was activated more often than said, and nobody holds a lock. Empty is well.
 */
export async function atRest(
  { host, bot }: { readonly host: FleetHost; readonly bot: FleetBot },
  expected: { readonly running: string; readonly switches?: Readonly<Record<string, number>> },
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const must = (is: boolean, what: string) => void (is || wrong.push(`${host.name}: ${what}`));
  const { running, profile, bootDefault, switching, processes, scheduledShutdown, switches } = await host.snapshot();
  must(running === expected.running, `it runs ${running}`);
  must(profile === running, `the profile is ${profile}`);
  must(bootDefault === running, `it boots into ${bootDefault}`);
  must(!switching, 'it switches');
  must(processes.length === 0, `there still runs ${processes.join('; ')}`);
  must(scheduledShutdown === null, `a shutdown is scheduled: ${scheduledShutdown}`);
  for (const [system, times] of Object.entries(expected.switches ?? {})) {
    must(switches[system] === times, `${system} was switched to ${switches[system] ?? 0} times`);
  }
  return [...wrong, ...(await leftOfBot(bot))];
}

/** What the bot holds on to, once it had time to tell the forge: its outbox is paced. */
async function leftOfBot(bot: FleetBot): Promise<readonly string[]> {
  for (const end = Date.now() + 30_000; ; await sleep(100)) {
    const locks = await bot.locks();
    const open = bot.openDeployments();
    if (locks.length + open.length === 0) return [];
    if (Date.now() > end) return [`locks are held: ${locks.join(' ')}`, `deployments are open: ${open.join(' ')}`];
  }
}
