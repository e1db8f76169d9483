import { refuse, isRefusal, type Refusal } from '../../core/refusal.ts';
import { assert } from '../../core/bug.ts';
import type { RecordChange } from '../change.ts';
import { canonicalData, dataWords, type DataWord } from '../data.ts';
import { isWithin, nameProblem, relativeName } from '../name.ts';
import { shapeOf } from '../record-types.ts';
import { canonicalIpv6 } from '../address.ts';
import { conflictOf, entriesOf, isGenerated, notFound, type OwnEntry } from './conflicts.ts';
import { parseEntries } from './parse.ts';
import { placesFor, type Place } from './place.ts';
import { differsOnlyBy } from './proof.ts';
import { dataLike, endOfWord, lineLike, ownerLike, padding, columnOf } from './style.ts';
import type { Entry, ZoneFileDocument } from './syntax.ts';
import { dataWordsOf } from './words.ts';

/** Text that takes the place of `[at, end)`. */
export interface Splice {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

/** The document with the changes made, or the first reason why not. Nothing is half done. */
export function applyChanges(document: ZoneFileDocument, changes: readonly RecordChange[]): ZoneFileDocument | Refusal {
  let current = document;
  for (const change of changes) {
    const next = applyChange(current, change);
    if (isRefusal(next)) return next;
    current = next;
  }
  return current;
}

function applyChange(document: ZoneFileDocument, change: RecordChange): ZoneFileDocument | Refusal {
  if (!isWithin(change.owner, document.zone)) {
    return refuse('zone-not-found', {
      name: change.owner,
      zone: document.zone,
      file: document.path,
      reason: 'the name is outside the zone',
    });
  }
  const problem = nameProblem(change.owner);
  if (problem !== null) return refuse('bad-arguments', { name: change.owner, reason: problem });
  if (change.type === 'SOA')
    return refuse('bad-arguments', {
      name: change.owner,
      type: 'SOA',
      reason: 'the SOA record is not added, changed or removed as a record',
    });
  const own = entriesOf(document, change.owner);
  if (isRefusal(own)) return own;
  switch (change.action) {
    case 'create':
      return create(document, change, own);
    case 'update':
      return update(document, change, own);
    case 'delete':
      return remove(document, change, own);
  }
}

interface AskedData {
  readonly words: readonly DataWord[];
  readonly canonical: string;
}

/** The asked data as words to write (names absolute, addresses canonical) and in its one spelling. */
function askedData(change: {
  readonly owner: string;
  readonly type: string;
  readonly data: string;
}): AskedData | Refusal {
  const wrong = (reason: string): Refusal =>
    refuse('bad-arguments', { name: change.owner, type: change.type, data: change.data, reason });
  if (/[\r\n\0]/.test(change.data)) return wrong('the data holds a line end');
  const words = dataWords(change.data, change.type === 'SVCB' || change.type === 'HTTPS');
  if (words === null) return wrong('a double quote is not closed');
  const reading = canonicalData(change.type, words, '.');
  if (reading.kind === 'wrong') return wrong(reading.problem);
  const shape = shapeOf(change.type);
  const strings = shape.at(-1) === 'texts' || shape.includes('text') ? dataWords(reading.data) : null;
  const written = words.map((word, at): DataWord => {
    if (shape[at] === 'ipv6') return { text: canonicalIpv6(word.text) ?? word.text, quoted: false };
    if (shape[at] === 'name') return { text: word.text.endsWith('.') ? word.text : `${word.text}.`, quoted: false };
    return (
      strings?.[at] ??
      (/[;()]/.test(word.text) && !word.quoted
        ? { text: word.text.replace(/(?<!\\)[;()]/g, '\\$&'), quoted: false }
        : word)
    );
  });
  return { words: written, canonical: reading.data };
}

function create(
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
  for (const place of placesFor(document, change.owner, change.type, asked.canonical)) {
    const ttl = set?.entry.ttl ?? change.ttl ?? siblingTtl(place);
    const line = insertion(document, place, change, asked.words, ttl);
    const added = [{ owner: change.owner, type: change.type, data: asked.canonical, ttl }];
    const next = firstProven(document, [[line], [line, ...keptTtl(document, place)]], { removed: [], added });
    if (next !== undefined) return next;
  }
  return refuse('zone-unreadable', {
    zone: document.zone,
    file: document.path,
    name: change.owner,
    reason: 'no place was found where a line changes nothing else',
  });
}

/** The first way of editing that changes the asked records and no other. */
function firstProven(
  document: ZoneFileDocument,
  ways: readonly (readonly Splice[])[],
  expected: Parameters<typeof differsOnlyBy>[2],
): ZoneFileDocument | undefined {
  for (const splices of ways) {
    const next = spliced(document, splices);
    if (differsOnlyBy(document, next, expected)) return next;
  }
  return undefined;
}

/** Where no `$TTL` is, the line after a new one may have its TTL from the line before: then it must say it itself. */
function keptTtl(document: ZoneFileDocument, place: Place): readonly Splice[] {
  const next = document.entries.find((entry) => entry.start >= place.at && entry.typeAt >= 0);
  return next === undefined || next.ttlAt >= 0 || next.ttl === null ? [] : [ttlSplice(document, next, next.ttl)];
}

function exists(
  document: ZoneFileDocument,
  same: OwnEntry,
  change: { readonly owner: string; readonly type: string },
): Refusal {
  return refuse('record-exists', {
    zone: document.zone,
    name: change.owner,
    type: change.type,
    data: same.data,
    file: document.path,
    line: same.entry.line,
  });
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
  const before = document.entries.findLast((entry) => entry.end <= place.at && entry.owner !== '');
  return before?.ttl !== ttl;
}

function lineEndOf(document: ZoneFileDocument): string {
  const first = document.text.indexOf('\n');
  return first > 0 && document.text.charAt(first - 1) === '\r' ? '\r\n' : '\n';
}

function remove(
  document: ZoneFileDocument,
  change: RecordChange & { readonly action: 'delete' },
  own: readonly OwnEntry[],
): ZoneFileDocument | Refusal {
  const asked = askedData(change);
  if (isRefusal(asked)) return asked;
  const going = own.filter(({ type, data }) => type === change.type && data === asked.canonical);
  if (going.length === 0) return notFound(document, own, { ...change, data: asked.canonical });
  const made = going.find((one) => one.generated);
  if (made !== undefined) return isGenerated(document, made, change.owner);
  let current = document;
  // From the last to the first, so that earlier offsets stay true.
  for (const { entry } of going.toReversed()) {
    const index = current.entries.findIndex((candidate) => candidate.start === entry.start);
    const removed = { owner: change.owner, type: change.type, data: asked.canonical, ttl: entry.ttl };
    const next = firstProven(current, removals(current, index), { removed: [removed], added: [] });
    if (next === undefined) return entangled(document, entry, change.owner);
    current = next;
  }
  return current;
}

/**
 * Takes the lines of an entry out, and hands its name to the line that looked up to it. The second way hands its TTL
 * on as well, for zones without `$TTL`, where a line may take it from the one before.
 */
function removals(document: ZoneFileDocument, index: number): readonly (readonly Splice[])[] {
  const entry = document.entries[index];
  assert(entry !== undefined, 'an entry to remove');
  const from = entry.start + (document.text.charCodeAt(entry.start) === 0xfeff ? 1 : 0);
  const splices: Splice[] = [{ at: from, end: entry.end, text: '' }];
  const heir = document.entries.slice(index + 1).find((next) => next.owner !== '');
  if (heir === undefined) return [splices];
  const before = document.entries.slice(0, index).findLast((earlier) => earlier.owner !== '');
  if (entry.ownerAt >= 0 && heir.ownerAt < 0 && before?.owner !== entry.owner)
    splices.push(handOwner(document, entry, heir));
  const at = heir.classAt >= 0 ? Math.min(heir.classAt, heir.typeAt) : heir.typeAt;
  if (entry.ttlAt < 0 || heir.ttlAt >= 0 || at < 0) return [splices];
  const ttl = document.text.slice(entry.ttlAt, endOfWord(document.text, entry.ttlAt));
  return [splices, [...splices, { at, end: at, text: `${ttl} ` }]];
}

/** Other lines take their name or TTL from this one in a way that no edit of ours can keep. */
function entangled(document: ZoneFileDocument, entry: Entry, name: string): Refusal {
  const reason = 'other lines take their name or TTL from this line, and would change with it';
  return refuse('zone-unreadable', { zone: document.zone, file: document.path, line: entry.line, name, reason });
}

function handOwner(document: ZoneFileDocument, entry: Entry, heir: Entry): Splice {
  const written = document.text.slice(entry.ownerAt, entry.ownerEnd);
  const owner =
    entry.scope.origin === heir.scope.origin ? written : (relativeName(entry.owner, heir.scope.origin) ?? entry.owner);
  const lead = /^[ \t\f\v]*/.exec(document.text.slice(heir.start, heir.wordsEnd))?.[0] ?? '';
  const column = columnOf(document.text, heir, heir.start + lead.length);
  return { at: heir.start, end: heir.start + lead.length, text: owner + padding(owner.length, column, lead) };
}

function update(
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

function ttlSplice(document: ZoneFileDocument, entry: Entry, ttl: number): Splice {
  if (entry.ttlAt >= 0) return { at: entry.ttlAt, end: endOfWord(document.text, entry.ttlAt), text: String(ttl) };
  const at = entry.classAt >= 0 ? Math.min(entry.classAt, entry.typeAt) : entry.typeAt;
  return { at, end: at, text: `${ttl} ` };
}

/** The document with its text spliced, read anew. Splices do not overlap. */
export function spliced(document: ZoneFileDocument, splices: readonly Splice[]): ZoneFileDocument {
  let text = '';
  let from = 0;
  for (const splice of splices.toSorted((a, b) => a.at - b.at)) {
    text += document.text.slice(from, splice.at) + splice.text;
    from = splice.end;
  }
  text += document.text.slice(from);
  return { ...document, text, entries: parseEntries(text, document.start) };
}
