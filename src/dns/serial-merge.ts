import { isRefusal, refuse, type Refusal } from '../core/refusal.ts';
import { readSerial, serialOf } from './bump.ts';
import { dayOf, isNewerSerial, nextSerial } from './serial.ts';
import { openZone, type ZoneSource } from './zone.ts';

/**
 * Two pull requests that change a zone always meet on its serial. Here their texts are merged, where nothing but the
 * serial is between them: our lines over theirs, with a serial that is newer than both. Anything else is a refusal,
 * and a person's to merge.
 */
export function mergeSerial(
  source: ZoneSource,
  texts: { readonly base: string; readonly ours: string; readonly theirs: string },
  now: number,
): { readonly text: string; readonly serial: number } | Refusal {
  const serials = {
    base: serialIn(source, texts.base),
    ours: serialIn(source, texts.ours),
    theirs: serialIn(source, texts.theirs),
  };
  const { base, ours, theirs } = serials;
  if (base === null || ours === null || theirs === null) {
    return refuse('serial-unreadable', {
      zone: source.zone,
      file: source.file,
      reason: 'one of the three texts has no serial that can be counted on',
    });
  }
  // With the same serial in all three the rest merges as any text does, line by line.
  const merged = mergeLines(
    withSerial(texts.base, base, 'S'),
    withSerial(texts.ours, ours, 'S'),
    withSerial(texts.theirs, theirs, 'S'),
  );
  if (merged === null) {
    return refuse('record-conflict', {
      zone: source.zone,
      file: source.file,
      reason: 'both sides changed the same lines, not the serial only',
    });
  }
  const newest = isNewerSerial(theirs.value, ours.value) ? theirs.value : ours.value;
  const changed = theirs.value !== base.value && ours.value !== base.value;
  const next = changed
    ? nextSerial(newest, { today: dayOf(now), unixTime: Math.floor(now / 1000) })
    : { serial: newest };
  if (isRefusal(next)) return next;
  return { text: merged.replace(marker('S'), String(next.serial)), serial: next.serial };
}

interface Placed {
  readonly value: number;
  readonly at: number;
  readonly length: number;
}

function serialIn(source: ZoneSource, text: string): Placed | null {
  const zone = openZone(source, new Map([[source.file, text]]));
  const site = isRefusal(zone) ? null : serialOf(zone);
  if (site === null) return null;
  const reading = readSerial(site.serial);
  if (isRefusal(reading) || reading.kind === 'not-ours') return null;
  const lines = text.split('\n').slice(0, site.serial.line - 1);
  const at = lines.reduce((sum, line) => sum + line.length + 1, 0) + site.serial.column - 1;
  return { value: reading.value, at, length: site.serial.text.length };
}

/** No zone file holds a NUL, so nothing else in it can be taken for the marker. */
function marker(name: string): string {
  return `\0${name}\0`;
}

function withSerial(text: string, placed: Placed, name: string): string {
  return text.slice(0, placed.at) + marker(name) + text.slice(placed.at + placed.length);
}

/** Three texts merged by their lines; null where both sides changed the same ones. */
export function mergeLines(base: string, ours: string, theirs: string): string | null {
  if (ours === theirs || theirs === base) return ours;
  if (ours === base) return theirs;
  const lines = base.split('\n');
  const hunks = [...hunksOf(lines, ours.split('\n'), 'ours'), ...hunksOf(lines, theirs.split('\n'), 'theirs')];
  hunks.sort((a, b) => a.from - b.from || a.to - b.to);
  const out: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const before = hunks[hunks.indexOf(hunk) - 1];
    // Two sides that add at one place are no conflict for a zone: the order of its lines means nothing. Ours come first.
    const touches = before !== undefined && before.side !== hunk.side && hunk.from < before.to;
    if (touches || hunk.from < at) return null;
    out.push(...lines.slice(at, hunk.from), ...hunk.lines);
    at = hunk.to;
  }
  return [...out, ...lines.slice(at)].join('\n');
}

interface Hunk {
  readonly side: 'ours' | 'theirs';
  /** The lines `[from, to)` of the base are replaced. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** Differences by unique common lines (patience), which keeps equal lines of other records apart. Time is near linear. */
function hunksOf(base: readonly string[], other: readonly string[], side: Hunk['side']): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let at = 0;
  let there = 0;
  for (const [left, right] of [...commonLines(base, other), [base.length, other.length] as const]) {
    if (left > at || right > there) hunks.push({ side, from: at, to: left, lines: other.slice(there, right) });
    at = left + 1;
    there = right + 1;
  }
  return hunks;
}

/** Pairs of equal lines, in order on both sides: the common beginning and end, and what is unique between them. */
function commonLines(base: readonly string[], other: readonly string[]): readonly (readonly [number, number])[] {
  let head = 0;
  while (head < base.length && head < other.length && base[head] === other[head]) head += 1;
  let tail = 0;
  while (
    tail < base.length - head &&
    tail < other.length - head &&
    base[base.length - 1 - tail] === other[other.length - 1 - tail]
  )
    tail += 1;
  const pairs: [number, number][] = Array.from({ length: head }, (_, at) => [at, at]);
  const count = (lines: readonly string[]): ReadonlyMap<string, readonly number[]> => {
    const places = new Map<string, number[]>();
    for (let at = head; at < lines.length - tail; at += 1) {
      const line = lines[at] ?? '';
      const own = places.get(line);
      if (own === undefined) places.set(line, [at]);
      else own.push(at);
    }
    return places;
  };
  const right = count(other);
  const unique: [number, number][] = [];
  for (const [line, places] of count(base)) {
    const there = right.get(line);
    if (places.length === 1 && there?.length === 1) unique.push([places[0] ?? 0, there[0] ?? 0]);
  }
  unique.sort((a, b) => a[0] - b[0]);
  pairs.push(...longestRising(unique));
  for (let at = tail; at > 0; at -= 1) pairs.push([base.length - at, other.length - at]);
  return pairs;
}

/** The longest run of pairs that rises on both sides (patience sorting). */
function longestRising(pairs: readonly (readonly [number, number])[]): readonly [number, number][] {
  const piles: number[] = [];
  const previous: number[] = [];
  for (const [index, pair] of pairs.entries()) {
    let low = 0;
    let high = piles.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[piles[middle] ?? 0]?.[1] ?? 0) < pair[1]) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? (piles[low - 1] ?? -1) : -1;
    piles[low] = index;
  }
  const out: [number, number][] = [];
  for (let at = piles.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) {
    const pair = pairs[at];
    if (pair !== undefined) out.unshift([pair[0], pair[1]]);
  }
  return out;
}
