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
  let head = 0;
  while (head < old.length && head < now.length && sameEntry(before, after, old[head], now[head])) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    sameEntry(before, after, old[old.length - 1 - tail], now[now.length - 1 - tail])
  )
    tail += 1;
  const gone = keysOf(before, old.slice(head, old.length - tail));
  const come = keysOf(after, now.slice(head, now.length - tail));
  if (gone === null || come === null) return false;
  const change = difference(gone, come);
  return matches(change.removed, expected.removed) && matches(change.added, expected.added);
}

function sameEntry(
  before: ZoneFileDocument,
  after: ZoneFileDocument,
  one: Entry | undefined,
  other: Entry | undefined,
): boolean {
  if (one === undefined || other === undefined) return false;
  return (
    one.end - one.start === other.end - other.start &&
    one.kind === other.kind &&
    one.ttl === other.ttl &&
    one.owner === other.owner &&
    one.scope.origin === other.scope.origin &&
    one.scope.defaultTtl === other.scope.defaultTtl &&
    before.text.slice(one.start, one.end) === after.text.slice(other.start, other.end)
  );
}

/** The middle, as one key for each thing that it says; null where a part cannot be read and so cannot be compared. */
function keysOf(document: ZoneFileDocument, entries: readonly Entry[]): readonly Key[] | null {
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
