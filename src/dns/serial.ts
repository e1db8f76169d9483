import { refuse, type Refusal } from '../core/refusal.ts';

/** Serials are 32-bit numbers on a circle (RFC 1982): newer means ahead by less than half of it. */
const circle = 4_294_967_296;
const half = 2_147_483_648;
export const largestSerial = circle - 1;

/** RFC 1982 section 3.2; `undefined` is its own word for two serials exactly half a circle apart. */
export function compareSerials(a: number, b: number): 'older' | 'equal' | 'newer' | 'undefined' {
  const ahead = (((a - b) % circle) + circle) % circle;
  if (ahead === 0) return 'equal';
  if (ahead === half) return 'undefined';
  return ahead < half ? 'newer' : 'older';
}

export function isNewerSerial(a: number, b: number): boolean {
  return compareSerials(a, b) === 'newer';
}

export type SerialFormat = 'YYYYMMDDnn' | 'YYMMDDnn' | 'unix-time' | 'counter';

/** A calendar day, as people write it where the bot runs. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function dayOf(milliseconds: number): Day {
  const date = new Date(milliseconds);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** What else tells the format: the comment beside the value, and other serials of the file's history and neighbours. */
export interface FormatEvidence {
  readonly comment?: string;
  readonly neighbours?: readonly number[];
}

export function serialFormat(
  value: number,
  evidence: FormatEvidence = {},
  now?: { readonly unixTime?: number },
): SerialFormat {
  if (isDated(value)) return 'YYYYMMDDnn';
  if (isShortDated(value) && tellsShortDate(value, evidence)) return 'YYMMDDnn';
  if (isUnixTime(value, now?.unixTime)) return 'unix-time';
  return 'counter';
}

function isDated(value: number): boolean {
  // Years from 1980: DNS is younger, and 32 bits end in the year 4294.
  const year = Math.floor(value / 1_000_000);
  return year >= 1980 && year <= 4294 && isMonthDay(Math.floor(value / 100) % 10_000);
}

function isShortDated(value: number): boolean {
  const year = Math.floor(value / 1_000_000);
  return year >= 0 && year <= 99 && value >= 1_000_000 && isMonthDay(Math.floor(value / 100) % 10_000);
}

function isMonthDay(value: number): boolean {
  const month = Math.floor(value / 100);
  const day = value % 100;
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** An eight-digit number is a date only if something beside it says so, or its year is a plausible one. */
function tellsShortDate(value: number, evidence: FormatEvidence): boolean {
  if (/\bYYMMDD/i.test(evidence.comment ?? '')) return true;
  if ((evidence.neighbours ?? []).some((other) => other !== value && isShortDated(other))) return true;
  return value >= 10_000_000 && value < 60_000_000;
}

/** Ten digits from 2001 on; at most a day ahead of the clock, where the clock is given. */
function isUnixTime(value: number, unixTime: number | undefined): boolean {
  return value >= 1_000_000_000 && value < (unixTime === undefined ? 1_980_000_000 : unixTime + 86_400);
}

export interface NextSerial {
  readonly serial: number;
  readonly rule: string;
  readonly format: SerialFormat;
  /** A warning that goes with the value: it is right, and somebody should know. */
  readonly warning?: string;
}

/** The serial after `current`, in the format that it has. The format never changes by itself. */
export function nextSerial(
  current: number,
  when: { readonly today: Day; readonly unixTime?: number; readonly evidence?: FormatEvidence },
): NextSerial | Refusal {
  if (!Number.isSafeInteger(current) || current < 0 || current > largestSerial) return tooLarge(current);
  const format = serialFormat(current, when.evidence, when);
  switch (format) {
    case 'YYYYMMDDnn':
      return nextDated(current, format, when.today.year, when.today);
    case 'YYMMDDnn':
      return nextDated(current, format, when.today.year % 100, when.today);
    case 'unix-time': {
      const now = when.unixTime ?? 0;
      return isNewerSerial(now, current)
        ? { serial: now, rule: 'unix time: now', format }
        : { serial: plusOne(current), rule: 'unix time: +1, the value is not in the past', format };
    }
    case 'counter':
      return {
        serial: plusOne(current),
        rule: current === largestSerial ? 'counter: wraps to 1, 0 is skipped' : 'counter: +1',
        format,
      };
  }
}

function nextDated(current: number, format: SerialFormat, year: number, today: Day): NextSerial {
  const first = (year * 10_000 + today.month * 100 + today.day) * 100;
  if (first > current && isNewerSerial(first, current)) {
    // nn starts at 01 or 00; 01 is what most people and tools write, and both are newer than any earlier day.
    return { serial: first + 1, rule: `${format}: first of today`, format };
  }
  const serial = plusOne(current);
  if (current < first + 99) return { serial, rule: `${format}: next of today`, format };
  if (current === first + 99) return { serial, rule: `${format}: nn was 99, carried on by +1 to stay newer`, format };
  const warning = `the serial ${current} is dated after today: it counts on by +1 until the day has come`;
  return { serial, rule: `${format}: +1, the date is in the future`, format, warning };
}

function plusOne(current: number): number {
  return current >= largestSerial ? 1 : current + 1;
}

export function tooLarge(current: number): Refusal {
  return refuse(
    'serial-unreadable',
    { serial: String(current), largest: largestSerial, reason: 'a serial has 32 bits; name servers refuse this value' },
    'Set the serial by hand to a value of at most ten digits up to 4294967295 that is newer than what the servers hold (YYYYMMDDnn), then ask again.',
  );
}
