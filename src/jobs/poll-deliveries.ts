import { z } from 'zod';
import type { Records } from '../core/records.ts';
import type { Clock } from '../core/clock.ts';
import { deliveryKey, inboxJob, isUsed } from './intake.ts';
import type { WorkQueue } from './queue.ts';

/** One attempt to deliver, as the App's owner may read it. Newest first, ids grow with time. */
export interface DeliveryItem {
  readonly id: number;
  /** The same for every attempt to deliver one event. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  /** Milliseconds. */
  readonly deliveredAt: number;
  /** Somebody answered it with a 2xx. */
  readonly accepted: boolean;
}

/** The App's deliveries, read from the forge. */
export interface DeliveryReader {
  /** Newest first, as far back as the caller reads. */
  list(): AsyncIterable<readonly DeliveryItem[]>;
  payload(id: number): Promise<Readonly<Record<string, unknown>>>;
}

export interface PollParts {
  readonly reader: DeliveryReader;
  readonly records: Records;
  readonly queue: Pick<WorkQueue, 'add'>;
  readonly clock: Clock;
  /**
   * `all`: nobody can reach us, so every delivery is read here. `failed`: webhooks arrive, and only those that did not
   * get through are fetched. The signature is not checked again: the list is read from the forge with the App's own key.
   */
  readonly which: 'all' | 'failed';
  /** How far back the very first look goes, when nothing says what was seen before. */
  readonly firstLookMs: number;
}

/** GitHub keeps deliveries for three days. */
const keptMs = 3 * 24 * 60 * 60 * 1000;
/** An event that was slow to be recorded must not slip behind what was seen; the inbox knows what it had before. */
const overlapMs = 2 * 60 * 1000;

const cursorShape = z.object({ schemaVersion: z.literal(1), seenUntil: z.number() });

/** Reads the deliveries since the last look into the inbox, the oldest first. Resolves to how many were added. */
export async function pollDeliveries(parts: PollParts): Promise<number> {
  const began = parts.clock.now();
  const key = `poll/${parts.which}`;
  const found = await parts.records.read(key);
  const seenUntil = (found === null ? undefined : cursorShape.safeParse(found.value).data)?.seenUntil;
  const since = Math.max(seenUntil === undefined ? began - parts.firstLookMs : seenUntil - overlapMs, began - keptMs);
  const missed = await missedSince(parts, since);
  for (const item of missed) {
    const payload = await parts.reader.payload(item.id);
    const job = inboxJob({ deliveryId: item.guid, event: item.event }, payload, item.deliveredAt);
    // The API gives the payload as JSON and not as the bytes that were signed. Where both came to us, their hashes may
    // differ; the delivery's guid, which the inbox job asks for, is the same.
    const bytes = new TextEncoder().encode(JSON.stringify(payload));
    await parts.queue.add('inbox', job, { id: deliveryKey(bytes) });
  }
  // Only now: a look that was cut off starts again where it started.
  await parts.records.write(key, found?.version ?? 0, { schemaVersion: 1, seenUntil: began });
  return missed.length;
}

/** The deliveries to fetch, one per event, the oldest first. */
async function missedSince(parts: PollParts, since: number): Promise<readonly DeliveryItem[]> {
  const items: DeliveryItem[] = [];
  for await (const page of parts.reader.list()) {
    items.push(...page.filter((item) => item.deliveredAt >= since));
    if (page.some((item) => item.deliveredAt < since)) break;
  }
  const accepted = new Set(items.filter((item) => item.accepted).map((item) => item.guid));
  const wanted = new Map<string, DeliveryItem>();
  for (const item of items) {
    if (!isUsed(item.event, item.action)) continue;
    if (parts.which === 'failed' && accepted.has(item.guid)) continue;
    wanted.set(item.guid, item);
  }
  return [...wanted.values()].sort((a, b) => a.deliveredAt - b.deliveredAt || a.id - b.id);
}
