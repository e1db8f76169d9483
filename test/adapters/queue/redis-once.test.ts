import { setTimeout as sleep } from 'node:timers/promises';
import { redisOnce } from '../../../src/adapters/queue/redis-once.ts';
import { memoryOnce } from '../../fakes/once.ts';
import { onceLaws } from '../../laws/once.ts';
import { redisKinds } from './redis-kinds.ts';

let now = 1_700_000_000_000;
onceLaws('in memory', async () => ({
  once: memoryOnce({ now: () => now }),
  pass: async (ms) => {
    now += ms;
  },
  close: async () => {},
}));

for (const kind of redisKinds) {
  onceLaws(kind.name, async () => {
    const open = await kind.open();
    const once = redisOnce(open.connect('commands'), 'fleetwright');
    return { once, pass: (ms) => sleep(ms), close: () => open.close() };
  });
}
