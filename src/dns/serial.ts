import { refuse, type Refusal } from '../core/refusal.ts';
import {
  claimedFormat,
  type FormatEvidence,
  type FoundFormat,
  foundFormat,
  type SerialFormat,
} from './serial-format.ts';

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

export interface NextSerial {
  readonly serial: number;
  readonly rule: string;
  readonly format: SerialFormat;
  /** A warning that goes with the value: it is right, and somebody should know. */
  readonly warning?: string;
  /** What the comment beside the serial says wrongly of its format. */
  readonly lie?: string;
}

/** The serial after `current`, in the format that it has. The format never changes by itself. */
export function nextSerial(
  current: number,
  when: { readonly today: Day; readonly unixTime?: number; readonly evidence?: FormatEvidence },
): NextSerial | Refusal {
  if (!Number.isSafeInteger(current) || current < 0 || current > largestSerial) return tooLarge(current);
  const found = foundFormat(current, when.evidence, when.unixTime);
  const next = nextIn(found, current, when);
  const lie = commentLie(found.format, when.evidence?.comment ?? '');
  return { ...next, rule: `${next.rule}${witnessed(found)}`, ...(lie === null ? {} : { lie }) };
}

/** What decided, where the value alone could not. */
function witnessed({ by }: FoundFormat): string {
  switch (by) {
    case 'history':
      return ', as the file has counted so far';
    case 'comment':
      return ', as its comment says';
    case 'neighbours':
      return ', as the other zones have it';
    case 'value':
    case 'likelihood':
      return '';
  }
}

/** Comments are copied from zone to zone; servers read the value. */
export function commentLie(format: SerialFormat, comment: string): string | null {
  const claimed = claimedFormat(comment);
  if (claimed === null || claimed === format) return null;
  return `the comment says ${claimed}, and the value is ${format}: the value counts; correct the comment`;
}

function nextIn(
  { format }: FoundFormat,
  current: number,
  when: { readonly today: Day; readonly unixTime?: number },
): NextSerial {
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
