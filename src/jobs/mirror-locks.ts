import type { FleetConfig } from '../config/fleet-config.ts';
import { fingerprintOf } from '../config/host-target.ts';
import type { Fingerprint, HostName } from '../core/names.ts';
import { type LockedHost, locksEnvironment, locksPayload } from '../rollout/locks-payload.ts';
import { personLockOn, putPersonLock } from '../rollout/person-lock.ts';
import type { Bot } from './bot.ts';
import type { RepositoryRef } from './forge.ts';
import { untilSettled } from './outbox-record.ts';
import { postingKeys } from './posting-keys.ts';

/** How long a store that dies with us waits until the forge knows of a lock. */
const mirrorMs = 60_000;

/** Tells the forge which hosts people keep as they are: `what` was just done, for whoever reads the environment's history. */
export async function mirrorLocks(
  bot: Bot,
  {
    repository,
    branch,
    config,
  }: { readonly repository: RepositoryRef; readonly branch: string; readonly config: FleetConfig },
  what: string,
): Promise<void> {
  const sha = await bot.forge.branchHead(repository, branch);
  if (sha === null) return;
  // Two who lock at once each read what they wrote; whoever puts last reads again, and so has seen both.
  for (let told = ''; ; ) {
    const payload = locksPayload(await locksIn(bot, config));
    if (JSON.stringify(payload) === told) break;
    told = JSON.stringify(payload);
    await bot.outbox.put(repository, postingKeys.locks, 'result', {
      kind: 'deployment',
      sha,
      environment: locksEnvironment,
      payload,
      state: payload.locks.length === 0 ? 'inactive' : 'success',
      description: what.slice(0, 140),
    });
  }
  if (!bot.durable) await untilSettled(bot, repository, { key: postingKeys.locks, withinMs: mirrorMs });
}

async function locksIn(bot: Pick<Bot, 'records' | 'clock'>, config: FleetConfig): Promise<readonly LockedHost[]> {
  const now = bot.clock.now();
  const found = await Promise.all(
    machinesIn(config).map(async ({ host, fingerprint }) => {
      const lock = await personLockOn(bot.records, fingerprint, now);
      return lock === null ? [] : [{ host, lock }];
    }),
  );
  return found.flat();
}

/** Puts locks back that the forge remembers, after a loss of the store; answers how many hosts. What is stored stands. */
export async function restoreLocks(
  bot: Pick<Bot, 'records' | 'clock'>,
  config: FleetConfig,
  locked: readonly LockedHost[],
): Promise<readonly HostName[]> {
  const now = bot.clock.now();
  const machines = new Map(machinesIn(config).map(({ host, fingerprint }) => [host, fingerprint]));
  const restored: HostName[] = [];
  for (const { host, lock } of locked) {
    const fingerprint = machines.get(host);
    const isOver = lock.until !== null && lock.until <= now;
    if (fingerprint === undefined || isOver || (await personLockOn(bot.records, fingerprint, now)) !== null) continue;
    await putPersonLock(bot.records, fingerprint, lock);
    restored.push(host);
  }
  return restored;
}

function machinesIn({ hosts }: FleetConfig): readonly { readonly host: HostName; readonly fingerprint: Fingerprint }[] {
  return (Object.entries(hosts) as [HostName, FleetConfig['hosts'][HostName]][]).flatMap(([host, configured]) => {
    const fingerprint = fingerprintOf(configured);
    return fingerprint === null ? [] : [{ host, fingerprint }];
  });
}
