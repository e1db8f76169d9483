import type { Records } from '../core/records.ts';
import { advance, type RolloutFact } from './advance.ts';
import { type Wakeup, wakeups } from './wakeups.ts';
import { changeRecord } from './change-record.ts';
import { type Rollout, rolloutPrefix } from './rollout.ts';
import { beginRecord, storedRollouts } from './stored-rollouts.ts';

export interface Advanced {
  /** Null: there is no such rollout any more. */
  readonly rollout: Rollout | null;
  readonly wake: readonly Wakeup[];
}

/** The stored rollouts. One per process, so that hosts which end at the same moment share one write. */
export interface Rollouts {
  read(id: string): Promise<Rollout | null>;
  /** Adds facts to a rollout and says whom to wake. Facts may be told twice. */
  advance(id: string, facts: readonly RolloutFact[], at: number): Promise<Advanced>;
  /** Stores a new one. One of the same id that is there already stands. */
  begin(rollout: Rollout): Promise<Advanced>;
  /** Every rollout that is not over: for a start after a crash. */
  running(): Promise<readonly Rollout[]>;
}

interface Batch {
  facts: RolloutFact[];
  at: number;
  readonly done: Promise<Advanced>;
}

export function createRollouts(records: Records): Rollouts {
  const collecting = new Map<string, Batch>();
  const writing = new Map<string, Promise<unknown>>();
  const stored = storedRollouts(records);

  const write = async (id: string): Promise<Advanced> => {
    // What comes in while the last write is on its way is written together.
    await writing.get(id)?.catch(() => {});
    const batch = collecting.get(id);
    collecting.delete(id);
    const { before, after } = await stored.change(id, (rollout) =>
      batch === undefined ? rollout : advance(rollout, batch.facts, batch.at),
    );
    return { rollout: after, wake: after === null || before === null ? [] : wakeups(before, after, batch?.at ?? 0) };
  };

  return {
    read: (id) => stored.read(id),
    async advance(id, facts, at) {
      const batch = collecting.get(id);
      if (batch !== undefined) {
        batch.facts.push(...facts);
        batch.at = Math.max(batch.at, at);
        // Whoever opened the batch wakes the hosts; nobody needs to be woken twice.
        return { rollout: (await batch.done).rollout, wake: [] };
      }
      const done = write(id);
      collecting.set(id, { facts: [...facts], at, done });
      writing.set(id, done);
      try {
        return await done;
      } finally {
        if (writing.get(id) === done) writing.delete(id);
      }
    },
    async begin(rollout) {
      await changeRecord(records, beginRecord(rollout.id), (known) => known ?? rollout);
      const after = await stored.read(rollout.id);
      // All that run are woken, by name: whoever began it first may have died before it woke anybody.
      return {
        rollout: after,
        wake: after === null ? [] : wakeups({ ...after, hosts: {}, waits: null }, after, after.startedAt),
      };
    },
    async running() {
      const ids = (await records.keys(rolloutPrefix)).map((key) => key.slice(rolloutPrefix.length));
      const all = await Promise.all(ids.map((id) => stored.read(id)));
      return all.filter((rollout) => rollout !== null && rollout.endedAt === null) as Rollout[];
    },
  };
}
