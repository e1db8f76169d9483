import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * One signed delivery as it waits in the inbox queue: what the web process writes and the inbox job reads.
 * `payload` is kept as GitHub sent it; `inbox-event.ts` reads the few fields that are used.
 */
export interface InboxJob {
  readonly deliveryId: string;
  readonly event: string;
  readonly action: string | null;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export const inboxJobShape = z.object({
  deliveryId: z.string().min(1),
  event: z.string().min(1),
  action: z.string().nullable(),
  receivedAt: z.string(),
  payload: z.record(z.string(), z.unknown()),
});

/**
 * The events the bot acts on, with their actions. Everything else is acknowledged and dropped before the queue, so an
 * App with too many subscriptions costs nothing. `app.yml` subscribes to exactly these (held by a test).
 */
export const usedEvents: Readonly<Record<string, readonly string[] | 'every action'>> = {
  issues: ['opened', 'labeled'],
  issue_comment: ['created'],
  pull_request: ['opened', 'reopened', 'synchronize', 'closed'],
  push: 'every action',
};

/** Whether a delivery is worth keeping. */
export function isUsed(event: string, action: string | null): boolean {
  const actions = Object.hasOwn(usedEvents, event) ? usedEvents[event] : undefined;
  if (actions === undefined) return false;
  return actions === 'every action' || (action !== null && actions.includes(action));
}

/**
 * The queue id of a delivery: a hash of the bytes that were signed. The headers (delivery id and event name among them)
 * are not signed, so a replay under a new delivery id still has this id.
 */
export function deliveryKey(rawBody: Uint8Array): string {
  return createHash('sha256').update(rawBody).digest('hex');
}

/** A delivery's body as an object, or null where it is not one. */
export function readBody(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return value as Record<string, unknown>;
  } catch {
    return null;
  }
}

export function inboxJob(
  headers: { readonly deliveryId: string; readonly event: string },
  payload: Readonly<Record<string, unknown>>,
  receivedAt: number,
): InboxJob {
  const action = payload['action'];
  return {
    deliveryId: headers.deliveryId,
    event: headers.event,
    action: typeof action === 'string' ? action : null,
    receivedAt: new Date(receivedAt).toISOString(),
    payload,
  };
}
