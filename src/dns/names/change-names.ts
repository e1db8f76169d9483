import { isRefusal, refuse, type Refusal } from '../../core/refusal.ts';
import type { RecordChange } from '../change.ts';
import { readData } from '../data.ts';
import { isWithin, labelsOf, nameProblem, nearNames } from '../name.ts';
import { positionOf } from '../zone-file/syntax.ts';
import type { NamesDocument, PiecesRules } from './pieces-document.ts';
import type { NameRecord, OpaquePlace, Piece } from './piece.ts';

type Read = (text: string) => NamesDocument;

interface Found {
  readonly piece: Piece;
  readonly record: NameRecord;
}

/** One change to names, proven by reading the result: nothing but the asked record differs, or nothing is done. */
export function changeNames(
  document: NamesDocument,
  change: RecordChange,
  format: Pick<PiecesRules, 'groupedBy'>,
  read: Read,
): NamesDocument | Refusal {
  const wrong = refusedAtOnce(document, change);
  if (wrong !== null) return wrong;
  const asked = askedRecord(change, change.data);
  if (isRefusal(asked)) return asked;
  const own = found(document, ({ owner }) => owner === change.owner);
  const same = own.find(({ record }) => isSame(record, asked));
  if (change.action === 'delete') {
    if (same === undefined) return missing(document, change, asked.data, own);
    return (
      proven(document, asked, null, read, [() => same.piece.remove(same.record)]) ??
      stuck(document, same.piece.at, change, same.piece.fixed)
    );
  }
  if (change.action === 'create') {
    if (same !== undefined) return exists(document, same, change);
    return create(document, asked, own, format, read) ?? stuck(document, 0, change);
  }
  const before = askedRecord(change, change.before);
  if (isRefusal(before)) return before;
  const target = own.find(({ record }) => isSame(record, before));
  if (target === undefined) return missing(document, change, before.data, own);
  // The same data with another TTL is a change, where the holder keeps a TTL.
  const retimed = same === target && asked.ttl !== null && asked.ttl !== target.record.ttl;
  if (same !== undefined && !retimed) return exists(document, same, change);
  return update(document, target, asked, format, read) ?? stuck(document, target.piece.at, change, target.piece.fixed);
}

function refusedAtOnce(document: NamesDocument, change: RecordChange): Refusal | null {
  const base = { name: change.owner, file: document.path };
  if (!isWithin(change.owner, document.zone))
    return refuse('zone-not-found', { ...base, zone: document.zone, reason: 'the name is outside the zone' });
  const problem = nameProblem(change.owner);
  if (problem !== null) return refuse('bad-arguments', { ...base, reason: problem });
  const opaque = document.reading.opaque.find((one) => one.owners.includes(change.owner) && mayMeet(one, change));
  if (opaque === undefined) return null;
  return refuse(
    'zone-unreadable',
    { ...base, zone: document.zone, ...positionOf(document.text, opaque.at), reason: opaque.message },
    'Change that place by hand.',
  );
}

/** Sets of other types at the name are left as they are, whatever they hold; but a CNAME stands alone. */
function mayMeet({ type }: OpaquePlace, change: RecordChange): boolean {
  return type === undefined || type === change.type || type === 'CNAME' || change.type === 'CNAME';
}

function askedRecord(change: RecordChange, data: string): NameRecord | Refusal {
  const reading = readData(change.type, data, '.');
  if (reading.kind === 'wrong' || /[\r\n\0]/.test(data)) {
    const reason = reading.kind === 'wrong' ? reading.problem : 'the data holds a line end';
    return refuse('bad-arguments', { name: change.owner, type: change.type, data, reason });
  }
  const ttl = change.action === 'delete' ? null : change.ttl;
  return { owner: change.owner, type: change.type, ttl, data: reading.data };
}

function create(
  document: NamesDocument,
  asked: NameRecord,
  own: readonly Found[],
  format: Pick<PiecesRules, 'groupedBy'>,
  read: Read,
): NamesDocument | Refusal | null {
  const clash = own.find(({ record }) => record.type !== asked.type && [record.type, asked.type].includes('CNAME'));
  if (clash !== undefined) {
    const place = positionOf(document.text, clash.piece.at);
    return refuse('record-conflict', {
      zone: document.zone,
      name: asked.owner,
      type: asked.type,
      file: document.path,
      line: place.line,
      existing: [`${clash.record.type} ${clash.record.data} (${document.path}:${place.line})`],
      reason: 'a CNAME stands alone at its name',
    });
  }
  // A few of the nearest are enough: where they cannot say the record, the others of their kind cannot either.
  const near = neighbours(document, asked, format.groupedBy);
  const ways = near.map((piece) => () => piece.add(asked));
  return proven(document, null, asked, read, [...ways, ...document.reading.starts.map((start) => () => start(asked))]);
}

function update(
  document: NamesDocument,
  { piece, record }: Found,
  next: NameRecord,
  format: Pick<PiecesRules, 'groupedBy'>,
  read: Read,
): NamesDocument | null {
  const wanted = { ...next, ttl: next.ttl ?? record.ttl };
  const moved = (): string | null => {
    const without = piece.remove(record);
    if (without === null) return null;
    const rest = read(without);
    const added = create(rest, wanted, [], format, read);
    return added === null || isRefusal(added) ? null : added.text;
  };
  return proven(document, record, wanted, read, [() => piece.replace(record, wanted), moved]);
}

/** The first way whose result says exactly what was said before, less one record and plus another. */
function proven(
  document: NamesDocument,
  less: NameRecord | null,
  plus: NameRecord | null,
  read: Read,
  ways: readonly (() => string | null)[],
): NamesDocument | null {
  const expected = keysOf(document);
  if (less !== null) expected.splice(expected.indexOf(keyOf(less)), 1);
  if (plus !== null) expected.push(keyOf(plus));
  const goal = expected.sort().join('\n');
  for (const way of ways) {
    const text = way();
    if (text === null) continue;
    const next = read(text);
    if (next.reading.opaque.length === document.reading.opaque.length && keysOf(next).sort().join('\n') === goal)
      return next;
  }
  return null;
}

function keysOf(document: NamesDocument): string[] {
  return document.reading.pieces.flatMap(({ records }) => records.map(keyOf));
}

function keyOf({ owner, type, data }: NameRecord): string {
  return `${owner} ${type} ${data}`;
}

function isSame(a: NameRecord, b: NameRecord): boolean {
  return keyOf(a) === keyOf(b);
}

function found(document: NamesDocument, wanted: (record: NameRecord) => boolean): readonly Found[] {
  return document.reading.pieces.flatMap((piece) => piece.records.filter(wanted).map((record) => ({ piece, record })));
}

/** Pieces beside which a record would be looked for, nearest first; of equals the last. */
function neighbours(document: NamesDocument, asked: NameRecord, by: 'owner' | 'data'): readonly Piece[] {
  const labels = labelsOf(asked.owner).toReversed();
  const nearness = (record: NameRecord): number => {
    const own = labelsOf(record.owner).toReversed();
    let common = 0;
    while (common < labels.length && labels[common] === own[common]) common += 1;
    const owner = record.owner === asked.owner ? 1000 : 0;
    const data = record.data === asked.data ? (by === 'data' ? 2000 : 1) : 0;
    return owner + data + common * 2 + (record.type === asked.type ? 100 : 0);
  };
  return document.reading.pieces
    .map((piece, at) => ({ piece, at, near: Math.max(0, ...piece.records.map(nearness)) }))
    .toSorted((a, b) => b.near - a.near || b.at - a.at)
    .slice(0, 8)
    .map(({ piece }) => piece);
}

function exists(document: NamesDocument, { piece, record }: Found, change: RecordChange): Refusal {
  return refuse('record-exists', {
    zone: document.zone,
    name: change.owner,
    type: change.type,
    data: record.data,
    file: document.path,
    ...positionOf(document.text, piece.at),
  });
}

function missing(document: NamesDocument, change: RecordChange, data: string, own: readonly Found[]): Refusal {
  const existing = own.map(
    ({ piece, record }) =>
      `${record.type} ${record.data} (${document.path}:${positionOf(document.text, piece.at).line})`,
  );
  const names = new Set(found(document, () => true).map(({ record }) => record.owner));
  const first = own[0]?.piece ?? document.reading.pieces[0];
  return refuse('record-not-found', {
    zone: document.zone,
    name: change.owner,
    type: change.type,
    data,
    file: document.path,
    ...(first === undefined ? {} : { line: positionOf(document.text, first.at).line }),
    existing,
    near: existing.length > 0 ? [] : nearNames(change.owner, names),
  });
}

function stuck(document: NamesDocument, at: number, change: RecordChange, fixed?: string): Refusal {
  const place = positionOf(document.text, at > 0 ? at : (document.reading.pieces[0]?.at ?? 0));
  return refuse(
    'zone-unreadable',
    {
      zone: document.zone,
      file: document.path,
      ...place,
      name: change.owner,
      type: change.type,
      reason: fixed ?? `${document.holder} has no place where this can be written without changing something else`,
    },
    'Change that place by hand.',
  );
}
