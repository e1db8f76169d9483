import { createHash, randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueName, WorkQueue } from '../../jobs/queue.ts';
import { asking } from './redis-connection.ts';
import type { RedisLog } from './redis-log.ts';
import { jobOptions } from './retry.ts';

/** How a payload lies in a job: BullMQ wants an object, a payload may be any JSON. */
export interface Stored {
  readonly payload?: unknown;
  /** The work is done and its payload was dropped; only the id is still of use. */
  readonly done?: true;
}

/** How many jobs of a queue are in which state, for metrics. */
export type QueueDepths = Readonly<Record<'waiting' | 'active' | 'delayed' | 'failed' | 'completed', number>>;

export interface BullWorkQueue extends WorkQueue {
  depths(queue: QueueName): Promise<QueueDepths>;
  close(): Promise<void>;
}

/** The adding side on BullMQ. One connection carries all queues. `prefix` ends without a colon. */
export function bullWorkQueue(connection: Redis, prefix: string, log: RedisLog): BullWorkQueue {
  const queues = new Map<QueueName, Queue<Stored>>();
  const queueOf = (name: QueueName): Queue<Stored> => {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const queue = new Queue<Stored>(name, { connection, prefix: `${prefix}:queue`, defaultJobOptions: jobOptions });
    queue.on('error', (error) => log.warn({ err: error, queue: name }, 'a queue has trouble with the store'));
    queues.set(name, queue);
    return queue;
  };
  return {
    async add(name, payload, options = {}) {
      await asking(`adding to the ${name} queue`, () =>
        queueOf(name).add(
          name,
          { payload },
          {
            // An id of our own also where none was asked for: ioredis sends a command again when the connection broke
            // before its answer came, and BullMQ would count up and add the job a second time.
            jobId: options.id === undefined ? `once-${randomUUID()}` : jobIdOf(options.id),
            ...(options.delayMs === undefined ? {} : { delay: Math.max(0, Math.round(options.delayMs)) }),
          },
        ),
      );
    },
    async depths(name) {
      const counts = await asking(`counting the ${name} queue`, () =>
        queueOf(name).getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed'),
      );
      const of = (state: string): number => counts[state] ?? 0;
      return {
        waiting: of('waiting'),
        active: of('active'),
        delayed: of('delayed'),
        failed: of('failed'),
        completed: of('completed'),
      };
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** BullMQ takes neither a colon nor a whole number as a job id, and ids may hold anything here. */
export function jobIdOf(id: string): string {
  return `id-${createHash('sha256').update(id).digest('hex')}`;
}
