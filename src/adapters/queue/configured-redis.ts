import { Redis } from 'ioredis';
import { Fault } from '../../core/fault.ts';
import type { RedisAddress } from './redis-connection.ts';

const stage = 'opening REDIS_URL';
const answerWithinMs = 5_000;

/** What is known of an operator's Redis from its INFO. */
export interface JudgedRedis {
  readonly durable: boolean;
  readonly note: string;
}

/** Asks the operator's Redis whether it is fit. One that does not answer, or cannot be written to, is a fault. */
export async function openConfiguredRedis(address: RedisAddress): Promise<JudgedRedis> {
  const options = {
    lazyConnect: true,
    retryStrategy: () => null,
    enableReadyCheck: false,
    connectTimeout: answerWithinMs,
    commandTimeout: answerWithinMs,
  };
  const client =
    address.kind === 'url' ? new Redis(address.url, options) : new Redis({ ...options, path: address.path });
  let last: Error | undefined;
  client.on('error', (error: Error) => {
    last = error;
  });
  try {
    await client.connect();
    await client.ping();
    return judge(placeOf(address), await client.info());
  } catch (error) {
    if (error instanceof Fault) throw error;
    // ioredis rejects with "Connection is closed" and tells the reason in the event before.
    const cause = last ?? error;
    const said = cause instanceof Error ? cause.message : String(cause);
    // Redis names a refused login by these first words; its protocol has no numbers for it.
    const refused = /^(NOAUTH|WRONGPASS|NOPERM)|invalid (username-)?password/i.test(said);
    throw new Fault('store-unavailable', stage, refused ? 'never' : 'later', {
      cause,
      detail: `${placeOf(address)} ${refused ? 'refused the login' : 'does not answer'}: ${said}`,
    });
  } finally {
    client.disconnect();
  }
}

/** What its INFO says about using it. Pure; exported for its tests. */
export function judge(place: string, info: string): JudgedRedis {
  const facts = new Map(
    info.split(/\r?\n/).flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
    }),
  );
  const unfit = (why: string): Fault =>
    new Fault('store-unavailable', stage, 'never', { detail: `${place} is ${why}; name another in REDIS_URL` });
  if (facts.get('role') === 'slave') throw unfit('a read-only replica');
  if (facts.get('cluster_enabled') === '1') throw unfit('part of a Redis Cluster, whose scripts cannot span our keys');

  const notes: string[] = [];
  const policy = facts.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    notes.push(`its maxmemory-policy is ${policy}, under which waiting work may be thrown away: set noeviction`);
  }
  const durable = facts.get('aof_enabled') === '1';
  if (!durable) notes.push('it keeps no append-only file, so its crash loses the latest work: set appendonly yes');
  const note = `Work is kept in ${place}`;
  return { durable, note: notes.length === 0 ? `${note}.` : `${note}; ${notes.join('; ')}.` };
}

/** Where it is, for people: never with the password. */
function placeOf(address: RedisAddress): string {
  return address.kind === 'socket' ? address.path : new URL(address.url).host;
}
