import { isRefusal, type Refusal } from '../../core/refusal.ts';
import type { RecordChange } from '../change.ts';
import { askedData } from './asked-data.ts';
import { exists, isGenerated, notFound, type OwnEntry } from './conflicts.ts';
import { dataSplices, wholeDataSplice } from './data-splices.ts';
import { entangled, firstProven, type Splice, ttlSplice } from './splice.ts';
import type { ZoneFileDocument } from './syntax.ts';

export function update(
  document: ZoneFileDocument,
  change: RecordChange & { readonly action: 'update' },
  own: readonly OwnEntry[],
): ZoneFileDocument | Refusal {
  const before = askedData({ ...change, data: change.before });
  const after = askedData(change);
  if (isRefusal(before)) return before;
  if (isRefusal(after)) return after;
  const set = own.filter(({ type }) => type === change.type);
  // A record that stands there twice is one record, which changes in both places.
  const targets = set.filter(({ data, generated }) => data === before.canonical && !generated);
  const target = targets[0] ?? set.find(({ data }) => data === before.canonical);
  if (target === undefined) return notFound(document, own, { ...change, data: before.canonical });
  if (target.generated) return isGenerated(document, target, change.owner);
  const twin = set.find(({ data }) => data === after.canonical);
  const newTtl = change.ttl !== null && change.ttl !== target.entry.ttl ? change.ttl : null;
  if (twin !== undefined && (twin.data !== target.data || newTtl === null)) return exists(document, twin, change);
  const written = set.filter(({ generated }) => !generated);
  const touched = newTtl === null ? targets : written;
  const record = ({ entry, data }: OwnEntry) => ({ owner: change.owner, type: change.type, data, ttl: entry.ttl });
  const added = touched.map((one) => ({
    ...record(one),
    data: targets.includes(one) ? after.canonical : one.data,
    ttl: newTtl ?? one.entry.ttl,
  }));
  const times = newTtl === null ? [] : written.map(({ entry }) => ttlSplice(document, entry, newTtl));
  const kept = newTtl === null ? [] : keptTtls(document, written);
  const spliceAll = (way: typeof dataSplices): readonly Splice[] =>
    targets.flatMap(({ entry }) => way(document, entry, change.type, after.words));
  const data = twin === undefined ? [dataSplices, wholeDataSplice].map(spliceAll) : [[]];
  const ways = data.flatMap((splices) => [
    [...splices, ...times],
    [...splices, ...times, ...kept],
  ]);
  const next = firstProven(document, ways, { removed: touched.map(record), added });
  if (next !== undefined) return next;
  return entangled(document, target.entry, change.owner);
}

/** Where no `$TTL` is, lines behind a set may have theirs from it: they keep it by saying it themselves. */
function keptTtls(document: ZoneFileDocument, set: readonly OwnEntry[]): readonly Splice[] {
  const own = new Set(set.map(({ entry }) => entry.start));
  const heirs = new Map<number, Splice>();
  for (const { entry } of set) {
    const next = document.entries.find((one) => one.start >= entry.end && one.typeAt >= 0);
    if (next === undefined || own.has(next.start) || next.ttlAt >= 0 || next.ttl === null) continue;
    heirs.set(next.start, ttlSplice(document, next, next.ttl));
  }
  return [...heirs.values()];
}
