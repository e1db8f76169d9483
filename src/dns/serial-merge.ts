import { isRefusal, refuse, type Refusal } from '../core/refusal.ts';
import type { HeldDocument } from './holders.ts';
import type { SerialSite } from './holder.ts';
import { decideSerial, type KnownOfSerial, newestSerial } from './serial-decision.ts';
import { numberAt, serialOf } from './serial-reading.ts';
import { openZone, type ZoneSource } from './zone.ts';

/** The texts of a repository on the three sides of a merge. */
export interface ThreeSides<Side = ReadonlyMap<string, string>> {
  readonly base: Side;
  readonly ours: Side;
  readonly theirs: Side;
}

/**
 * Two pull requests that change a zone always meet on its serial. Here the file that holds it is merged, where nothing
 * but the serial is between its texts: our lines over theirs, with a serial that is newer than both. Anything else is a
 * refusal, and a person's to merge.
 */
export function mergeSerial(
  source: ZoneSource,
  file: string,
  sides: ThreeSides,
  { now, known = {} }: { readonly now: number; readonly known?: KnownOfSerial },
): { readonly text: string; readonly serial: number | null } | Refusal {
  const unreadable = (reason: string) => refuse('serial-unreadable', { zone: source.zone, file, reason });
  const conflict = () =>
    refuse('record-conflict', {
      zone: source.zone,
      file,
      reason: 'both sides changed the same lines, not the serial only',
    });
  const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map((texts) => placedSerial(source, file, texts));
  if (base === undefined || ours === undefined || theirs === undefined || !base || !ours || !theirs)
    return unreadable('one of the three texts has no serial');
  const kept = ours.site.text === base.site.text && theirs.site.text === base.site.text;
  if (kept) {
    // Nobody counts it here, or a server does: the rest merges as any text does.
    const text = mergeLines(base.text, ours.text, theirs.text);
    return text === null ? conflict() : { text, serial: null };
  }
  const values = [ours, theirs, base].map(({ site }) => numberAt(site)).filter((value) => value !== null);
  if (values.length < 3) return unreadable('one of the three texts has no serial that can be counted on');
  // With the same serial in all three the rest merges as any text does, line by line.
  const merged = mergeLines(marked(base), marked(ours), marked(theirs));
  if (merged === null) return conflict();
  const newest = newestSerial(values);
  const both = ours.site.text !== base.site.text && theirs.site.text !== base.site.text;
  const next = both ? decideSerial(ours.site, { held: [newest], now, known }) : null;
  if (next !== null && isRefusal(next)) return next;
  const serial = next?.kind === 'next' ? next.serial : newest;
  return { text: merged.replace(marker, String(serial)), serial };
}

interface Placed {
  readonly text: string;
  readonly site: SerialSite;
}

/** The serial in one file of a zone; null where it is not there. */
function placedSerial(source: ZoneSource, file: string, texts: ReadonlyMap<string, string>): Placed | null {
  const zone = openZone(source, texts);
  const found: { readonly document: HeldDocument; readonly serial: SerialSite } | null = isRefusal(zone)
    ? null
    : serialOf(zone);
  return found === null || found.document.path !== file ? null : { text: found.document.text, site: found.serial };
}

/** No zone file holds a NUL, so nothing else in it can be taken for the marker. */
const marker = '\0S\0';

function marked({ text, site }: Placed): string {
  const lines = text.split('\n').slice(0, site.line - 1);
  const at = lines.reduce((sum, line) => sum + line.length + 1, 0) + site.column - 1;
  return text.slice(0, at) + marker + text.slice(at + site.text.length);
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
