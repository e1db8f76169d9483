import { describe, expect, it } from 'vitest';
import { bullWorkQueue, jobIdOf } from '../../../src/adapters/queue/work-queue.ts';
import { bullWorkSource, type DeadJob } from '../../../src/adapters/queue/work-source.ts';
import { workQueueLaws } from '../../laws/work-queue.ts';
import { journalLog, redisKinds } from './redis-kinds.ts';

for (const kind of redisKinds) {
  workQueueLaws(kind.name, async () => {
    const open = await kind.open();
    const log = journalLog();
    const dead: DeadJob[] = [];
    const commands = open.connect('commands');
    const queue = bullWorkQueue(commands, 'fleetwright', log);
    const source = bullWorkSource({
      connect: () => open.connect('worker'),
      prefix: 'fleetwright',
      log,
      onDead: (job) => dead.push(job),
    });
    return {
      queue,
      source,
      dead,
      empty: async () => {
        await commands.flushdb();
      },
      close: async () => {
        await queue.close();
        await open.close();
      },
    };
  });
}

describe('job ids', () => {
  it.each(['a:b', '17', '', 'é', 'x'.repeat(10_000)])('turns %j into an id that BullMQ takes', (id) => {
    expect(jobIdOf(id)).toMatch(/^id-[0-9a-f]{64}$/);
  });

  it('keeps different ids different', () => {
    expect(new Set(['1', '01', '1:', ':1', ' 1'].map(jobIdOf)).size).toBe(5);
  });
});
