import { Fault } from '../core/fault.ts';
import type { Records } from '../core/records.ts';

/** How often a write may find that somebody else was first before the store counts as too busy. */
const maxTries = 100;

/** A kind of stored record: where it is, what it is, and how long it is kept. */
export interface RecordKind<Value> {
  readonly key: string;
  /** Parses and migrates; throws where the stored value is none. */
  parse(value: unknown): Value;
  readonly keepMs?: number;
}

/** The record, or null where there is none. */
export async function readRecord<Value>(records: Records, kind: RecordKind<Value>): Promise<Value | null> {
  const stored = await records.read(kind.key);
  return stored === null ? null : kind.parse(stored.value);
}

/**
 * Changes a record by compare-and-set, as often as it takes. `change` is pure and may be called again; the value that
 * it was given (or null) means that there is nothing to write. Resolves with what is stored then.
 */
export async function changeRecord<Value>(
  records: Records,
  kind: RecordKind<Value>,
  change: (value: Value | null) => Value | null,
): Promise<{ readonly before: Value | null; readonly after: Value | null }> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const stored = await records.read(kind.key);
    const before = stored === null ? null : kind.parse(stored.value);
    const after = change(before);
    if (after === before || after === null) return { before, after: before };
    const options = kind.keepMs === undefined ? {} : { expireAfterMs: kind.keepMs };
    if (await records.write(kind.key, stored?.version ?? 0, after, options)) return { before, after };
  }
  throw new Fault('store-unavailable', `changing ${kind.key}`, 'later', { detail: 'others write it all the time' });
}
