import { openRedis } from '../adapters/queue/open-redis.ts';
import { redisPrefix } from '../adapters/queue/redis-prefix.ts';
import { redisRecords } from '../adapters/queue/redis-records.ts';
import type { FleetConfig } from '../config/fleet-config.ts';
import { fingerprintOf } from '../config/host-target.ts';
import { type HostName, shortSha } from '../core/names.ts';
import type { Records } from '../core/records.ts';
import type { Standing } from '../host/doctor/judge-standing.ts';
import { hostKey, parseHostRecord } from '../rollout/host-record.ts';
import { personLockOn } from '../rollout/person-lock.ts';

/** What the bot remembers of the hosts, read from the Redis that it works with; nothing is written there. */
export async function standingsIn(
  url: string,
  hosts: FleetConfig['hosts'],
  now: number,
): Promise<ReadonlyMap<HostName, Standing>> {
  const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
  const redis = await openRedis({ url, kind: 'auto', stateFolder: '', programFolders: [] }, silent);
  try {
    const records = redisRecords(redis.connect('commands'), redisPrefix);
    const found = await Promise.all(
      (Object.keys(hosts) as HostName[]).map(
        async (host) => [host, await standingOf(records, hosts[host], now)] as const,
      ),
    );
    return new Map(found.flatMap(([host, standing]) => (standing === null ? [] : [[host, standing] as const])));
  } finally {
    await redis.close();
  }
}

/** Null where the host is known by no key, and so nothing can be remembered of it. */
export async function standingOf(
  records: Records,
  config: FleetConfig['hosts'][HostName] | undefined,
  now: number,
): Promise<Standing | null> {
  const fingerprint = config === undefined ? null : fingerprintOf(config);
  if (fingerprint === null) return null;
  const [found, lock] = await Promise.all([
    records.read(hostKey(fingerprint)),
    personLockOn(records, fingerprint, now),
  ]);
  const record = found === null ? null : parseHostRecord(found.value);
  const { held = null, pending = null } = record ?? {};
  const commit = (sha: Parameters<typeof shortSha>[0] | null) => (sha === null ? null : shortSha(sha));
  return {
    held: held === null ? null : { outcome: held.outcome, commit: commit(held.sha), since: held.since },
    locked: lock === null ? null : { by: lock.by, reason: lock.reason, until: lock.until },
    pending: pending === null ? null : { commit: commit(pending.sha) },
  };
}
