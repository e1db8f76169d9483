import { assert } from '../../core/bug.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import type { RecordChange } from '../change.ts';
import type { DataWord } from '../data.ts';
import { shapeOf } from '../record-types.ts';
import { askedData } from './asked-data.ts';
import { exists, isGenerated, notFound, type OwnEntry } from './conflicts.ts';
import { differsOnlyBy } from './proof.ts';
import { entangled, type Splice, spliced, ttlSplice } from './splice.ts';
import { dataLike } from './style.ts';
import type { Entry, ZoneFileDocument } from './syntax.ts';
import { dataWordsOf } from './words.ts';

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
  const target = set.find(({ data }) => data === before.canonical);
  if (target === undefined) return notFound(document, own, { ...change, data: before.canonical });
  if (target.generated) return isGenerated(document, target, change.owner);
  const twin = set.find(({ data }) => data === after.canonical);
  const newTtl = change.ttl !== null && change.ttl !== target.entry.ttl ? change.ttl : null;
  if (twin !== undefined && (twin !== target || newTtl === null)) return exists(document, twin, change);
  const splices = twin === target ? [] : [...dataSplices(document, target.entry, change.type, after.words)];
  const written = set.filter(({ generated }) => !generated);
  const touched = newTtl === null ? [target] : written;
  if (newTtl !== null) splices.push(...written.map(({ entry }) => ttlSplice(document, entry, newTtl)));
  const next = spliced(document, splices);
  const record = ({ entry, data }: OwnEntry) => ({ owner: change.owner, type: change.type, data, ttl: entry.ttl });
  const added = touched.map((one) => ({
    ...record(one),
    data: one === target ? after.canonical : one.data,
    ttl: newTtl ?? one.entry.ttl,
  }));
  if (differsOnlyBy(document, next, { removed: touched.map(record), added })) return next;
  return entangled(document, target.entry, change.owner);
}

function dataSplices(
  document: ZoneFileDocument,
  entry: Entry,
  type: string,
  words: readonly DataWord[],
): readonly Splice[] {
  const placed = dataWordsOf(document.text, entry);
  const first = placed[0];
  const last = placed.at(-1);
  assert(first !== undefined && last !== undefined, 'data to change');
  if (placed.length !== words.length || shapeOf(type).at(-1) === 'texts') {
    return [{ at: first.at, end: last.end, text: dataLike(document, [entry], type, words, entry.scope) }];
  }
  return words.flatMap((word, at): readonly Splice[] => {
    const old = placed[at];
    if (old === undefined) return [];
    const padded = [...words.slice(0, at).map(() => ({ text: '', quoted: false })), word];
    const text = dataLike(document, [entry], type, padded, entry.scope).slice(at);
    return text === document.text.slice(old.at, old.end) ? [] : [{ at: old.at, end: old.end, text }];
  });
}
