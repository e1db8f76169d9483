import { randomUUID } from 'node:crypto';
import type { Redis, Result } from 'ioredis';
import type { Records } from '../../core/records.ts';
import { asking } from './redis-connection.ts';
import { SeenValues } from './seen-values.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    fleetwrightWriteRecord(
      key: string,
      expected: string,
      value: string,
      expireAfterMs: string,
      ask: string,
    ): Result<number, Context>;
    fleetwrightReadNewer(key: string, ask: string): Result<1 | (string | null)[], Context>;
  }
}

/**
 * Compare-and-set in one step: a record is a hash of version and value, so that the comparison never reads the value.
 * A write without an expiry also takes an earlier one away; the record would otherwise vanish under its new owner.
 * ioredis sends a command again when the connection broke before its answer came: `ask` tells such a write that it was
 * the one that won, instead of calling it too late.
 */
const writeScript = `
local current = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
if current ~= tonumber(ARGV[1]) then
  if redis.call('HGET', KEYS[1], 'ask') == ARGV[4] then return 1 end
  return 0
end
redis.call('HSET', KEYS[1], 'version', string.format('%.0f', current + 1), 'value', ARGV[2], 'ask', ARGV[4])
if ARGV[3] == '' then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 1
`;

/** The record, or 1 where the write that was seen last still is the last. */
const readNewerScript = `
if redis.call('HGET', KEYS[1], 'ask') == ARGV[1] then return 1 end
return redis.call('HMGET', KEYS[1], 'version', 'value', 'ask')
`;

/** Records in Redis, every key under `<prefix>:record:`. */
export function redisRecords(client: Redis, prefix: string): Records {
  client.defineCommand('fleetwrightWriteRecord', { numberOfKeys: 1, lua: writeScript });
  client.defineCommand('fleetwrightReadNewer', { numberOfKeys: 1, lua: readNewerScript });
  const base = `${prefix}:record:`;
  const seen = new SeenValues();
  return {
    async read(key) {
      const last = seen.get(key);
      const answer = await asking('reading a record', () =>
        last === null
          ? client.hmget(base + key, 'version', 'value', 'ask')
          : client.fleetwrightReadNewer(base + key, last.ask),
      );
      if (answer === 1) return last === null ? null : { value: last.value, version: last.version };
      const [version, text, ask] = answer;
      if (typeof version !== 'string' || typeof text !== 'string') {
        seen.forget(key);
        return null;
      }
      const found = { value: JSON.parse(text) as unknown, version: Number(version) };
      seen.put(key, text.length, { ...found, ask: ask ?? '' });
      return found;
    },
    async write(key, expected, value, options = {}) {
      const text = JSON.stringify(value) ?? 'null';
      const expiry = options.expireAfterMs === undefined ? '' : String(Math.max(1, Math.ceil(options.expireAfterMs)));
      const ask = randomUUID();
      const written = await asking('writing a record', () =>
        client.fleetwrightWriteRecord(base + key, String(expected), text, expiry, ask),
      );
      if (written !== 1) return false;
      seen.put(key, text.length, { ask, version: expected + 1, value });
      return true;
    },
    async remove(key) {
      seen.forget(key);
      await asking('removing a record', () => client.del(base + key));
    },
    async keys(keyPrefix) {
      // SCAN may name a key twice, and it walks the whole store: this is for rare sweeps, not for a hot path.
      const found = new Set<string>();
      let cursor = '0';
      do {
        const [next, page] = await asking('listing records', () =>
          client.scan(cursor, 'MATCH', `${literally(base + keyPrefix)}*`, 'COUNT', 500),
        );
        for (const key of page) found.add(key.slice(base.length));
        cursor = next;
      } while (cursor !== '0');
      return [...found];
    },
  };
}

/** A text as a glob pattern that matches only itself (redis/src/util.c, stringmatchlen). */
export function literally(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&');
}
