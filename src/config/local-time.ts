/** A moment as a clock on a wall shows it. Months from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly minutes: number;
}

const day = 86_400_000;

export function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What the clocks of a zone show at a moment, as if it were UTC. */
function shownAt(zone: string, at: number): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0 } = parts;
  return Date.UTC(year, month - 1, date, hour, minute);
}

/** The date in a zone at a moment. */
export function dateIn(zone: string, at: number): WallTime {
  const shown = new Date(shownAt(zone, at));
  return { year: shown.getUTCFullYear(), month: shown.getUTCMonth() + 1, day: shown.getUTCDate(), minutes: 0 };
}

/**
 * The moment at which the clocks of a zone show a time. A time that they show twice (in autumn) is the first of both;
 * one that they skip (in spring) is as much later as they skip. Days and minutes may run over: day 32, minute 1440.
 */
export function momentOf(zone: string, { year, month, day: date, minutes }: WallTime): number {
  const wanted = Date.UTC(year, month - 1, date, 0, minutes);
  const offsets = [wanted - day, wanted + day].map((near) => shownAt(zone, near) - near);
  const moments = offsets.map((offset) => wanted - offset);
  const shown = moments.filter((moment) => shownAt(zone, moment) === wanted);
  return shown.length > 0 ? Math.min(...shown) : (moments[0] ?? wanted);
}
