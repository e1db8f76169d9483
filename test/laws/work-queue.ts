import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import type { Handler, QueueName, WorkQueue, WorkSource } from '../../src/jobs/queue.ts';

export interface WorkUnderLaw {
  readonly queue: WorkQueue;
  readonly source: WorkSource;
  /** What was told of jobs that will not be tried again. */
  readonly dead: readonly { readonly queue: QueueName; readonly payload: unknown; readonly error: Error }[];
  /** Takes everything out of every queue. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** A handler that writes down what it was given. */
interface Journal {
  readonly payloads: unknown[];
  readonly handler: Handler;
  /** Resolves when so many runs have begun. */
  reached(count: number): Promise<void>;
}

function journal(work: Handler = async () => {}): Journal {
  const payloads: unknown[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  return {
    payloads,
    handler: async (payload, run) => {
      payloads.push(payload);
      for (const wait of waiting) if (payloads.length >= wait.count) wait.resolve();
      await work(payload, run);
    },
    reached: (count) =>
      new Promise((resolve) => {
        if (payloads.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
}

/** What every implementation of `WorkQueue` and `WorkSource` must do. */
export function workQueueLaws(name: string, open: () => Promise<WorkUnderLaw>): void {
  describe(`work queue: ${name}`, () => {
    let law: WorkUnderLaw;
    beforeAll(async () => {
      law = await open();
    });
    afterAll(() => law.close());

    /** Runs `act` while the queue is consumed, and leaves no consumer and no job behind. */
    async function consuming(log: Journal, act: () => Promise<void>, concurrency = 1): Promise<void> {
      const consumer = law.source.consume('plan', log.handler, { concurrency });
      try {
        await act();
      } finally {
        await consumer.stop(5_000);
        await law.empty();
      }
    }

    it.each([
      ['an object', { zone: 'fleet.lan', records: [{ name: 'consul', ttl: null }] }],
      ['a list', [1, 'two', null]],
      ['a text', 'wölfhound'],
      ['null', null],
      ['an empty object', {}],
    ])('hands %s to the handler as it was added', async (_kind, payload) => {
      const log = journal();
      await consuming(log, async () => {
        await law.queue.add('plan', payload);
        await log.reached(1);
      });
      expect(log.payloads).toEqual([payload]);
    });

    it.each([['delivery:7:a'], ['42'], [''], ['*'], ['x'.repeat(5_000)]])(
      'runs the id %j once, although it was added 100 times at once and again afterwards',
      async (id) => {
        const log = journal();
        await consuming(log, async () => {
          await Promise.all(Array.from({ length: 100 }, (_, copy) => law.queue.add('plan', { copy }, { id })));
          // One at a time and in order: when a marker runs, everything before it has ended.
          await law.queue.add('plan', 'marker');
          await log.reached(2);
          await law.queue.add('plan', { copy: 'late' }, { id });
          await law.queue.add('plan', 'second marker');
          await log.reached(3);
        });
        expect(log.payloads.slice(1)).toEqual(['marker', 'second marker']);
      },
    );

    it('keeps the ids of different queues apart', async () => {
      const log = journal();
      await consuming(log, async () => {
        await law.queue.add('rollout', 'elsewhere', { id: 'same' });
        await law.queue.add('plan', 'here', { id: 'same' });
        await log.reached(1);
      });
      expect(log.payloads).toEqual(['here']);
    });

    it('runs what was added twice without an id twice', async () => {
      const log = journal();
      await consuming(log, async () => {
        await law.queue.add('plan', 'same words');
        await law.queue.add('plan', 'same words');
        await log.reached(2);
      });
      expect(log.payloads).toEqual(['same words', 'same words']);
    });

    it('runs work that was added while nobody consumed', async () => {
      const log = journal();
      await law.queue.add('plan', 'early');
      await consuming(log, () => log.reached(1));
      expect(log.payloads).toEqual(['early']);
    });

    it('tries a passing fault again, and counts the attempts', async () => {
      const attempts: number[] = [];
      const log = journal(async (_payload, run) => {
        attempts.push(run.attempt);
        if (run.attempt < 3) throw new Fault('forge-limited', 'testing', 'later', { retryAfterMs: 1 });
      });
      const deadBefore = law.dead.length;
      await consuming(log, async () => {
        await law.queue.add('plan', 'weather');
        await log.reached(3);
      });
      expect(attempts).toEqual([1, 2, 3]);
      expect(law.dead).toHaveLength(deadBefore);
    });

    it.each([
      ['a lasting fault', () => new Fault('forge-refused', 'testing', 'never')],
      ['a bug', () => new TypeError('undefined is not a function')],
    ])('tries %s once, tells of it, and does not run its id again', async (kind, make) => {
      const log = journal(async (payload) => {
        if (!String(payload).includes('marker')) throw make();
      });
      await consuming(log, async () => {
        await law.queue.add('plan', { kind }, { id: kind });
        await log.reached(1);
        await law.queue.add('plan', 'marker');
        await log.reached(2);
        await law.queue.add('plan', { kind }, { id: kind });
        await law.queue.add('plan', 'second marker');
        await log.reached(3);
      });
      expect(log.payloads).toEqual([{ kind }, 'marker', 'second marker']);
      expect(law.dead.at(-1)).toMatchObject({ queue: 'plan', payload: { kind }, error: { message: make().message } });
    });

    it('runs delayed work after work that was added later without a delay', async () => {
      const log = journal();
      await consuming(log, async () => {
        await law.queue.add('plan', 'delayed', { delayMs: 700 });
        await law.queue.add('plan', 'at once');
        await log.reached(2);
      });
      expect(log.payloads).toEqual(['at once', 'delayed']);
    });

    it('runs as many at once as it was allowed, and no more', async () => {
      let running = 0;
      let most = 0;
      let release: () => void = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const log = journal(async () => {
        running += 1;
        most = Math.max(most, running);
        await released;
        running -= 1;
      });
      await consuming(
        log,
        async () => {
          for (let index = 0; index < 6; index += 1) await law.queue.add('plan', index);
          await log.reached(3);
          release();
          await log.reached(6);
        },
        3,
      );
      expect(most).toBe(3);
      expect(running).toBe(0);
    });

    it('hands work that a stop interrupted to the next consumer, and does not call it failed', async () => {
      const attempts: number[] = [];
      const interrupted = journal(async (_payload, run) => {
        attempts.push(run.attempt);
        await new Promise((_resolve, reject) => {
          run.signal.addEventListener('abort', () => reject(new Error('interrupted')));
        });
      });
      const deadBefore = law.dead.length;
      const consumer = law.source.consume('plan', interrupted.handler, { concurrency: 1 });
      await law.queue.add('plan', 'long work');
      await interrupted.reached(1);
      await law.queue.add('plan', 'later work');
      await consumer.stop(5_000);
      const next = journal(async (_payload, run) => {
        attempts.push(run.attempt);
      });
      await consuming(next, () => next.reached(2));
      // First and without a pause: it was not the work that failed.
      expect(next.payloads).toEqual(['long work', 'later work']);
      expect(attempts[0]).toBe(1);
      expect(law.dead).toHaveLength(deadBefore);
    });

    it('lets running work end within the grace of a stop, and takes no more', async () => {
      let release: () => void = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      let ended = false;
      const log = journal(async () => {
        await released;
        ended = true;
      });
      const consumer = law.source.consume('plan', log.handler, { concurrency: 1 });
      await law.queue.add('plan', 'running');
      await log.reached(1);
      await law.queue.add('plan', 'waiting');
      const stopped = consumer.stop(10_000);
      release();
      await stopped;
      expect(ended).toBe(true);
      expect(log.payloads).toEqual(['running']);
      const next = journal();
      await consuming(next, () => next.reached(1));
      expect(next.payloads).toEqual(['waiting']);
    });

    it('loses nothing of a thousand adds at once', async () => {
      const log = journal();
      await consuming(
        log,
        async () => {
          await Promise.all(Array.from({ length: 1_000 }, (_, index) => law.queue.add('plan', index)));
          await log.reached(1_000);
        },
        20,
      );
      expect([...log.payloads].map(Number).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 1_000 }, (_, index) => index),
      );
    });
  });
}
