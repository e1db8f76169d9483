import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import type { Records } from '../../../src/core/records.ts';
import { literally, redisRecords } from '../../../src/adapters/queue/redis-records.ts';
import { memoryRecords } from '../../fakes/records.ts';
import { recordsLaws } from '../../laws/records.ts';
import { redisKinds } from './redis-kinds.ts';

let now = 1_700_000_000_000;
recordsLaws('in memory', async () => ({
  records: memoryRecords({ now: () => now }),
  pass: async (ms) => {
    now += ms;
  },
  close: async () => {},
}));

for (const kind of redisKinds) {
  recordsLaws(kind.name, async () => {
    const open = await kind.open();
    const records = redisRecords(open.connect('commands'), 'fleetwright');
    return { records, pass: (ms) => sleep(ms), close: () => open.close() };
  });
}

describe('records in Redis', () => {
  it('puts every key under the prefix, so that two fleets can share a server', async () => {
    const open = await (redisKinds[0] ?? { open: () => Promise.reject(new Error('no kind of Redis')) }).open();
    try {
      const client = open.connect('commands');
      await redisRecords(client, 'one').write('a', 0, 1);
      await redisRecords(client, 'two').write('a', 0, 2);
      expect((await client.keys('*')).sort()).toEqual(['one:record:a', 'two:record:a']);
      expect(await redisRecords(client, 'one').keys('')).toEqual(['a']);
    } finally {
      await open.close();
    }
  });

  describe('a large value, which a process keeps as it last saw it', () => {
    const large = (name: string) => ({ name, hosts: Array.from({ length: 2_000 }, (_, index) => `host-${index}`) });
    const two = async (work: (mine: Records, others: Records, client: Redis) => Promise<void>) => {
      const open = await (redisKinds[0] ?? { open: () => Promise.reject(new Error('no kind of Redis')) }).open();
      try {
        const client = open.connect('commands');
        await work(redisRecords(client, 'p'), redisRecords(open.connect('commands'), 'p'), client);
      } finally {
        await open.close();
      }
    };

    it('is not sent again while nobody wrote it', () =>
      two(async (mine, _, client) => {
        await mine.write('r', 0, large('first'));
        await client.hset('p:record:r', 'value', 'unreadable');
        expect(await mine.read('r')).toEqual({ value: large('first'), version: 1 });
      }));

    it.each([
      ['another process wrote it', async (others: Records) => void (await others.write('r', 1, large('second'))), 2],
      [
        'the store was lost and it was made anew under the same version',
        async (others: Records) => {
          await others.remove('r');
          await others.write('r', 0, large('second'));
        },
        1,
      ],
    ])('is read again once %s', (_, happens, version) =>
      two(async (mine, others) => {
        await others.write('r', 0, large('first'));
        expect((await mine.read('r'))?.value).toEqual(large('first'));
        await happens(others);
        expect(await mine.read('r')).toMatchObject({ value: large('second'), version });
      }),
    );

    it('is gone once it was removed, by whomever, and small where it became small', () =>
      two(async (mine, others) => {
        await mine.write('r', 0, large('first'));
        await others.remove('r');
        expect(await mine.read('r')).toBeNull();
        await others.write('r', 0, large('second'));
        expect(await mine.write('r', 1, 'small')).toBe(true);
        expect(await mine.read('r')).toEqual({ value: 'small', version: 2 });
      }));
  });

  it.each([
    ['plain', 'plain'],
    ['a*b?c', 'a\\*b\\?c'],
    ['[^a-z]', '\\[\\^a\\-z\\]'],
    ['\\', '\\\\'],
  ])('writes %j as the pattern %j', (text, pattern) => {
    expect(literally(text)).toBe(pattern);
  });
});
