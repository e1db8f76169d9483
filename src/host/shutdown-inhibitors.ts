import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { ShutdownInhibitor } from './machine.ts';

/**
 * `busctl --json=short call … ListInhibitors`: `a(ssssuu)` is what, who, why, mode, user and process. `what` is a list
 * with colons. A `delay` only holds a shutdown up for some seconds; a `block` holds until its owner lets go.
 */
const answer = z.object({
  data: z.tuple([z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), z.number(), z.number()]))]),
});

/** The locks that keep the host from going down; none where logind was not asked or answered something else. */
export function inhibitorsOf(base64: string | undefined): readonly ShutdownInhibitor[] {
  const list = answer.safeParse(jsonOf(Buffer.from(base64 ?? '', 'base64').toString('utf8')));
  if (!list.success) return [];
  return list.data.data[0].flatMap(([what, who, why, mode, , pid]) =>
    mode.startsWith('block') && what.split(':').includes('shutdown') ? [{ who, why, pid }] : [],
  );
}

/** The inverse, for hosts that are played. */
export function printInhibitors(inhibitors: readonly ShutdownInhibitor[]): string {
  const list = inhibitors.map(({ who, why, pid }) => ['shutdown', who, why, 'block', 0, pid]);
  return JSON.stringify({ type: 'a(ssssuu)', data: [list] });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
