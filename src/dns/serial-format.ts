export type SerialFormat = 'YYYYMMDDnn' | 'YYMMDDnn' | 'unix-time' | 'counter';

/** A serial that the file had earlier, and when it was given it, in seconds since 1970. */
export interface PastSerial {
  readonly serial: number;
  readonly at: number;
}

/** What else tells the format of one value: the comment beside it, other zones, and what the file said before. */
export interface FormatEvidence {
  readonly comment?: string;
  /** Serials of the repository's other zones. The format is the zone's own; they count only where nothing else does. */
  readonly neighbours?: readonly number[];
  /** Oldest first. */
  readonly history?: readonly PastSerial[];
}

/** How a format is known: by the value alone, by what is beside it, or as the likelier of two. */
export type FormatWitness = 'value' | 'history' | 'comment' | 'neighbours' | 'likelihood';

export interface FoundFormat {
  readonly format: SerialFormat;
  readonly by: FormatWitness;
}

const day = 86_400;

/** The format of a value. What it was before says more than a comment, which people copy from elsewhere. */
export function foundFormat(value: number, evidence: FormatEvidence = {}, unixTime?: number): FoundFormat {
  if (isDated(value)) return { format: 'YYYYMMDDnn', by: 'value' };
  const other = isShortDated(value) ? 'YYMMDDnn' : isUnixTime(value, unixTime) ? 'unix-time' : null;
  if (other === null) return { format: 'counter', by: 'value' };
  const said = saidBy(value, other, evidence);
  if (said !== null) return said;
  const likely = other === 'unix-time' || (value >= 10_000_000 && value < 60_000_000);
  return { format: likely ? other : 'counter', by: 'likelihood' };
}

export function serialFormat(
  value: number,
  evidence: FormatEvidence = {},
  now?: { readonly unixTime?: number },
): SerialFormat {
  return foundFormat(value, evidence, now?.unixTime).format;
}

/** True where the value alone may be either of two: eight digits that may be a date, ten that may be a time. */
export function isAmbiguous(value: number, unixTime?: number): boolean {
  return !isDated(value) && (isShortDated(value) || isUnixTime(value, unixTime));
}

function saidBy(value: number, other: 'YYMMDDnn' | 'unix-time', evidence: FormatEvidence): FoundFormat | null {
  const past = saidByHistory([...(evidence.history ?? [])], other);
  if (past !== null) return { format: past, by: 'history' };
  const claimed = claimedFormat(evidence.comment ?? '');
  if (claimed === other || claimed === 'counter') return { format: claimed, by: 'comment' };
  const alike = (evidence.neighbours ?? []).filter((one) => one !== value);
  const same = alike.some((one) => (other === 'YYMMDDnn' ? isShortDated(one) : isUnixTime(one, undefined)));
  if (same) return { format: other, by: 'neighbours' };
  // Neighbours of as many digits that are no date were counted up to there as well.
  const counted = alike.some((one) => String(one).length === String(value).length && !isDated(one));
  return counted ? { format: 'counter', by: 'neighbours' } : null;
}

/** A serial that fits the day on which it was given is a date or a time; one that went on by one on another day counts. */
function saidByHistory(history: readonly PastSerial[], other: 'YYMMDDnn' | 'unix-time'): SerialFormat | null {
  let counted = false;
  for (const [index, { serial, at }] of history.entries()) {
    const before = history[index - 1];
    if (before !== undefined && before.serial === serial) continue;
    const when = other === 'unix-time' ? serial : timeOf(serial);
    // Two days: time zones, and a change that was written the evening before its commit.
    if (when !== null && Math.abs(when - at) <= 2 * day) return other;
    if (before !== undefined && serial === before.serial + 1) counted = true;
  }
  return counted ? 'counter' : null;
}

/** Noon of the day that YYMMDDnn tells. */
function timeOf(serial: number): number | null {
  if (!isShortDated(serial)) return null;
  const date = Math.floor(serial / 100);
  return Date.UTC(2000 + Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, date % 100, 12) / 1000;
}

/** The format that a comment beside a serial claims; null where it says nothing of one. */
export function claimedFormat(comment: string): SerialFormat | null {
  if (/\bYYYY[-_.]?MM[-_.]?DD/i.test(comment)) return 'YYYYMMDDnn';
  if (/\bYY[-_.]?MM[-_.]?DD/i.test(comment)) return 'YYMMDDnn';
  if (/\b(unix|epoch)\b/i.test(comment)) return 'unix-time';
  return /\b(counter|increment(s|ed)? by (1|one))\b/i.test(comment) ? 'counter' : null;
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
  const date = value % 100;
  return month >= 1 && month <= 12 && date >= 1 && date <= 31;
}

/** Ten digits from 2001 on; at most a day ahead of the clock, where the clock is given. */
function isUnixTime(value: number, unixTime: number | undefined): boolean {
  return value >= 1_000_000_000 && value < (unixTime === undefined ? 1_980_000_000 : unixTime + day);
}
