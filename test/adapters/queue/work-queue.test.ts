import { Queue } from 'bullmq';
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

describe('work that is done', () => {
  it('keeps its id and not its large payload, and does not run again if it was killed right after', async () => {
    const open = await (redisKinds[0] ?? { open: () => Promise.reject(new Error('no kind of Redis')) }).open();
    const commands = open.connect('commands');
    const queue = bullWorkQueue(commands, 'fleetwright', journalLog());
    const ran: string[] = [];
    const parts = { connect: () => open.connect('worker'), prefix: 'fleetwright', log: journalLog() };
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const consumer = bullWorkSource(parts).consume(
      'inbox',
      async (payload) => {
        ran.push(String(payload).slice(0, 5));
        if (payload === 'last') end();
      },
      { concurrency: 1 },
    );
    await queue.add('inbox', 'large'.repeat(1_000), { id: 'delivery' });
    await queue.add('inbox', 'small', { id: 'other' });
    // As a worker leaves it that is killed between the end of the work and its booking.
    const bull = new Queue('inbox', { connection: commands, prefix: 'fleetwright:queue' });
    await bull.add('inbox', { done: true });
    await queue.add('inbox', 'last');
    await ended;
    await consumer.stop(5_000);
    expect(ran).toEqual(['large', 'small', 'last']);
    expect((await bull.getJob(jobIdOf('delivery')))?.data).toEqual({ done: true });
    expect((await bull.getJob(jobIdOf('other')))?.data).toEqual({ payload: 'small' });
    await bull.close();
    await queue.close();
    await open.close();
  });

  it('is told to stop by its signal when its lock was lost to another worker', async () => {
    const open = await (redisKinds[0] ?? { open: () => Promise.reject(new Error('no kind of Redis')) }).open();
    const commands = open.connect('commands');
    const queue = bullWorkQueue(commands, 'fleetwright', journalLog());
    const log = journalLog();
    const source = bullWorkSource({
      connect: () => open.connect('worker'),
      prefix: 'fleetwright',
      log,
      timing: { lockMs: 400, lookMs: 60_000 },
    });
    let told: () => void = () => {};
    const aborted = new Promise<void>((resolve) => {
      told = resolve;
    });
    const consumer = source.consume(
      'deploy',
      async (_payload, { signal }) => {
        await commands.set(`fleetwright:queue:deploy:${jobIdOf('griffin')}:lock`, 'of another worker');
        signal.addEventListener('abort', () => told());
        await aborted;
      },
      { concurrency: 1 },
    );
    await queue.add('deploy', 'griffin', { id: 'griffin' });
    await aborted;
    expect(log.lines).toContain('a job lost its lock');
    await consumer.stop(1_000);
    await queue.close();
    await open.close();
  });
});

describe('job ids', () => {
  it.each(['a:b', '17', '', 'é', 'x'.repeat(10_000)])('turns %j into an id that BullMQ takes', (id) => {
    expect(jobIdOf(id)).toMatch(/^id-[0-9a-f]{64}$/);
  });

  it('keeps different ids different', () => {
    expect(new Set(['1', '01', '1:', ':1', ' 1'].map(jobIdOf)).size).toBe(5);
  });
});
