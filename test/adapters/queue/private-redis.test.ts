import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPrivateRedis, type PrivateRedis } from '../../../src/adapters/queue/private-redis.ts';
import { connectTo } from '../../../src/adapters/queue/redis-connection.ts';
import { Fault } from '../../../src/core/fault.ts';
import { journalLog, redisProgram, scratchFolder, withoutRedis } from './redis-kinds.ts';

const program = redisProgram ?? '';

describe.skipIf(redisProgram === null)(`private Redis${redisProgram === null ? ` (${withoutRedis})` : ''}`, () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  beforeAll(async () => {
    folder = await scratchFolder();
  });
  afterAll(() => folder.remove());

  const openIn = (stateFolder: string): Promise<PrivateRedis> =>
    openPrivateRedis({ program, stateFolder, log: journalLog() });

  async function asking<T>(redis: PrivateRedis, ask: (client: ReturnType<typeof connectTo>) => Promise<T>): Promise<T> {
    const client = connectTo({ kind: 'socket', path: redis.socketPath }, 'commands', journalLog());
    try {
      return await ask(client);
    } finally {
      client.disconnect();
    }
  }

  it('keeps what it was told over a stop and a start', async () => {
    const state = path.join(folder.path, 'kept');
    const first = await openIn(state);
    await asking(first, (client) => client.set('host', 'wolfhound'));
    await first.close();
    const second = await openIn(state);
    expect(await asking(second, (client) => client.get('host'))).toBe('wolfhound');
    await second.close();
  });

  it('listens on no port, writes to disk before it answers, and throws nothing away', async () => {
    const redis = await openIn(path.join(folder.path, 'settings'));
    const settings = await asking(redis, async (client) => [
      await client.config('GET', 'port'),
      await client.config('GET', 'appendonly'),
      await client.config('GET', 'appendfsync'),
      await client.config('GET', 'maxmemory-policy'),
    ]);
    expect(settings).toEqual([
      ['port', '0'],
      ['appendonly', 'yes'],
      ['appendfsync', 'always'],
      ['maxmemory-policy', 'noeviction'],
    ]);
    await redis.close();
  });

  it('lets no other user in, also where the folder was open to all before', async () => {
    const state = path.join(folder.path, 'open');
    await mkdir(path.join(state, 'redis'), { recursive: true });
    await chmod(path.join(state, 'redis'), 0o777);
    const redis = await openIn(state);
    expect((await stat(path.join(state, 'redis'))).mode & 0o077).toBe(0);
    expect((await stat(redis.socketPath)).mode & 0o077).toBe(0);
    await redis.close();
  });

  it('works where the state folder has a name too long for a socket', async () => {
    const redis = await openIn(path.join(folder.path, 'long'.repeat(40)));
    expect(Buffer.byteLength(redis.socketPath)).toBeLessThan(104);
    expect((await stat(path.dirname(redis.socketPath))).mode & 0o077).toBe(0);
    expect(await asking(redis, (client) => client.ping())).toBe('PONG');
    await redis.close();
    // Whoever else could write there could put a server of his own in its place.
    await chmod(path.dirname(redis.socketPath), 0o777);
    await expect(openIn(path.join(folder.path, 'long'.repeat(40)))).rejects.toThrow("not this user's own folder");
    await rm(path.dirname(redis.socketPath), { recursive: true });
  });

  it('starts although a killed process left its lock and its socket behind', async () => {
    const state = path.join(folder.path, 'stale');
    await mkdir(path.join(state, 'redis'), { recursive: true });
    // No process ever has this number: it is above every kernel's limit (pid_max, 2^22).
    await writeFile(path.join(state, 'redis', 'starting.lock'), '99999999 left-behind');
    const socket = path.join(state, 'redis', 'redis.sock');
    await new Promise<void>((resolve) => {
      const server = createServer().listen(socket, () => server.close(() => resolve()));
    });
    await writeFile(socket, '').catch(() => {});
    const redis = await openIn(state);
    expect(await asking(redis, (client) => client.ping())).toBe('PONG');
    await redis.close();
    expect(await readdir(path.join(state, 'redis'))).not.toContain('starting.lock');
  });

  it('is a fault with its own words when the program cannot start', async () => {
    const state = path.join(folder.path, 'broken');
    await mkdir(state);
    const broken = path.join(state, 'redis-server');
    await writeFile(broken, '#!/bin/sh\necho "cannot open shared object libfoo.so" >&2\nexit 127\n', { mode: 0o755 });
    const opening = openPrivateRedis({ program: broken, stateFolder: state, log: journalLog() });
    await expect(opening).rejects.toThrow(Fault);
    await expect(opening).rejects.toMatchObject({ code: 'store-unavailable', retry: 'never' });
    await expect(opening).rejects.toThrow('cannot open shared object libfoo.so');
  });

  it('is a fault when its data cannot be read, and leaves that data as it was', async () => {
    const state = path.join(folder.path, 'damaged');
    const first = await openIn(state);
    await asking(first, (client) => client.set('a', 'b'));
    await first.close();
    const manifest = path.join(state, 'redis', 'appendonlydir', 'appendonly.aof.manifest');
    await writeFile(manifest, 'this is no manifest\n');
    await expect(openIn(state)).rejects.toMatchObject({ code: 'store-unavailable', retry: 'never' });
    expect((await stat(manifest)).size).toBe('this is no manifest\n'.length);
  });

  it('closes twice without harm, and the second of two users goes on', async () => {
    const state = path.join(folder.path, 'two');
    const [first, second] = [await openIn(state), await openIn(state)];
    await first.close();
    expect(await asking(second, (client) => client.ping())).toBe('PONG');
    await second.close();
    await second.close();
  });
});
