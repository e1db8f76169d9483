import { attributeOf, fingerprintOf } from '../config/host-target.ts';
import { never } from '../core/bug.ts';
import type { HostName } from '../core/names.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { hostKey, parseHostRecord } from '../rollout/host-record.ts';
import { mannerOf } from '../rollout/manner-of.ts';
import { mayReboot } from '../rollout/may-reboot.ts';
import type { RequestedHost } from '../rollout/start-rollout.ts';
import type { Bot } from './bot.ts';
import { changeBetween } from './changed-between.ts';
import type { Meant } from './may-begin.ts';
import { onlyForward } from './only-forward.ts';
import type { Fleet } from './read-fleet.ts';
import type { RolloutJob } from './rollout-job.ts';

/** The hosts that a job is meant for, each with what must be true of it afterwards. */
export async function requestedHosts(bot: Bot, job: RolloutJob, fleet: Fleet): Promise<Meant> {
  switch (job.kind) {
    case 'verify':
    case 'rollback':
      return {
        hosts: job.hosts.flatMap((host) => requested(fleet, host, { named: true, touched: 'own', records: [] })),
        refusals: [],
      };
    case 'deploy': {
      const { mergeBase } = await bot.forge.compare(job.repository, fleet.sha, job.sha);
      const change = await changeBetween(bot, job, fleet, { base: mergeBase ?? fleet.sha, head: job.sha });
      const hosts = job.hosts.flatMap((host) =>
        requested(fleet, host, {
          named: job.named.includes(host),
          touched: change.touched.get(host) ?? 'shared',
          records: change.recordsOf(host),
          derived: change.derivedOf(host),
          adopt: job.flags.adopt,
        }),
      );
      return { hosts, refusals: [] };
    }
    case 'merge':
      return mergeRequest(bot, job, fleet);
    case 'reboot':
      return rebootRequest(bot, job, fleet);
    case 'catch-up':
      return { hosts: await caughtUpHost(bot, job, fleet), refusals: [] };
    default:
      return never(job);
  }
}

/** The host with what it missed; none where it is at the commit by now, or was brought elsewhere. */
async function caughtUpHost(
  bot: Bot,
  job: RolloutJob & { readonly kind: 'catch-up' },
  fleet: Fleet,
): Promise<readonly RequestedHost[]> {
  const [asked] = requested(fleet, job.host, { named: false, touched: 'shared', records: [] });
  const found = asked === undefined ? null : await bot.records.read(hostKey(asked.fingerprint));
  const missed = found === null ? [] : parseHostRecord(found.value).missed;
  const mine = missed.find(({ sha }) => sha === job.sha);
  if (asked === undefined || mine === undefined) return [];
  return [{ ...asked, touched: mine.touched, records: mine.records, derived: mine.derived }];
}

async function rebootRequest(bot: Bot, job: RolloutJob & { readonly kind: 'reboot' }, fleet: Fleet): Promise<Meant> {
  const [asked] = requested(fleet, job.host, { named: true, touched: 'own', records: [] });
  const found = asked === undefined ? null : await bot.records.read(hostKey(asked.fingerprint));
  const pending = mayReboot(job.host, found === null ? null : parseHostRecord(found.value).pending, job.commit);
  if (isRefusal(pending)) return { hosts: [], refusals: [pending] };
  return {
    hosts: asked === undefined ? [] : [asked],
    refusals: [],
    ...(pending.sha === null ? {} : { sha: pending.sha }),
  };
}

/**
 * Every host that the merge changes something for, and that it only brings forward. What it changes is what its pull
 * request changes: the event's base may be long behind the branch, and everything that was merged since would count too.
 */
async function mergeRequest(bot: Bot, job: RolloutJob & { readonly kind: 'merge' }, fleet: Fleet): Promise<Meant> {
  const { mergeBase } = await bot.forge.compare(job.repository, job.base, job.head);
  const change = await changeBetween(bot, job, fleet, { base: mergeBase ?? job.base, head: job.head });
  const hosts: RequestedHost[] = [];
  const refusals: Refusal[] = [];
  for (const [host, touched] of change.touched) {
    const [records, derived] = [change.recordsOf(host), change.derivedOf(host)];
    const asked = requested(fleet, host, { named: false, touched, records, derived });
    for (const one of asked) {
      const refusal = await onlyForward(bot, job, one);
      if (refusal === null) hosts.push(one);
      else refusals.push(refusal);
    }
  }
  return { hosts, refusals };
}

function requested(
  fleet: Fleet,
  host: HostName,
  {
    adopt = false,
    ...more
  }: Pick<RequestedHost, 'named' | 'touched' | 'records' | 'derived'> & { readonly adopt?: boolean },
): RequestedHost[] {
  const configured = fleet.config.hosts[host];
  const fingerprint = configured === undefined ? null : fingerprintOf(configured);
  if (fingerprint === null) return [];
  const manner = mannerOf(fleet.config, host, { adopt });
  return [{ host, fingerprint, attribute: attributeOf(fleet.config, host), manner, ...more }];
}
