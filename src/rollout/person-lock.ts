import { z } from 'zod';
import type { Fingerprint, HostName } from '../core/names.ts';
import type { Records } from '../core/records.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { changeRecord, readRecord, type RecordKind } from './change-record.ts';
import { instant } from './shapes.ts';

/** A person keeps a host as it is: nothing is deployed to it until the lock is taken off or runs out. */
const personLock = z.object({
  by: z.string(),
  reason: z.string(),
  since: instant,
  /** Null: until somebody takes it off. */
  until: instant.nullable(),
});
export type PersonLock = z.output<typeof personLock>;

const shape = z.object({ schemaVersion: z.literal(1), lock: personLock.nullable() });
type Stored = z.output<typeof shape>;
const stored = (lock: PersonLock | null): Stored => ({ schemaVersion: 1, lock });

const recordOf = (of: Fingerprint): RecordKind<Stored> => ({
  key: `person-lock:${of}`,
  parse: (value) => shape.parse(value),
});

/** The lock that holds now, or null. One that ran out is none. */
export async function personLockOn(records: Records, of: Fingerprint, now: number): Promise<PersonLock | null> {
  return holding((await readRecord(records, recordOf(of)))?.lock ?? null, now);
}

function holding(lock: PersonLock | null, now: number): PersonLock | null {
  return lock === null || (lock.until !== null && lock.until <= now) ? null : lock;
}

/** Locks the host, or answers with the lock of somebody else. One's own is made anew: with a new reason or time. */
export async function putPersonLock(records: Records, of: Fingerprint, lock: PersonLock): Promise<PersonLock> {
  const { after } = await changeRecord(records, recordOf(of), (known) => {
    const held = holding(known?.lock ?? null, lock.since);
    return held !== null && held.by !== lock.by ? known : stored(lock);
  });
  return after?.lock ?? lock;
}

/** Takes the lock off that is there, and answers with it. `by`: only where it is this person's own. */
export async function takeOffPersonLock(
  records: Records,
  of: Fingerprint,
  { by, now }: { readonly by: string | null; readonly now: number },
): Promise<{ readonly lock: PersonLock | null; readonly taken: boolean }> {
  const { before, after } = await changeRecord(records, recordOf(of), (known) => {
    const held = holding(known?.lock ?? null, now);
    return held === null || (by !== null && held.by !== by) ? known : stored(null);
  });
  return { lock: holding(before?.lock ?? null, now), taken: before !== after };
}

/** Why nothing is done on a host that somebody locked. `next`: what to type to go past it. */
export function lockedBy(host: HostName, { by, reason, until }: PersonLock, next: string): Refusal {
  const facts = { host, owner: by, reason, ...(until === null ? {} : { until: new Date(until).toISOString() }) };
  return refuse('host-locked', facts, next);
}
