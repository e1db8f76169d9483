import { Redis, type RedisOptions } from 'ioredis';
import { Fault } from '../../core/fault.ts';
import type { RedisLog } from './redis-log.ts';

/** Where a Redis is. */
export type RedisAddress =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'socket'; readonly path: string };

/** An address from a `redis:`, `rediss:` or `unix:` URL. */
export function addressOf(url: string): RedisAddress {
  const parsed = new URL(url);
  return parsed.protocol === 'unix:'
    ? { kind: 'socket', path: decodeURIComponent(parsed.pathname) }
    : { kind: 'url', url };
}

/**
 * What a connection is for. `commands`: answered within ten seconds or failed, so that nobody hangs on a store that
 * is away. `worker`: may block, and waits for a store that is away, because a worker has nothing better to do.
 */
export type ConnectionUse = 'commands' | 'worker';

/** Opens a client that reconnects for ever and never crashes the process. */
export function connectTo(address: RedisAddress, use: ConnectionUse, log: RedisLog): Redis {
  const options = {
    // Null: commands wait for the connection instead of failing by a count of reconnects; time is what limits them.
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
    ...(use === 'commands' ? { commandTimeout: 10_000 } : {}),
  } satisfies RedisOptions;
  const client =
    address.kind === 'url' ? new Redis(address.url, options) : new Redis({ ...options, path: address.path });
  // A store that is away errors with every try; the first one and the return say it all.
  let away = false;
  client.on('error', (error: unknown) => {
    if (!away) log.warn({ err: error, use }, 'the store does not answer; trying again');
    away = true;
  });
  client.on('ready', () => {
    if (away) log.info({ use }, 'the store answers again');
    away = false;
  });
  return client;
}

/** Runs one use of the store; whatever goes wrong with it is the same fault to the caller. */
export async function asking<T>(stage: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new Fault('store-unavailable', stage, 'later', { cause: error, detail });
  }
}
