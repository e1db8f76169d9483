import type { SerialBump } from './bump.ts';
import type { DnsRow } from './plan-change.ts';
import { setKey } from './record.ts';
import { shapeOf } from './record-types.ts';
import type { HeldRecord } from './record.ts';
import { zoneFileHolder } from './zone-file/zone-file-holder.ts';

/** What a change is held to: the rows that were asked for with the serial, or our own reading of both states. */
export type Expected =
  | { readonly kind: 'asked'; readonly rows: readonly DnsRow[]; readonly serial: SerialBump | null }
  | { readonly kind: 'read'; readonly before: readonly HeldRecord[]; readonly after: readonly HeldRecord[] };

type Records = readonly Pick<HeldRecord, 'owner' | 'type' | 'ttl' | 'data'>[];

/** The records that a server's program printed, in the same form as all others. */
export function compiledRecords(zone: string, text: string): readonly HeldRecord[] {
  return [...zoneFileHolder.records(zoneFileHolder.parse(text, { path: 'compiled', zone }))];
}

/** Null where the compiled states differ by exactly what is expected; else the first thing that does not fit. */
export function proofProblem(before: Records, after: Records, expected: Expected): string | null {
  return expected.kind === 'asked'
    ? askedProblem(before, after, expected.rows, expected.serial)
    : readProblem(before, after, expected);
}

function askedProblem(
  before: Records,
  after: Records,
  rows: readonly DnsRow[],
  serial: SerialBump | null,
): string | null {
  const wanted = new Set(keysOf(before.filter(notSoa)));
  for (const { action, name, type, before: old, after: fresh } of rows) {
    if (action !== 'create') wanted.delete(lastKey(wanted, { owner: name, type, data: old ?? '' }));
    if (fresh !== null) wanted.add(nextKey(wanted, { owner: name, type, data: fresh }));
  }
  const there = new Set(keysOf(after.filter(notSoa)));
  const problem = firstDifference(wanted, there);
  if (problem !== null) return problem;
  const asked = new Set(rows.map(({ name, type }) => setKey(name, type)));
  return timeProblem(before, after, asked) ?? soaProblem(before, after, serial);
}

/** Records that nobody asked to change keep their TTL: a line that moved under another `$TTL` would not. */
function timeProblem(before: Records, after: Records, asked: ReadonlySet<string>): string | null {
  const times = new Map(before.map((record) => [keyOf(record), record.ttl]));
  for (const record of after) {
    if (record.type === 'SOA' || asked.has(setKey(record.owner, record.type))) continue;
    const was = times.get(keyOf(record));
    if (was !== undefined && was !== record.ttl)
      return `the TTL of ${record.owner} ${record.type} would change from ${was ?? 0} to ${record.ttl ?? 0}`;
  }
  return null;
}

function soaProblem(before: Records, after: Records, serial: SerialBump | null): string | null {
  const [old, fresh] = [soaOf(before), soaOf(after)];
  if (old === null || fresh === null) return old === fresh ? null : 'the SOA would come or go';
  if (old.rest !== fresh.rest) return 'the SOA would change in more than its serial';
  const wanted = serial === null ? old.serial : String(serial.new);
  return fresh.serial === wanted ? null : `the serial would be ${fresh.serial}, not ${wanted}`;
}

function soaOf(records: Records): { readonly serial: string; readonly rest: string } | null {
  const soa = records.find(({ type }) => type === 'SOA');
  const words = soa?.data.split(' ');
  if (words === undefined) return null;
  return { serial: words[2] ?? '', rest: `${words.toSpliced(2, 1).join(' ')} ${soa?.ttl ?? ''}` };
}

/** The compiled difference is the one that we read. */
function readProblem(
  before: Records,
  after: Records,
  own: { readonly before: Records; readonly after: Records },
): string | null {
  const come = firstDifference(minus(own.after, own.before), minus(after, before));
  if (come !== null) return come;
  const gone = firstDifference(minus(before, after), minus(own.before, own.after));
  return gone;
}

function minus(from: Records, what: Records): ReadonlySet<string> {
  const there = new Set(keysOf(what));
  return new Set(keysOf(from).filter((key) => !there.has(key)));
}

function firstDifference(wanted: ReadonlySet<string>, there: ReadonlySet<string>): string | null {
  for (const key of wanted) if (!there.has(key)) return `${key} would be missing`;
  for (const key of there) if (!wanted.has(key)) return `${key} would be there`;
  return null;
}

type Keyed = Pick<HeldRecord, 'owner' | 'type' | 'data'>;

/**
 * Data of types that are carried word by word has spellings of which we know nothing: a server fills in the fields of a
 * LOC, and breaks a signature into words. Such records are counted, and are not compared.
 */
function isCounted(type: string): boolean {
  return shapeOf(type)[0] === 'words' && !/^TYPE\d+$/.test(type);
}

function keysOf(records: Records): string[] {
  const counts = new Map<string, number>();
  return records.map((record) => {
    if (!isCounted(record.type)) return keyOf(record);
    const set = setKey(record.owner, record.type);
    const count = (counts.get(set) ?? 0) + 1;
    counts.set(set, count);
    return countedKey(record, count);
  });
}

function countedKey({ owner, type }: Keyed, count: number): string {
  return `${owner} ${type} number ${count}`;
}

/** The key by which one more such record is there. */
function nextKey(keys: ReadonlySet<string>, record: Keyed): string {
  if (!isCounted(record.type)) return keyOf(record);
  let count = 1;
  while (keys.has(countedKey(record, count))) count += 1;
  return countedKey(record, count);
}

function lastKey(keys: ReadonlySet<string>, record: Keyed): string {
  if (!isCounted(record.type)) return keyOf(record);
  let count = 1;
  while (keys.has(countedKey(record, count + 1))) count += 1;
  return countedKey(record, count);
}

function keyOf({ owner, type, data }: Pick<HeldRecord, 'owner' | 'type' | 'data'>): string {
  return `${owner} ${type} ${data}`;
}

function notSoa({ type }: { readonly type: string }): boolean {
  return type !== 'SOA';
}
