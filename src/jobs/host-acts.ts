import type { HostAct } from '../commands/command.ts';
import { fingerprintOf } from '../config/host-target.ts';
import type { FleetConfig } from '../config/fleet-config.ts';
import { never } from '../core/bug.ts';
import type { Fingerprint, HostName } from '../core/names.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { renderFreed, renderLocked, renderLocks, renderUnlocked } from '../report/host-acts.ts';
import { renderRefusals } from '../report/refusals.ts';
import { changeRecord } from '../rollout/change-record.ts';
import { hostRecord } from '../rollout/host-turns.ts';
import { lockedBy, personLockOn, putPersonLock, takeOffPersonLock } from '../rollout/person-lock.ts';
import type { Bot } from './bot.ts';
import type { RepositoryRef } from './forge.ts';
import { mirrorLocks } from './mirror-locks.ts';
import { takeBack } from './take-back.ts';

export interface Asked {
  readonly config: FleetConfig;
  readonly repository: RepositoryRef;
  /** The default branch. */
  readonly branch: string;
  readonly issue: number;
  readonly by: string;
  /** As typed. */
  readonly typed: string;
}

/** Does what a person asks of hosts beside deploying them, at once, and answers with the words for it. */
export async function actOnHosts(bot: Bot, act: HostAct, asked: Asked): Promise<string> {
  switch (act.kind) {
    case 'lock':
      return lockHosts(bot, act, asked);
    case 'unlock':
      return unlockHosts(bot, act, asked);
    case 'locks': {
      const now = bot.clock.now();
      const found = await Promise.all(
        machinesOf(asked, act.hosts).map(async ({ host, fingerprint }) => {
          const lock = await personLockOn(bot.records, fingerprint, now);
          return lock === null ? [] : [{ host, lock }];
        }),
      );
      return renderLocks(found.flat());
    }
    case 'free':
      return freeHosts(bot, act.hosts, asked);
    case 'cancel':
    case 'stop':
      return takeBack(bot, act, { ...asked, repository: asked.repository.name });
    default:
      return never(act);
  }
}

function machinesOf({ config }: Asked, hosts: readonly HostName[]) {
  return hosts.flatMap((host): { readonly host: HostName; readonly fingerprint: Fingerprint }[] => {
    const configured = config.hosts[host];
    const fingerprint = configured === undefined ? null : fingerprintOf(configured);
    return fingerprint === null ? [] : [{ host, fingerprint }];
  });
}

/** What was done, and below it what was not. */
function answered(done: string | null, refusals: readonly Refusal[], { typed }: Asked): string {
  const refused = refusals.length === 0 ? [] : [renderRefusals(refusals.map((refusal) => ({ refusal, typed })))];
  return [...(done === null ? [] : [done]), ...refused].join('\n\n---\n\n');
}

async function lockHosts(bot: Bot, act: HostAct & { readonly kind: 'lock' }, asked: Asked): Promise<string> {
  const since = bot.clock.now();
  const { by } = asked;
  const lock = { by, reason: act.reason, since, until: act.forMs === null ? null : since + act.forMs };
  const locked: HostName[] = [];
  const refusals: Refusal[] = [];
  for (const { host, fingerprint } of machinesOf(asked, act.hosts)) {
    const held = await putPersonLock(bot.records, fingerprint, lock);
    if (held.by === by) locked.push(host);
    else refusals.push(lockedBy(host, held, `/unlock ${host} --force --reason "why"`));
  }
  if (locked.length > 0) await mirrorLocks(bot, asked, `${by} locked ${locked.join(', ')}: ${act.reason}`);
  return answered(locked.length === 0 ? null : renderLocked(locked, lock), refusals, asked);
}

async function unlockHosts(bot: Bot, act: HostAct & { readonly kind: 'unlock' }, asked: Asked): Promise<string> {
  const unlocked: Parameters<typeof renderUnlocked>[0][number][] = [];
  const refusals: Refusal[] = [];
  const whose = { by: act.flags.force ? null : asked.by, now: bot.clock.now() };
  for (const { host, fingerprint } of machinesOf(asked, act.hosts)) {
    const { lock, taken } = await takeOffPersonLock(bot.records, fingerprint, whose);
    if (lock !== null && taken) unlocked.push({ host, lock });
    else if (lock !== null) refusals.push(lockedBy(host, lock, `/unlock ${host} --force --reason "why"`));
  }
  if (unlocked.length === 0 && refusals.length === 0)
    refusals.push(refuse('not-locked', { hosts: act.hosts }, '/locks'));
  if (unlocked.length > 0)
    await mirrorLocks(bot, asked, `${asked.by} unlocked ${unlocked.map(({ host }) => host).join(', ')}`);
  const done = unlocked.length === 0 ? null : renderUnlocked(unlocked, { by: asked.by, reason: act.flags.reason });
  return answered(done, refusals, asked);
}

async function freeHosts(bot: Bot, hosts: readonly HostName[], asked: Asked): Promise<string> {
  const freed: HostName[] = [];
  for (const { host, fingerprint } of machinesOf(asked, hosts)) {
    const { before, after } = await changeRecord(bot.records, hostRecord(fingerprint), (record) =>
      record === null || record.held === null ? record : { ...record, held: null },
    );
    if (before !== after) freed.push(host);
  }
  const others = hosts.filter((host) => !freed.includes(host));
  const refusals = others.length === 0 ? [] : [refuse('not-held', { hosts: others }, '/status')];
  return answered(freed.length === 0 ? null : renderFreed(freed, asked.by), refusals, asked);
}
