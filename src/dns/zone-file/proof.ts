import { column } from './column.ts';
import { recordAt } from './records.ts';
import type { Entry, ZoneFileDocument } from './syntax.ts';

/** A record that comes or goes. A null TTL is not compared. */
export interface ExpectedDifference {
  readonly owner: string;
  readonly type: string;
  readonly data: string;
  readonly ttl: number | null;
}

/**
 * True where the two documents hold the same records but for those named. What stands before the first and after the
 * last difference in the text is compared by its state (name, TTL, origin), so that a large file costs one walk.
 */
export function differsOnlyBy(
  before: ZoneFileDocument,
  after: ZoneFileDocument,
  expected: { readonly removed: readonly ExpectedDifference[]; readonly added: readonly ExpectedDifference[] },
): boolean {
  const old = before.entries;
  const now = after.entries;
  const { head, tail } = sameEnds(before, after);
  const gone = keysOf(before, old.range(head, old.length - tail));
  const come = keysOf(after, now.range(head, now.length - tail));
  if (gone === null || come === null) return false;
  const change = difference(gone, come);
  return matches(change.removed, expected.removed) && matches(change.added, expected.added);
}

/** How many entries at both ends have the same text and the same state. */
function sameEnds(before: ZoneFileDocument, after: ZoneFileDocument): { readonly head: number; readonly tail: number } {
  const [old, now] = [before.entries, after.entries];
  const [one, two] = [before.text, after.text];
  const most = Math.min(one.length, two.length);
  const same = commonStart(one, two, most);
  const fewest = Math.min(old.length, now.length);
  let head = 0;
  while (
    head < fewest &&
    old.number(head, column.end) <= same &&
    old.number(head, column.end) === now.number(head, column.end) &&
    old.isAlike(head, now, head)
  )
    head += 1;
  const equal = commonEnd(one, two, most);
  let tail = 0;
  while (tail < fewest - head) {
    const row = old.length - 1 - tail;
    const there = now.length - 1 - tail;
    const rest = one.length - old.number(row, column.start);
    if (rest > equal || rest !== two.length - now.number(there, column.start) || !old.isAlike(row, now, there)) break;
    tail += 1;
  }
  return { head, tail };
}

/** Compared piece by piece, which a machine does many characters at a time, and one by one in the piece that differs. */
const piece = 4096;

function commonStart(one: string, two: string, most: number): number {
  let same = 0;
  while (same + piece <= most && one.slice(same, same + piece) === two.slice(same, same + piece)) same += piece;
  while (same < most && one.charCodeAt(same) === two.charCodeAt(same)) same += 1;
  return same;
}

function commonEnd(one: string, two: string, most: number): number {
  const ends = (text: string, same: number): string => text.slice(text.length - same - piece, text.length - same);
  let same = 0;
  while (same + piece <= most && ends(one, same) === ends(two, same)) same += piece;
  while (same < most && one.charCodeAt(one.length - 1 - same) === two.charCodeAt(two.length - 1 - same)) same += 1;
  return same;
}

/** The middle, as one key for each thing that it says; null where a part cannot be read and so cannot be compared. */
function keysOf(document: ZoneFileDocument, entries: Iterable<Entry>): readonly Key[] | null {
  const keys: Key[] = [];
  for (const entry of entries) {
    if (entry.kind === 'blank') continue;
    const record = recordAt(document, entry);
    if (record === null)
      keys.push({ key: `text ${entry.owner} ${document.text.slice(entry.start, entry.end).trim()}`, ttl: null });
    else keys.push({ key: keyOf(record), ttl: record.ttl });
  }
  return keys;
}

interface Key {
  readonly key: string;
  readonly ttl: number | null;
}

function keyOf(record: Pick<ExpectedDifference, 'owner' | 'type' | 'data'>): string {
  return `${record.owner} ${record.type} ${record.data}`;
}

function difference(
  gone: readonly Key[],
  come: readonly Key[],
): { readonly removed: readonly Key[]; readonly added: readonly Key[] } {
  const left = new Map<string, Key[]>();
  const full = (key: Key): string => `${key.ttl ?? '-'} ${key.key}`;
  for (const key of gone) left.set(full(key), [...(left.get(full(key)) ?? []), key]);
  const added: Key[] = [];
  for (const key of come) {
    const same = left.get(full(key));
    if (same === undefined || same.length === 0) added.push(key);
    else same.pop();
  }
  return { removed: [...left.values()].flat(), added };
}

function matches(found: readonly Key[], expected: readonly ExpectedDifference[]): boolean {
  if (found.length !== expected.length) return false;
  const rest = [...found];
  return expected.every((one) => {
    const at = rest.findIndex((key) => key.key === keyOf(one) && (one.ttl === null || key.ttl === one.ttl));
    if (at < 0) return false;
    rest.splice(at, 1);
    return true;
  });
}
