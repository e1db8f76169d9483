import { z } from 'zod';
import { Fault } from '../core/fault.ts';
import type { Posting } from './forge.ts';
import type { Remote } from './forge-writer.ts';
import { type OutboxNote, type OutboxParts, rememberedMs } from './outbox-parts.ts';
import { isSettled, markOf, type PostingRecord, readRecord, withDelivery } from './outbox-record.ts';
import { costOf, fullPurse, pay } from './pace.ts';
import type { AfterWake } from './paced-queue.ts';

/** Brings one posting to the forge, if it is not there, as far as it goes now. */
export async function deliverPosting(parts: OutboxParts, key: string): Promise<AfterWake> {
  const found = await readRecord(parts.records, key);
  if (found === null || isSettled(found.record)) return { kind: 'done' };
  const { record, version } = found;
  const { posting } = record;
  if (posting === null) return { kind: 'done' };
  const early = tooEarly(parts, record, posting);
  if (early > 0) return { kind: 'later', ms: early };
  const unpaid = await payFor(parts, record, posting);
  if (unpaid > 0) return { kind: 'later', ms: unpaid };
  const now = parts.clock.now();
  // Stored before anything is sent: after a kill or a lost answer this is what makes the next try look first.
  const attempted = { ...record, attemptedSince: record.attemptedSince ?? now };
  if (!(await parts.records.write(key, version, attempted))) return { kind: 'later', ms: 0 };
  try {
    const remote = await send(parts, record, posting);
    return await settle(parts, key, record, remote);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'store-unavailable') throw error;
    return afterFault(parts, key, record, error);
  }
}

function send(parts: OutboxParts, record: PostingRecord, posting: Posting): Promise<Remote> {
  const forgotten = parts.remembers === 'until-restart' && record.delivered === null;
  return parts.writer.deliver(record.repository, posting, {
    mark: markOf(record.repository, record.key),
    known: record.delivered?.remote ?? null,
    look: record.attemptedSince !== null || forgotten,
    since: forgotten ? null : record.attemptedSince,
  });
}

/** Progress edits are spaced, so that a rollout of many hosts costs a few edits and not one per step. */
function tooEarly(parts: OutboxParts, record: PostingRecord, posting: Posting): number {
  const spaced = posting.kind === 'sticky' || posting.kind === 'check-run' || posting.kind === 'deployment';
  if (record.lane !== 'progress' || !spaced || record.delivered === null) return 0;
  return record.delivered.at + parts.progressEveryMs - parts.clock.now();
}

const purseShape = z.object({ schemaVersion: z.literal(1), writes: z.number(), notices: z.number(), at: z.number() });

/** Milliseconds until the installation may afford this posting; 0 when it has been paid for. */
async function payFor(parts: OutboxParts, record: PostingRecord, posting: Posting): Promise<number> {
  const key = `outbox-pace/${record.repository.installation}`;
  const cost = costOf(posting, record.delivered?.remote ?? null);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const found = await parts.records.read(key);
    const now = parts.clock.now();
    const purse = (found === null ? undefined : purseShape.safeParse(found.value).data) ?? fullPurse(parts.pace, now);
    const payment = pay(parts.pace, purse, cost, now);
    if (payment.kind === 'wait') return payment.ms;
    const paid = { schemaVersion: 1, ...payment.purse };
    if (await parts.records.write(key, found?.version ?? 0, paid)) return 0;
  }
  // Only one delivery runs per installation, so somebody else's clock or a second queue is at work: go slowly.
  return 1_000;
}

async function settle(parts: OutboxParts, key: string, sent: PostingRecord, remote: Remote): Promise<AfterWake> {
  const delivered = { revision: sent.revision, at: parts.clock.now(), remote };
  const stored = await change(parts, key, (record) => withDelivery(record, delivered));
  parts.note(noteOf('posted', sent));
  return onward(stored);
}

/** A newer revision has a wake-up of its own; going on here only saves its wait behind others of the line. */
function onward(stored: PostingRecord | null): AfterWake {
  return stored === null || isSettled(stored) ? { kind: 'done' } : { kind: 'later', ms: 0 };
}

/** Pauses grow from a second to five minutes: an outage is noticed soon when it ends, and not hammered while it lasts. */
function pauseAfter(tries: number): number {
  return Math.min(1_000 * 2 ** Math.min(tries, 10), 300_000);
}

async function afterFault(parts: OutboxParts, key: string, sent: PostingRecord, fault: Fault): Promise<AfterWake> {
  if (fault.code === 'forge-limited') {
    parts.note(noteOf('limited', sent, fault.message));
    // The limit is the installation's: whatever else of it we sent now would be refused, and count against it.
    return { kind: 'rest', ms: Math.max(fault.retryAfterMs ?? 60_000, 1_000) };
  }
  if (fault.retry === 'never') {
    const failed = { revision: sent.revision, detail: fault.message };
    const stored = await change(parts, key, (record) => ({ ...record, failed, attemptedSince: null }));
    parts.note(noteOf('failed', sent, fault.message));
    return onward(stored);
  }
  const tried = await change(parts, key, (record) => ({ ...record, tries: record.tries + 1 }));
  parts.note(noteOf('retried', sent, fault.message));
  return { kind: 'later', ms: Math.max(fault.retryAfterMs ?? 0, pauseAfter(tried?.tries ?? 0)) };
}

/** Applies a change to the record as it is now: `put` may have written a newer revision meanwhile. */
async function change(
  parts: OutboxParts,
  key: string,
  edit: (record: PostingRecord) => PostingRecord,
): Promise<PostingRecord | null> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await readRecord(parts.records, key);
    if (found === null) return null;
    const next = edit(found.record);
    const options = isSettled(next) ? { expireAfterMs: rememberedMs } : {};
    if (await parts.records.write(key, found.version, next, options)) return next;
  }
  throw new Fault('store-unavailable', 'storing what became of a posting', 'later');
}

function noteOf(what: OutboxNote['what'], record: PostingRecord, detail?: string): OutboxNote {
  const note = { what, kind: record.posting?.kind ?? 'none', repository: record.repository.name, key: record.key };
  return detail === undefined ? note : { ...note, detail };
}
