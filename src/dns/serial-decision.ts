import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { SerialSite } from './holder.ts';
import { dayOf, isNewerSerial, type NextSerial, nextSerial } from './serial.ts';
import type { FormatEvidence } from './serial-format.ts';
import type { SerialSetting } from './serial-makers.ts';
import { readSerial } from './serial-reading.ts';

/** What is known of a zone's serial beside its own text. */
export interface KnownOfSerial {
  readonly evidence?: FormatEvidence;
  /** What its server's settings say of it, where the repository has them. */
  readonly setting?: SerialSetting;
}

export type SerialDecision =
  /** It is not ours to count. The reason is for people. */
  | { readonly kind: 'stays'; readonly reason: string }
  | ({ readonly kind: 'next'; readonly after: number } & NextSerial);

/**
 * The one decision on a serial, for every way by which a zone changes: whether it is ours to raise, and what comes after
 * the newest of `held`, the serials that servers may have seen; without any, after its own.
 */
export function decideSerial(
  site: SerialSite,
  {
    held = [],
    now,
    known = {},
  }: { readonly held?: readonly number[]; readonly now: number; readonly known?: KnownOfSerial },
): SerialDecision | Refusal {
  const own = readSerial(site);
  if (isRefusal(own)) return own;
  if (own.kind === 'not-ours') return { kind: 'stays', reason: own.reason };
  if (known.setting?.by === 'server') return { kind: 'stays', reason: known.setting.why };
  const after = held.length === 0 ? own.value : newestSerial(held);
  const next = nextSerial(after, {
    today: dayOf(now),
    unixTime: Math.floor(now / 1000),
    evidence: { ...known.evidence, comment: site.comment },
  });
  return isRefusal(next) ? next : { kind: 'next', after, ...next };
}

/** Of several serials the one that is not behind another (RFC 1982); the first, where two are half a circle apart. */
export function newestSerial(serials: readonly number[]): number {
  return serials.reduce((newest, one) => (isNewerSerial(one, newest) ? one : newest));
}
