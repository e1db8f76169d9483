import { setTimeout as sleep } from 'node:timers/promises';
import { redisHostLocks } from '../../../src/adapters/queue/redis-host-locks.ts';
import { memoryHostLocks } from '../../fakes/host-locks.ts';
import { hostLocksLaws } from '../../laws/host-locks.ts';
import { redisKinds } from './redis-kinds.ts';

let moment = 1_700_000_000_000;
hostLocksLaws('in memory', async () => ({
  locks: memoryHostLocks({ now: () => moment }),
  now: () => moment,
  pass: async (ms) => {
    moment += ms;
  },
  close: async () => {},
}));

for (const kind of redisKinds) {
  hostLocksLaws(kind.name, async () => {
    const open = await kind.open();
    const locks = redisHostLocks(open.connect('commands'), 'fleetwright', { now: () => Date.now() });
    return { locks, now: () => Date.now(), pass: (ms) => sleep(ms), close: () => open.close() };
  });
}
