import type { FleetConfig } from '../config/fleet-config.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { dateIn, momentOf, type WallTime } from '../config/local-time.ts';

export type Times = Pick<FleetConfig['deploy'], 'time_zone' | 'windows' | 'freeze'>;

export type Opening =
  | { readonly kind: 'open' }
  /** `at`: when it opens next; null: not within a year. `reason`: of the freeze that holds; null: no window is open. */
  | { readonly kind: 'closed'; readonly at: number | null; readonly reason: string | null };

/** Why nothing is begun now. `waits`: it begins by itself once it is open. */
export function outsideWindow(
  { at, reason }: Extract<Opening, { readonly kind: 'closed' }>,
  { waits, next }: { readonly waits: boolean; readonly next?: string },
): Refusal {
  const facts = {
    ...(reason === null ? {} : { reason }),
    ...(at === null ? {} : { opens: new Date(at).toISOString() }),
    ...(waits ? { waits: 'yes' } : {}),
  };
  return refuse('outside-window', facts, next);
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const dayMs = 86_400_000;
/** How far ahead the next opening is looked for. */
const mostDays = 366;

interface Span {
  readonly from: number;
  readonly until: number;
}

/** Whether merges may be deployed at a moment, by the windows and freezes of the config. */
export function openingAt(times: Times, now: number): Opening {
  const frozen = times.freeze.map((freeze) => ({ ...spanOf(times.time_zone, freeze), reason: freeze.reason }));
  const holding = (at: number) => frozen.find(({ from, until }) => from <= at && at < until) ?? null;
  const isOpen = (at: number) => holding(at) === null && inWindow(times, at);
  if (isOpen(now)) return { kind: 'open' };
  const starts = [
    ...frozen.map(({ until }) => until),
    ...Array.from({ length: mostDays }, (_, days) =>
      windowsOn(times, now + days * dayMs).map(({ from }) => from),
    ).flat(),
  ];
  const next = starts.filter((at) => at > now).sort((a, b) => a - b);
  return { kind: 'closed', at: next.find(isOpen) ?? null, reason: holding(now)?.reason ?? null };
}

function inWindow(times: Times, at: number): boolean {
  if (times.windows.length === 0) return true;
  // One that began yesterday may reach over midnight.
  const near = [...windowsOn(times, at - dayMs), ...windowsOn(times, at)];
  return near.some(({ from, until }) => from <= at && at < until);
}

/** The windows that begin on the date that the zone has at a moment. */
function windowsOn({ time_zone: zone, windows }: Times, at: number): readonly Span[] {
  const date = dateIn(zone, at);
  const weekday = weekdays[new Date(Date.UTC(date.year, date.month - 1, date.day)).getUTCDay()] ?? 'sun';
  return windows
    .filter(({ days }) => days.includes(weekday))
    .map(({ from, to }) => {
      const [begin, end] = [minutesOf(from), minutesOf(to)];
      return {
        from: momentOf(zone, { ...date, minutes: begin }),
        until: momentOf(zone, { ...date, day: end > begin ? date.day : date.day + 1, minutes: end }),
      };
    });
}

/** A bare date is its beginning, and as an end the end of that day. */
function spanOf(zone: string, { from, until }: { readonly from: string; readonly until: string }): Span {
  const end = wallTime(until);
  return {
    from: momentOf(zone, wallTime(from)),
    until: momentOf(zone, until.length > 10 ? end : { ...end, day: end.day + 1 }),
  };
}

function wallTime(text: string): WallTime {
  const [year = 0, month = 1, day = 1] = text.slice(0, 10).split('-').map(Number);
  return { year, month, day, minutes: text.length > 10 ? minutesOf(text.slice(11)) : 0 };
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
