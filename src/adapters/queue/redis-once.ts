import type { Redis, Result } from 'ioredis';
import type { Once } from '../../jobs/once.ts';
import { asking } from './redis-connection.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    fleetwrightClaim(key: string, owner: string, ttlMs: string): Result<number, Context>;
  }
}

/** Asked and taken in one step, so that of two owners at the same moment one is first. */
const claimScript = `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** Claims in Redis, every key under `<prefix>:once:`. */
export function redisOnce(client: Redis, prefix: string): Once {
  client.defineCommand('fleetwrightClaim', { numberOfKeys: 1, lua: claimScript });
  return {
    async claim(key, owner, ttlMs) {
      const ttl = String(Math.max(1, Math.ceil(ttlMs)));
      const claimed = await asking('claiming an effect', () =>
        client.fleetwrightClaim(`${prefix}:once:${key}`, owner, ttl),
      );
      return claimed === 1;
    },
  };
}
