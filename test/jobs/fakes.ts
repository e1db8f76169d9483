import type { Clock } from '../../src/core/clock.ts';
import type { Records } from '../../src/core/records.ts';
import type { Once } from '../../src/jobs/once.ts';
import type { AfterWake, PacedQueue } from '../../src/jobs/paced-queue.ts';

/** A clock that moves only when a test says so, or when somebody sleeps. */
export class SteppedClock implements Clock {
  #now: number;

  constructor(start = Date.parse('2026-11-22T12:00:00Z')) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  async sleep(ms: number): Promise<void> {
    this.pass(ms);
  }
}

/** Records in memory, through JSON as the real ones. */
export class MemoryRecords implements Records {
  readonly #kept = new Map<string, { readonly text: string; readonly version: number }>();
  /** Called before each write; what it throws is what the store does. */
  beforeWrite: (key: string, value: unknown) => void = () => {};

  async read(key: string): Promise<{ readonly value: unknown; readonly version: number } | null> {
    const found = this.#kept.get(key);
    return found === undefined ? null : { value: JSON.parse(found.text) as unknown, version: found.version };
  }

  async write(key: string, expected: number, value: unknown): Promise<boolean> {
    this.beforeWrite(key, value);
    if ((this.#kept.get(key)?.version ?? 0) !== expected) return false;
    this.#kept.set(key, { text: JSON.stringify(value), version: expected + 1 });
    return true;
  }

  async remove(key: string): Promise<void> {
    this.#kept.delete(key);
  }

  async keys(prefix: string): Promise<readonly string[]> {
    return [...this.#kept.keys()].filter((key) => key.startsWith(prefix));
  }
}

export class MemoryOnce implements Once {
  readonly #owners = new Map<string, string>();

  async claim(key: string, owner: string): Promise<boolean> {
    const first = this.#owners.get(key) ?? owner;
    this.#owners.set(key, first);
    return first === owner;
  }
}

/** Thrown where a test kills the process: nothing after it runs. */
export class Killed extends Error {}

/** A paced queue that runs when told to, in the order of lanes, and keeps a job that was killed, as the real one does. */
export class SteppedQueue implements PacedQueue {
  readonly waiting: { readonly line: string; readonly id: string; readonly key: string; readonly lane: string }[] = [];
  /** What the line was told to rest, and single keys to wait. */
  readonly pauses: AfterWake[] = [];
  #run: ((line: string, key: string) => Promise<AfterWake>) | null = null;
  readonly #clock: SteppedClock;

  constructor(clock: SteppedClock) {
    this.#clock = clock;
  }

  async wake(line: string, one: Parameters<PacedQueue['wake']>[1]): Promise<void> {
    if (this.waiting.some((job) => job.line === line && job.id === one.id)) return;
    this.waiting.push({ line, ...one });
  }

  consume(run: (line: string, key: string) => Promise<AfterWake>): { stop(): Promise<void> } {
    this.#run = run;
    return { stop: async () => {} };
  }

  /** Works until nothing waits. A job that is killed or must wait goes to the end; time passes as it asks. */
  async drain(limit = 1_000): Promise<void> {
    for (let steps = 0; this.waiting.length > 0; steps += 1) {
      if (steps >= limit) throw new Error(`still busy after ${limit} steps: ${JSON.stringify(this.waiting[0])}`);
      await this.step();
    }
  }

  async step(): Promise<void> {
    const order = ['result', 'acknowledgement', 'progress'];
    this.waiting.sort((a, b) => order.indexOf(a.lane) - order.indexOf(b.lane));
    const job = this.waiting[0];
    if (job === undefined || this.#run === null) return;
    const after = await this.#run(job.line, job.key).catch((error: unknown): AfterWake => {
      if (error instanceof Killed) return { kind: 'later', ms: 0 };
      throw error;
    });
    this.waiting.splice(this.waiting.indexOf(job), 1);
    if (after.kind === 'done') return;
    this.pauses.push(after);
    this.#clock.pass(after.ms);
    this.waiting.push(job);
  }
}
