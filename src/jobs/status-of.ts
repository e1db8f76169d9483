import type { FleetConfig } from '../config/fleet-config.ts';
import { fingerprintOf } from '../config/host-target.ts';
import type { HostName } from '../core/names.ts';
import { type HostStatus, renderStatus } from '../report/status.ts';
import { hostKey, type HostRecord, newHostRecord, parseHostRecord } from '../rollout/host-record.ts';
import { personLockOn } from '../rollout/person-lock.ts';
import type { Bot } from './bot.ts';

/** The answer to `/status`, from what is remembered of each machine. */
export async function statusOf(bot: Bot, config: FleetConfig, hosts: readonly HostName[]): Promise<string> {
  return renderStatus(await Promise.all(hosts.map((host) => hostStatus(bot, config, host))));
}

async function hostStatus(bot: Bot, config: FleetConfig, host: HostName): Promise<HostStatus> {
  const configured = config.hosts[host];
  const fingerprint = configured === undefined ? null : fingerprintOf(configured);
  if (fingerprint === null) {
    const nothing = {
      current: null,
      held: null,
      claimedBy: null,
      waiting: 0,
      locked: null,
      kept: null,
      pending: null,
      missed: null,
    };
    return { host, ...nothing };
  }
  const [found, lock, kept] = await Promise.all([
    bot.records.read(hostKey(fingerprint)),
    bot.drive.locks.inspect(fingerprint),
    personLockOn(bot.records, fingerprint, bot.clock.now()),
  ]);
  const record = found === null ? newHostRecord(fingerprint) : parseHostRecord(found.value);
  return {
    host,
    current: record.current,
    held: record.held === null ? null : { sha: record.held.sha, why: record.held.outcome },
    claimedBy: record.claim?.rollout ?? null,
    waiting: record.waiting.length,
    locked: lock === null ? null : { reason: lock.reason, expiresAt: lock.expiresAt },
    kept: kept === null ? null : { by: kept.by, reason: kept.reason, until: kept.until },
    missed: missedOf(record.missed),
    pending: record.pending === null ? null : { sha: record.pending.sha },
  };
}

function missedOf(missed: HostRecord['missed']): HostStatus['missed'] {
  const [first] = missed;
  const last = missed.at(-1);
  return first === undefined || last === undefined
    ? null
    : { sha: last.sha, since: first.since, offline: missed.some(({ away }) => away) };
}
