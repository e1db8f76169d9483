import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Consumer, Handler, QueueName, WorkSource } from '../../jobs/queue.ts';
import type { RedisLog } from './redis-log.ts';
import { pauseBefore, worthAnotherTry } from './retry.ts';
import type { Stored } from './work-queue.ts';

/** Below this a payload is kept with its finished job; above it only the id is worth three days of memory. */
const keptPayloadBytes = 2_048;

/** What is left of a grace period for BullMQ to write down what the handlers did. */
const writingDownMs = 1_000;

/** A job that will not be tried again by itself: somebody must know. */
export interface DeadJob {
  readonly queue: QueueName;
  readonly payload: unknown;
  readonly error: Error;
}

export interface BullWorkSourceParts {
  /** Opens a connection for one consumer; it is closed with it. */
  readonly connect: () => Redis;
  readonly prefix: string;
  readonly log: RedisLog;
  readonly onDead?: (job: DeadJob) => void;
  readonly timing?: TakeoverTiming;
}

/** How soon the work of a killed process is taken over. */
export interface TakeoverTiming {
  /** Without a sign of life for this long, a worker is taken for dead. A sign comes every half of it. */
  readonly lockMs: number;
  /** How often is looked for such work; what was seen by two looks is taken. */
  readonly lookMs: number;
}

/** Taken over after 15 to 25 seconds. Shorter locks would be lost by a process that is merely busy for a while. */
const usualTiming: TakeoverTiming = { lockMs: 15_000, lookMs: 5_000 };

/** The taking side on BullMQ. Any number of processes may consume the same queue. */
export function bullWorkSource(parts: BullWorkSourceParts): WorkSource {
  return {
    consume(queue, handler, options) {
      return consume(parts, queue, handler, options.concurrency);
    },
  };
}

function consume(parts: BullWorkSourceParts, queue: QueueName, handler: Handler, concurrency: number): Consumer {
  const { log, timing = usualTiming } = parts;
  const connection = parts.connect();
  const worker = new Worker<Stored>(queue, (job, token, signal) => run(handler, job, token ?? '', signal), {
    connection,
    prefix: `${parts.prefix}:queue`,
    concurrency,
    lockDuration: timing.lockMs,
    stalledInterval: timing.lookMs,
    // Each kill -9 counts as one. The default of 1 fails a job at the second; without an end a job that crashes its
    // process would crash every worker for ever.
    maxStalledCount: 20,
    settings: {
      backoffStrategy: (attemptsMade, _type, error) => pauseBefore(attemptsMade, error, Math.random()),
    },
  });
  worker.on('error', (error) => log.warn({ err: error, queue }, 'a worker has trouble with the store'));
  worker.on('lockRenewalFailed', (ids) => {
    // Somebody else may have the job already: two runs at once are what the signal is there to shorten.
    for (const id of ids) worker.cancelJob(id, 'the lock of this job was lost');
    log.warn({ queue, ids }, 'a job lost its lock');
  });
  worker.on('failed', (job, error) => {
    // `finishedOn` is set where BullMQ put the job among the failed, not where it waits for its next attempt.
    if (job !== undefined && job.finishedOn === undefined) return;
    log.error({ err: error, queue, id: job?.id, attempts: job?.attemptsMade }, 'a job failed for good');
    parts.onDead?.({ queue, payload: job?.data.payload, error });
  });
  return { stop: (graceMs) => stop(worker, connection, graceMs) };
}

async function run(handler: Handler, job: Job<Stored>, token: string, signal: AbortSignal | undefined): Promise<void> {
  if (job.data.done === true) return;
  const ours = signal ?? new AbortController().signal;
  try {
    await handler(job.data.payload, { attempt: Math.max(job.attemptsStarted, 1), signal: ours });
  } catch (error) {
    if (ours.aborted) {
      // Stopped half-way: not a failure of the job, so it costs no attempt and starts again elsewhere at once.
      await job.moveToWait(token);
      throw new WaitingError();
    }
    if (worthAnotherTry(error)) throw error;
    throw unrecoverable(error);
  }
  if (JSON.stringify(job.data.payload ?? null).length > keptPayloadBytes) await job.updateData({ done: true });
}

/** BullMQ tries everything again that is not of its own class. */
function unrecoverable(error: unknown): UnrecoverableError {
  const last = new UnrecoverableError(error instanceof Error ? error.message : String(error));
  if (error instanceof Error && error.stack !== undefined) last.stack = error.stack;
  last.cause = error;
  return last;
}

async function stop(worker: Worker<Stored>, connection: Redis, graceMs: number): Promise<void> {
  const finished = worker.close();
  worker.cancelAllJobs('this process stops');
  const late = Symbol('late');
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), Math.max(graceMs - writingDownMs, 0));
  });
  await Promise.race([finished, waited]);
  clearTimeout(timer);
  // What still runs loses its lock with the connection and is taken up as stalled by another worker.
  connection.disconnect();
}
