import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedValkey, startEmbeddedValkey } from '../../../src/adapters/queue/embedded-valkey.ts';
import { connectTo } from '../../../src/adapters/queue/redis-connection.ts';
import { redisHostLocks } from '../../../src/adapters/queue/redis-host-locks.ts';
import { redisOnce } from '../../../src/adapters/queue/redis-once.ts';
import { redisRecords } from '../../../src/adapters/queue/redis-records.ts';
import { bullWorkQueue } from '../../../src/adapters/queue/work-queue.ts';
import { bullWorkSource } from '../../../src/adapters/queue/work-source.ts';
import { Fault } from '../../../src/core/fault.ts';
import { parseFingerprint } from '../../../src/core/names.ts';
import { type CuttingProxy, cuttingProxy } from './cutting-proxy.ts';
import { journalLog, scratchFolder } from './redis-kinds.ts';

describe('when the connection breaks before the answer comes', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  let valkey: EmbeddedValkey;
  let proxy: CuttingProxy;
  let client: ReturnType<typeof connectTo>;
  const log = journalLog();
  beforeEach(async () => {
    folder = await scratchFolder();
    valkey = await startEmbeddedValkey(() => {});
    proxy = await cuttingProxy(valkey.socketPath, path.join(folder.path, 'proxy.sock'));
    client = connectTo({ kind: 'socket', path: proxy.socketPath }, 'commands', log);
  });
  afterEach(async () => {
    client.disconnect();
    await proxy.close();
    await valkey.stop();
    await folder.remove();
  });

  it('a write that was carried out is told as won, and counts once', async () => {
    const records = redisRecords(client, 'fleetwright');
    await records.write('other', 0, 'makes the script known to the server');
    proxy.cutNextAnswer();
    expect(await records.write('rollout', 0, 'mine')).toBe(true);
    expect(await records.read('rollout')).toEqual({ value: 'mine', version: 1 });
    expect(await records.write('rollout', 0, 'of somebody else')).toBe(false);
  });

  it('a lock that was given is held, not taken by ourselves', async () => {
    const locks = redisHostLocks(client, 'fleetwright', { now: () => Date.now() });
    const [warm, host] = [parseFingerprint(`SHA256:${'a'.repeat(43)}`), parseFingerprint(`SHA256:${'b'.repeat(43)}`)];
    if (warm === null || host === null) throw new Error('the test made a bad fingerprint');
    const ask = { owner: 'deploy 1', reason: 'testing', expireAfterMs: 60_000 };
    await locks.acquire(warm, ask);
    proxy.cutNextAnswer();
    expect((await locks.acquire(host, ask)).kind).toBe('acquired');
    expect((await locks.acquire(host, ask)).kind).toBe('taken');
  });

  it('a claim that was made is ours', async () => {
    const once = redisOnce(client, 'fleetwright');
    await once.claim('warm', 'job', 60_000);
    proxy.cutNextAnswer();
    expect(await once.claim('effect', 'job', 60_000)).toBe(true);
  });

  it('a job without an id is added once', async () => {
    const queue = bullWorkQueue(client, 'fleetwright', log);
    await queue.add('plan', 'warm');
    proxy.cutNextAnswer();
    await queue.add('plan', 'work');
    expect((await queue.depths('plan')).waiting).toBe(2);
    await queue.close();
  });

  it('a worker goes on by itself', async () => {
    const queue = bullWorkQueue(client, 'fleetwright', log);
    const source = bullWorkSource({
      connect: () => connectTo({ kind: 'socket', path: proxy.socketPath }, 'worker', log),
      prefix: 'fleetwright',
      log,
      // A job whose hand-over was cut belongs to nobody, and is found as the work of a killed process is.
      timing: { lockMs: 1_000, lookMs: 250 },
    });
    const seen = new Set<unknown>();
    let three: () => void = () => {};
    const ran = new Promise<void>((resolve) => {
      three = resolve;
    });
    const consumer = source.consume(
      'plan',
      async (payload) => {
        seen.add(payload);
        if (seen.size === 3) three();
      },
      { concurrency: 1 },
    );
    for (const payload of ['one', 'two', 'three']) {
      proxy.cutNextAnswer();
      await queue.add('plan', payload);
    }
    await ran;
    expect(seen).toEqual(new Set(['one', 'two', 'three']));
    await consumer.stop(5_000);
    await queue.close();
  });

  it('whoever asks gets a passing fault when the store stays away, and nothing crashes', async () => {
    const impatient = connectTo({ kind: 'socket', path: path.join(folder.path, 'nobody.sock') }, 'commands', log);
    impatient.options.commandTimeout = 100;
    const asked = redisRecords(impatient, 'fleetwright').read('rollout');
    await expect(asked).rejects.toThrow(Fault);
    await expect(asked).rejects.toMatchObject({ code: 'store-unavailable', retry: 'later' });
    impatient.disconnect();
    expect(log.lines).toContain('the store does not answer; trying again');
  });
});
