import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
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

  it.each([
    ['plain', 'plain'],
    ['a*b?c', 'a\\*b\\?c'],
    ['[^a-z]', '\\[\\^a\\-z\\]'],
    ['\\', '\\\\'],
  ])('writes %j as the pattern %j', (text, pattern) => {
    expect(literally(text)).toBe(pattern);
  });
});
