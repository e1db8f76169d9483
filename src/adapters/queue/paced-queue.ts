import { DelayedError, type Job, Queue, RateLimitError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Lane } from '../../jobs/forge.ts';
import type { AfterWake, PacedQueue } from '../../jobs/paced-queue.ts';
import { asking } from './redis-connection.ts';
import type { RedisLog } from './redis-log.ts';
import { pauseBefore } from './retry.ts';

export interface PacedQueueParts {
  /** Carries all short commands. */
  readonly client: Redis;
  /** Opens the connection on which one line's worker waits; it is closed with it. */
  readonly connect: () => Redis;
  readonly prefix: string;
  readonly log: RedisLog;
  /** How often a process looks for lines that another one opened. */
  readonly lookForLinesMs?: number;
}

export interface BullPacedQueue extends PacedQueue {
  close(): Promise<void>;
}

interface WakeUp {
  readonly key: string;
}

type Run = (line: string, key: string) => Promise<AfterWake>;

/** BullMQ takes the lowest number first; 0 would be a queue of its own before all. */
const priorities: Readonly<Record<Lane, number>> = { result: 1, acknowledgement: 2, progress: 3 };

/** One BullMQ queue per line, worked by one process at a time through the queue's global concurrency. */
export function bullPacedQueue(parts: PacedQueueParts): BullPacedQueue {
  const { client, prefix, log } = parts;
  const linesKey = `${prefix}:outbox-lines`;
  const queues = new Map<string, Promise<Queue<WakeUp>>>();
  const consumers = new Set<LineConsumer>();
  const queueOf = (line: string): Promise<Queue<WakeUp>> => {
    const known = queues.get(line);
    if (known !== undefined) return known;
    const opened = openLine(parts, line).then(async (queue) => {
      await client.sadd(linesKey, line);
      for (const consumer of consumers) consumer.open(line);
      return queue;
    });
    queues.set(line, opened);
    // A store that was away while the line was opened must not keep it closed for ever.
    opened.catch(() => queues.delete(line));
    return opened;
  };
  return {
    async wake(line, { id, key, lane }) {
      await asking('waking a posting', async () => {
        const queue = await queueOf(line);
        await queue.add('wake', { key }, { jobId: id, priority: priorities[lane] });
      });
    },
    consume(run) {
      const consumer = new LineConsumer(parts, run, queueOf);
      consumers.add(consumer);
      const look = () => {
        client.smembers(linesKey).then(
          (lines) => lines.forEach((line) => consumer.open(line)),
          (error: unknown) => log.warn({ err: error }, 'the lines of the outbox could not be read; trying again'),
        );
      };
      look();
      const timer = setInterval(look, parts.lookForLinesMs ?? 15_000);
      timer.unref();
      return {
        async stop(graceMs) {
          clearInterval(timer);
          consumers.delete(consumer);
          await consumer.stop(graceMs);
        },
      };
    },
    async close() {
      const open = await Promise.allSettled(queues.values());
      await Promise.all(open.flatMap((one) => (one.status === 'fulfilled' ? [one.value.close()] : [])));
    },
  };
}

async function openLine({ client, prefix, log }: PacedQueueParts, line: string): Promise<Queue<WakeUp>> {
  const queue = new Queue<WakeUp>(nameOf(line), {
    connection: client,
    prefix: `${prefix}:queue`,
    defaultJobOptions: {
      // Postings are tried without end by `later`; these attempts are for a store that is away, or a mistake of ours.
      attempts: 1_000,
      backoff: { type: 'growing' },
      // An id that was kept would swallow the wake-up of a sweep.
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 5,
    },
  });
  queue.on('error', (error) => log.warn({ err: error, line }, 'the outbox has trouble with the store'));
  await queue.setGlobalConcurrency(1);
  return queue;
}

function nameOf(line: string): string {
  return `outbox-${line.replace(/[^A-Za-z0-9_-]/g, '_')}`;
}

/** The workers of one consumer, one per line. */
class LineConsumer {
  readonly #parts: PacedQueueParts;
  readonly #run: Run;
  readonly #queueOf: (line: string) => Promise<Queue<WakeUp>>;
  readonly #workers = new Map<string, { readonly worker: Worker<WakeUp>; readonly connection: Redis }>();
  #stopped = false;

  constructor(parts: PacedQueueParts, run: Run, queueOf: (line: string) => Promise<Queue<WakeUp>>) {
    this.#parts = parts;
    this.#run = run;
    this.#queueOf = queueOf;
  }

  open(line: string): void {
    if (this.#stopped || this.#workers.has(line)) return;
    const connection = this.#parts.connect();
    const worker = new Worker<WakeUp>(nameOf(line), (job, token) => this.#work(line, job, token ?? ''), {
      connection,
      prefix: `${this.#parts.prefix}:queue`,
      concurrency: 1,
      // Never reached; BullMQ looks at a queue's rest only where a limit is set.
      limiter: { max: 1_000_000, duration: 1_000 },
      // A killed process holds the line up for as long as this: twice the longest request would be 40 seconds, but the
      // lock is renewed while one runs, so only the silence after a kill counts.
      lockDuration: 15_000,
      stalledInterval: 5_000,
      maxStalledCount: 1_000,
      settings: { backoffStrategy: (made, _type, error) => pauseBefore(made, error, Math.random()) },
    });
    worker.on('error', (error) => this.#parts.log.warn({ err: error, line }, 'the outbox has trouble with the store'));
    worker.on('failed', (job, error) =>
      this.#parts.log.error({ err: error, line, key: job?.data.key }, 'a wake-up of the outbox failed'),
    );
    this.#workers.set(line, { worker, connection });
  }

  async #work(line: string, job: Job<WakeUp>, token: string): Promise<void> {
    const after = await this.#run(line, job.data.key);
    switch (after.kind) {
      case 'done':
        return;
      case 'later':
        await job.moveToDelayed(Date.now() + after.ms, token);
        throw new DelayedError();
      case 'rest': {
        const queue = await this.#queueOf(line);
        await queue.rateLimit(after.ms);
        throw new RateLimitError();
      }
    }
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    await Promise.all(
      [...this.#workers.values()].map(async ({ worker, connection }) => {
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<void>((resolve) => {
          timer = setTimeout(resolve, graceMs);
        });
        await Promise.race([worker.close(), late]);
        clearTimeout(timer);
        connection.disconnect();
      }),
    );
  }
}
