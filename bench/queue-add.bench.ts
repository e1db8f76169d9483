import { Queue } from 'bullmq';
import type { OpenRedis } from '../src/adapters/queue/open-redis.ts';
import { bullWorkQueue } from '../src/adapters/queue/work-queue.ts';
import { bullWorkSource } from '../src/adapters/queue/work-source.ts';
import { type Bench, interleave, rounded } from './bench.ts';
import { withEachRedis } from './redis-for-bench.ts';

const jobs = 300;
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const payload = { event: 'issues', action: 'opened', text: 'x'.repeat(8_000) };

/** Our durable add over BullMQ's own with the same job, one after another; and jobs a second, added and run, by kind. */
export const queueAdd: Bench = {
  name: 'queue-add',
  run: () =>
    withEachRedis(async (kinds) => {
      const judged = kinds['child'] ?? kinds['embedded'];
      if (judged === undefined) throw new Error('no Redis to measure');
      const add = await interleave(addingArms(judged), 15);
      const throughput: Record<string, unknown> = {};
      for (const [name, redis] of Object.entries(kinds)) throughput[name] = await jobsASecond(redis);
      return {
        ratio: rounded(add.ours / add.bare),
        limit: 1.25,
        bound: 'at-most',
        judgedOn: judged.kind,
        addMs: rounded(add.ours / jobs),
        jobsASecond: throughput,
      };
    }),
};

function addingArms(redis: OpenRedis): Record<'ours' | 'bare', () => Promise<void>> {
  const ours = bullWorkQueue(redis.connect('commands'), 'fleetwright-bench', silent);
  const bare = new Queue('bare', { connection: redis.connect('commands'), prefix: 'fleetwright-bench' });
  let count = 0;
  return {
    ours: async () => {
      for (let index = 0; index < jobs; index += 1) await ours.add('inbox', payload, { id: `delivery:${count++}` });
    },
    bare: async () => {
      for (let index = 0; index < jobs; index += 1) await bare.add('bare', payload, { jobId: `delivery-${count++}` });
    },
  };
}

async function jobsASecond(redis: OpenRedis): Promise<Record<string, number>> {
  const queue = bullWorkQueue(redis.connect('commands'), 'fleetwright-bench', silent);
  const total = 2_000;
  const began = performance.now();
  await Promise.all(Array.from({ length: total }, () => queue.add('plan', payload)));
  const added = performance.now();
  await new Promise<void>((resolve) => {
    let left = total;
    const source = bullWorkSource({ connect: () => redis.connect('worker'), prefix: 'fleetwright-bench', log: silent });
    const consumer = source.consume(
      'plan',
      async () => {
        left -= 1;
        if (left === 0) setImmediate(() => void consumer.stop(5_000).then(resolve));
      },
      { concurrency: 20 },
    );
  });
  const ran = performance.now();
  await queue.close();
  return { added: rounded((total / (added - began)) * 1_000), run: rounded((total / (ran - added)) * 1_000) };
}
