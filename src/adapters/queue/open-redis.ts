import type { Redis } from 'ioredis';
import { openConfiguredRedis } from './configured-redis.ts';
import { startEmbeddedValkey } from './embedded-valkey.ts';
import { findRedisProgram } from './find-redis-program.ts';
import { openPrivateRedis } from './private-redis.ts';
import { addressOf, type ConnectionUse, connectTo, type RedisAddress } from './redis-connection.ts';
import type { RedisLog } from './redis-log.ts';

/** What decides which Redis is used: the operator's settings, as values. */
export interface RedisSettings {
  /** `redis:`, `rediss:` or `unix:`. Given, it is used and nothing is started. */
  readonly url?: string | undefined;
  /** Which kind to start where there is no URL. `auto`: a child where a program for it is found, else embedded. */
  readonly kind: 'auto' | 'child' | 'embedded';
  readonly stateFolder: string;
  readonly programFolders: readonly string[];
}

/** A Redis that answers, of one of three kinds. */
export interface OpenRedis {
  readonly kind: 'configured' | 'child' | 'embedded';
  /** What was added survives a crash of every process of ours. */
  readonly durable: boolean;
  /** What an operator should know, once, at the start. */
  readonly note: string;
  readonly address: RedisAddress;
  /** A new client. Whoever asks for it closes it; `close` cuts what is left. */
  connect(use: ConnectionUse): Redis;
  close(): Promise<void>;
}

/** Opens the Redis that the settings ask for. Throws a `Fault` where it cannot be had. */
export async function openRedis(settings: RedisSettings, log: RedisLog): Promise<OpenRedis> {
  if (settings.url !== undefined) {
    const address = addressOf(settings.url);
    const judged = await openConfiguredRedis(address);
    return opened({ kind: 'configured', ...judged, address, close: async () => {} }, log);
  }
  if (settings.kind !== 'embedded') {
    const program = await findRedisProgram(settings.programFolders, settings.kind === 'child');
    if (program !== null) {
      const child = await openPrivateRedis({ program, stateFolder: settings.stateFolder, log });
      return opened(
        {
          kind: 'child',
          durable: true,
          note: `Work is kept by a private ${program} in ${settings.stateFolder}/redis, on disk before it is acknowledged.`,
          address: { kind: 'socket', path: child.socketPath },
          close: () => child.close(),
        },
        log,
      );
    }
  }
  const embedded = await startEmbeddedValkey((error) => {
    log.error({ err: error }, 'the embedded store broke; restart the program: its work is read again from the forge');
  });
  return opened(
    {
      kind: 'embedded',
      durable: false,
      note:
        'Work is kept in the memory of this process only (no REDIS_URL, and no redis-server or valkey-server is used): ' +
        'a restart loses what waits and reads the rest again from GitHub and the hosts.',
      address: { kind: 'socket', path: embedded.socketPath },
      close: () => embedded.stop(),
    },
    log,
  );
}

function opened(kind: Omit<OpenRedis, 'connect'>, log: RedisLog): OpenRedis {
  const clients = new Set<Redis>();
  return {
    ...kind,
    connect(use) {
      const client = connectTo(kind.address, use, log);
      clients.add(client);
      client.once('end', () => clients.delete(client));
      return client;
    },
    async close() {
      for (const client of clients) client.disconnect();
      await kind.close();
    },
  };
}
