import { randomUUID } from 'node:crypto';
import type { Redis, Result } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { Fingerprint } from '../../core/names.ts';
import type { HostLock, HostLocks } from '../../rollout/host-lock.ts';
import { asking } from './redis-connection.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    fleetwrightLockHost(
      lock: string,
      token: string,
      owner: string,
      reason: string,
      expireAfterMs: string,
      ask: string,
    ): Result<unknown, Context>;
    fleetwrightRenewHost(lock: string, owner: string, token: string, expireAfterMs: string): Result<number, Context>;
    fleetwrightReleaseHost(lock: string, owner: string, token: string): Result<number, Context>;
    fleetwrightInspectHost(lock: string): Result<unknown, Context>;
  }
}

const found = `
local function found(key)
  local held = redis.call('HMGET', key, 'owner', 'reason', 'token', 'acquiredAt')
  if not held[1] then return false end
  return { held[1], held[2], held[3], held[4], redis.call('PTTL', key) }
end
`;

/**
 * The token's own key never expires, and the store's clock is its floor: after a loss of the store the hosts still
 * remember tokens that it does not. `ask` is for a command that ioredis sends again after a broken connection, which must
 * not find its own lock taken. Lua's numbers are doubles, whole up to 2^53; formatting them keeps every digit.
 */
const acquireScript = `${found}
local held = found(KEYS[1])
if held then
  if redis.call('HGET', KEYS[1], 'ask') == ARGV[4] then return { 'acquired', unpack(held) } end
  return { 'taken', unpack(held) }
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local token = string.format('%.0f', math.max(tonumber(redis.call('GET', KEYS[2]) or '0') + 1, now))
redis.call('SET', KEYS[2], token)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'reason', ARGV[2], 'token', token, 'acquiredAt', string.format('%.0f', now), 'ask', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { 'acquired', unpack(found(KEYS[1])) }
`;

const isOurs = `
local held = redis.call('HMGET', KEYS[1], 'owner', 'token')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 0 end
`;
const renewScript = `${isOurs} return redis.call('PEXPIRE', KEYS[1], ARGV[3])`;
const releaseScript = `${isOurs} return redis.call('DEL', KEYS[1])`;
const inspectScript = `${found} return found(KEYS[1])`;

const held = z.tuple([z.string(), z.string(), z.coerce.number(), z.coerce.number(), z.number()]);
const acquired = z.tuple([z.enum(['acquired', 'taken'])]).rest(z.unknown());

/** Locks on machines in Redis, under `<prefix>:host-lock:`, and their tokens under `<prefix>:host-token:`. */
export function redisHostLocks(client: Redis, prefix: string, clock: Pick<Clock, 'now'>): HostLocks {
  client.defineCommand('fleetwrightLockHost', { numberOfKeys: 2, lua: acquireScript });
  client.defineCommand('fleetwrightRenewHost', { numberOfKeys: 1, lua: renewScript });
  client.defineCommand('fleetwrightReleaseHost', { numberOfKeys: 1, lua: releaseScript });
  client.defineCommand('fleetwrightInspectHost', { numberOfKeys: 1, lua: inspectScript });
  const lockKey = (fingerprint: Fingerprint): string => `${prefix}:host-lock:${fingerprint}`;
  return {
    async acquire(fingerprint, ask) {
      const sentAt = clock.now();
      const expiry = milliseconds(ask.expireAfterMs);
      const answer = await asking('locking a host', () =>
        client.fleetwrightLockHost(
          lockKey(fingerprint),
          `${prefix}:host-token:${fingerprint}`,
          ask.owner,
          ask.reason,
          expiry,
          randomUUID(),
        ),
      );
      const [kind, ...rest] = acquired.parse(answer);
      const lock = lockFrom(fingerprint, rest, clock.now());
      // Counted from before we asked: the holder must believe in its lock for less time than the store does.
      return kind === 'taken' ? { kind, lock } : { kind, lock: { ...lock, expiresAt: sentAt + Number(expiry) } };
    },
    async renew(lock, expireAfterMs) {
      const sentAt = clock.now();
      const expiry = milliseconds(expireAfterMs);
      const renewed = await asking('renewing the lock of a host', () =>
        client.fleetwrightRenewHost(lockKey(lock.fingerprint), lock.owner, String(lock.token), expiry),
      );
      return renewed === 1 ? { ...lock, expiresAt: sentAt + Number(expiry) } : null;
    },
    async release(lock) {
      await asking('releasing a host', () =>
        client.fleetwrightReleaseHost(lockKey(lock.fingerprint), lock.owner, String(lock.token)),
      );
    },
    async inspect(fingerprint) {
      const answer = await asking('looking at the lock of a host', () =>
        client.fleetwrightInspectHost(lockKey(fingerprint)),
      );
      return answer === null ? null : lockFrom(fingerprint, answer, clock.now());
    },
  };
}

/** What is left of a lock is told by the store as a span and put on our clock, so that two clocks never meet. */
function lockFrom(fingerprint: Fingerprint, answer: unknown, now: number): HostLock {
  const [owner, reason, token, acquiredAt, left] = held.parse(answer);
  return { fingerprint, owner, reason, token, acquiredAt, expiresAt: now + left };
}

/** PEXPIRE takes whole numbers, and 0 or less would remove the lock at once. */
function milliseconds(span: number): string {
  return String(Math.max(1, Math.ceil(span)));
}
