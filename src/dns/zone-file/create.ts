import { isRefusal, refuse, type Refusal } from '../../core/refusal.ts';
import type { RecordChange } from '../change.ts';
import type { DataWord } from '../data.ts';
import { askedData } from './asked-data.ts';
import { conflictOf, exists, type OwnEntry } from './conflicts.ts';
import { type Place, placesFor } from './place.ts';
import { firstProven, type Splice, ttlSplice } from './splice.ts';
import { dataLike, lineLike, ownerLike } from './style.ts';
import type { ZoneFileDocument } from './syntax.ts';

export function create(
  document: ZoneFileDocument,
  change: RecordChange & { readonly action: 'create' },
  own: readonly OwnEntry[],
): ZoneFileDocument | Refusal {
  const asked = askedData(change);
  if (isRefusal(asked)) return asked;
  const same = own.find(({ type, data }) => type === change.type && data === asked.canonical);
  if (same !== undefined) return exists(document, same, change);
  const conflict = conflictOf(document, own, change.owner, change.type);
  if (conflict !== null) return conflict;
  // One record set has one TTL (RFC 2181 section 5.2): a new member takes the set's, whatever else was asked.
  const set = own.find(({ type, generated }) => type === change.type && !generated);
  const placed = { owner: change.owner, type: change.type, data: asked.canonical, joins: own.length > 0 };
  for (const place of placesFor(document, placed)) {
    const ttl = set?.entry.ttl ?? change.ttl ?? siblingTtl(place);
    const line = insertion(document, place, change, asked.words, ttl);
    const added = [{ owner: change.owner, type: change.type, data: asked.canonical, ttl }];
    const next = firstProven(document, waysOf(document, place, line), { removed: [], added });
    if (next !== undefined) return next;
  }
  return refuse('zone-unreadable', {
    zone: document.zone,
    file: document.path,
    name: change.owner,
    reason: 'no place was found where a line changes nothing else',
  });
}

/** The line alone, and where that is not enough with the TTL of the line after it: looked for only then. */
function* waysOf(document: ZoneFileDocument, place: Place, line: Splice): Generator<readonly Splice[]> {
  yield [line];
  yield [line, ...keptTtl(document, place)];
}

/** Where no `$TTL` is, the line after a new one may have its TTL from the line before: then it must say it itself. */
function keptTtl(document: ZoneFileDocument, place: Place): readonly Splice[] {
  const next = document.entries.find((entry) => entry.start >= place.at && entry.typeAt >= 0);
  return next === undefined || next.ttlAt >= 0 || next.ttl === null ? [] : [ttlSplice(document, next, next.ttl)];
}

/** Null: the zone's own default holds. A TTL only where the lines around say theirs. */
function siblingTtl(place: Place): number | null {
  const saying = place.neighbours.filter((entry) => entry.ttlAt >= 0);
  if (saying.length * 2 <= place.neighbours.length) return null;
  return place.sibling !== null && place.sibling.ttlAt >= 0 ? place.sibling.ttl : (saying.at(-1)?.ttl ?? null);
}

function insertion(
  document: ZoneFileDocument,
  place: Place,
  change: RecordChange & { readonly action: 'create' },
  words: readonly DataWord[],
  ttl: number | null,
): Splice {
  const { text } = document;
  const near = place.sibling === null ? [] : [place.sibling, ...place.neighbours];
  const sameType = near.filter((entry) => entry.type === change.type);
  const owner = place.blankOwner ? null : ownerLike(document, near, change.owner, place.scope);
  const parts = {
    owner,
    ttl: ttl !== null && needsTtl(document, place, ttl) ? ttl : null,
    type: change.type,
    data: dataLike(document, sameType, change.type, words, place.scope),
  };
  const line =
    place.sibling === null
      ? [parts.owner ?? '', ...(parts.ttl === null ? [] : [String(parts.ttl)]), 'IN', parts.type, parts.data].join('\t')
      : lineLike(document, place.sibling, place.neighbours, parts);
  const lineEnd = lineEndOf(document);
  // A file without a last line end keeps having none.
  const open = place.at > 0 && !/[\r\n]/.test(text.charAt(place.at - 1));
  return { at: place.at, end: place.at, text: open ? lineEnd + line : line + lineEnd };
}

/** A TTL is written where the lines around write theirs, or where it is another than what holds anyway. */
function needsTtl(document: ZoneFileDocument, place: Place, ttl: number): boolean {
  if (place.sibling !== null && place.sibling.ttlAt >= 0) return true;
  if (place.scope.defaultTtl !== null) return place.scope.defaultTtl !== ttl;
  const before = document.entries.findLast((entry) => entry.end <= place.at && entry.typeAt >= 0);
  return before?.ttl !== ttl;
}

function lineEndOf(document: ZoneFileDocument): string {
  const first = document.text.indexOf('\n');
  return first > 0 && document.text.charAt(first - 1) === '\r' ? '\r\n' : '\n';
}
