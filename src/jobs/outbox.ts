import { Fault } from '../core/fault.ts';
import type { Records } from '../core/records.ts';
import type { Outbox, RepositoryRef } from './forge.ts';
import { deliverPosting } from './outbox-delivery.ts';
import type { OutboxParts } from './outbox-parts.ts';
import {
  isSettled,
  markOf,
  type PostingRecord,
  postedOf,
  readRecord,
  recordKeyOf,
  recordPrefix,
  withPosting,
} from './outbox-record.ts';
import { outgoing } from './outgoing-text.ts';
import type { Consumer } from './queue.ts';

/** The outbox, with the side that sends and the sweep that a starting process makes. */
export interface RunningOutbox extends Outbox {
  /** Sends what waits, until stopped. */
  start(): Consumer;
  /** Wakes every posting that is not settled. Resolves to how many there were. */
  sweep(): Promise<number>;
}

/**
 * Writes to the forge by desired state: `put` stores what must be there, a wake-up makes somebody look, and whoever
 * looks sends the newest. So a newer body replaces one that waits, and a wake-up that comes twice does nothing.
 */
export function createOutbox(parts: OutboxParts): RunningOutbox {
  const wake = (record: PostingRecord) =>
    parts.queue.wake(String(record.repository.installation), {
      // With the revision: a wake-up that is just being worked on must not swallow the one for a newer revision.
      id: `${markOf(record.repository, record.key)}-${record.revision}`,
      key: recordKeyOf(record.repository, record.key),
      lane: record.lane,
    });
  return {
    async put(repository, key, lane, posting) {
      const wanted = { repository, key, lane, posting: outgoing(posting, parts.redact) };
      const stored = await store(parts.records, wanted);
      // Also where nothing changed: an earlier `put` may have been cut off between storing and waking.
      if (!isSettled(stored)) await wake(stored);
    },
    async posted(repository, key) {
      const record = await readRecord(parts.records, recordKeyOf(repository, key));
      return record?.record.delivered ? postedOf(record.record.delivered.remote) : null;
    },
    start: () => parts.queue.consume((_line, key) => deliverPosting(parts, key)),
    async sweep() {
      let woken = 0;
      for (const key of await parts.records.keys(recordPrefix)) {
        const found = await readRecord(parts.records, key);
        if (found === null || isSettled(found.record)) continue;
        await wake(found.record);
        woken += 1;
      }
      return woken;
    },
  };
}

type Wanted = Parameters<typeof withPosting>[1] & { readonly repository: RepositoryRef };

async function store(records: Records, wanted: Wanted): Promise<PostingRecord> {
  const key = recordKeyOf(wanted.repository, wanted.key);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await readRecord(records, key);
    const next = withPosting(found?.record ?? null, wanted);
    if (next === null && found !== null) return found.record;
    if (next !== null && (await records.write(key, found?.version ?? 0, next))) return next;
  }
  throw new Fault('store-unavailable', 'storing a posting', 'later', { detail: 'others write it all the time' });
}
