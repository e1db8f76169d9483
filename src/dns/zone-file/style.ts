import { relativeName } from '../name.ts';
import { shapeOf } from '../record-types.ts';
import type { DataWord } from '../data.ts';
import { wordEnd } from './scan.ts';
import type { Entry, Scope, ZoneFileDocument } from './syntax.ts';
import { dataWordsOf } from './words.ts';

/** What a new line says. A null owner is left blank: it is that of the line before. */
export interface LineParts {
  readonly owner: string | null;
  readonly ttl: number | null;
  readonly type: string;
  readonly data: string;
}

type FieldName = 'ttl' | 'class' | 'type' | 'data';

interface Field {
  readonly name: FieldName;
  readonly at: number;
  readonly end: number;
}

/** A line in the manner of its neighbours: the same order of fields, each in their column, parted by what parts theirs. */
export function lineLike(
  document: ZoneFileDocument,
  sibling: Entry,
  neighbours: readonly Entry[],
  parts: LineParts,
): string {
  const fields = fieldsOf(document, sibling);
  const values: Record<FieldName, string | null> = {
    ttl: parts.ttl === null ? null : String(parts.ttl),
    class: sibling.classAt < 0 ? null : document.text.slice(sibling.classAt, endOfWord(document.text, sibling.classAt)),
    type: matchCase(parts.type, document.text.slice(sibling.typeAt, endOfWord(document.text, sibling.typeAt))),
    data: parts.data,
  };
  const order = fields.map((field) => field.name);
  if (values.ttl !== null && !order.includes('ttl')) order.splice(0, 0, 'ttl');
  let line = parts.owner ?? '';
  for (const name of order) {
    const value = values[name];
    if (value === null) continue;
    line += gapBefore(document, sibling, neighbours, name, line) + value;
  }
  return line;
}

function gapBefore(
  document: ZoneFileDocument,
  sibling: Entry,
  neighbours: readonly Entry[],
  name: FieldName,
  line: string,
): string {
  const own = fieldsOf(document, sibling).find((field) => field.name === name);
  // A TTL where the siblings have none: it stands where their first field stands, and pushes that along.
  if (own === undefined) return line === '' ? leadOf(document, sibling) : ' ';
  const gap = gapOf(document, sibling, own);
  // Data starts in another column after `CNAME` than after `A` where nothing lines them up: like goes with like.
  const alike = name === 'data' ? neighbours.filter((entry) => entry.type === sibling.type) : [];
  const near = alike.length > 1 ? alike : neighbours;
  const columns = near.flatMap((entry) => {
    const field = fieldsOf(document, entry).find((candidate) => candidate.name === name);
    return field === undefined ? [] : [columnOf(document.text, entry, field.at)];
  });
  const column = columnOf(document.text, sibling, own.at);
  if (line === '') return gap === '' || sibling.ownerAt >= 0 ? padding(0, column, gap) : gap;
  const shared = sharedColumn(columns, column);
  // One tab and no common column: the tabs part the fields, they do not line them up.
  if (gap === '\t' && shared === null) return gap;
  const aligned =
    gap.includes('\t') || gap.length > 1 || (shared !== null && columns.length > 1 && differIn(document, near, name));
  return aligned ? padding(widthOf(line), shared ?? column, gap) : gap === '' ? ' ' : gap;
}

function leadOf(document: ZoneFileDocument, sibling: Entry): string {
  const first = fieldsOf(document, sibling)[0];
  return first === undefined
    ? '\t'
    : padding(0, columnOf(document.text, sibling, first.at), gapOf(document, sibling, first));
}

/** True where the texts before the field have different widths and it still stands in one column: that is by intent. */
function differIn(document: ZoneFileDocument, neighbours: readonly Entry[], name: FieldName): boolean {
  const widths = new Set<number>();
  for (const entry of neighbours) {
    const field = fieldsOf(document, entry).find((candidate) => candidate.name === name);
    if (field === undefined) continue;
    widths.add(gapOf(document, entry, field).length);
  }
  return widths.size > 1;
}

/** The column that most neighbours share; null where no two do. */
function sharedColumn(columns: readonly number[], own: number): number | null {
  const counts = new Map<number, number>([[own, 0.5]]);
  for (const column of columns) counts.set(column, (counts.get(column) ?? 0) + 1);
  let best: readonly [number, number] = [own, 0];
  for (const entry of counts) if (entry[1] > best[1]) best = entry;
  return best[1] >= 2 ? best[0] : null;
}

/** White space from one column to another, of the kind that the siblings use, and never none. */
export function padding(from: number, to: number, like: string): string {
  if (!like.includes('\t')) return ' '.repeat(Math.max(1, to - from));
  let at = from;
  let out = '';
  while (nextStop(at) <= to) {
    out += '\t';
    at = nextStop(at);
  }
  if (out === '' && at >= to) return '\t';
  return out + ' '.repeat(Math.max(0, to - at));
}

function nextStop(column: number): number {
  return (Math.floor(column / 8) + 1) * 8;
}

export function widthOf(text: string, from = 0): number {
  let width = from;
  for (const char of text) width = char === '\t' ? nextStop(width) : char === '\uFEFF' ? width : width + 1;
  return width;
}

/** The column of an offset on its line, from 0, with tabs at every eighth. */
export function columnOf(text: string, entry: Entry, at: number): number {
  return widthOf(text.slice(Math.max(entry.start, text.lastIndexOf('\n', at - 1) + 1), at));
}

function gapOf(document: ZoneFileDocument, entry: Entry, field: Field): string {
  const before = /[ \t]*$/.exec(document.text.slice(entry.start, field.at));
  return before?.[0] ?? '';
}

/** The fields after the owner, in the order in which the line has them. */
function fieldsOf(document: ZoneFileDocument, entry: Entry): readonly Field[] {
  const at: Record<FieldName, number> = {
    ttl: entry.ttlAt,
    class: entry.classAt,
    type: entry.typeAt,
    data: entry.dataAt,
  };
  return (['ttl', 'class', 'type', 'data'] as const)
    .filter((name) => at[name] >= 0)
    .map((name) => ({ name, at: at[name], end: endOfWord(document.text, at[name]) }))
    .sort((a, b) => a.at - b.at);
}

export function endOfWord(text: string, at: number): number {
  const end = wordEnd(text, at);
  return end < 0 ? ~end : end;
}

function matchCase(type: string, like: string): string {
  return like !== '' && like === like.toLowerCase() ? type.toLowerCase() : type;
}

/** An owner as the neighbours write theirs: relative where they do and the origin allows it. */
export function ownerLike(
  document: ZoneFileDocument,
  neighbours: readonly Entry[],
  owner: string,
  scope: Scope,
): string {
  const relative = relativeName(owner, scope.origin);
  if (relative === null) return owner;
  const written = neighbours.filter((entry) => entry.ownerAt >= 0);
  const absolute = written.filter((entry) => document.text.charAt(entry.ownerEnd - 1) === '.').length;
  return absolute * 2 > written.length ? owner : relative;
}

/** Data with its names written as the neighbours write theirs. */
export function dataLike(
  document: ZoneFileDocument,
  neighbours: readonly Entry[],
  type: string,
  words: readonly DataWord[],
  scope: Scope,
): string {
  return words.map((word, at) => wordLike(document, neighbours, type, word, at, scope)).join(' ');
}

/** One word of the data, which stands at the place `at` of it. */
// oxlint-disable-next-line max-params
export function wordLike(
  document: ZoneFileDocument,
  neighbours: readonly Entry[],
  type: string,
  word: DataWord,
  at: number,
  scope: Scope,
): string {
  if (shapeOf(type)[at] === 'name') return targetLike(document, neighbours, word.text, scope);
  return word.quoted ? `"${word.text}"` : word.text;
}

function targetLike(document: ZoneFileDocument, neighbours: readonly Entry[], name: string, scope: Scope): string {
  const relative = relativeName(name, scope.origin);
  // `@` as data is rare and easily misread: only where the file writes it so.
  if (relative === null || (relative === '@' && !writesAt(document))) return name;
  if (relative === '@') return relative;
  const votes = targetVotes(document, neighbours) ?? targetVotes(document, document.entries) ?? 'relative';
  return votes === 'absolute' ? name : relative;
}

function writesAt(document: ZoneFileDocument): boolean {
  const found = document.entries.findIndex(
    (entry) =>
      entry.kind === 'record' &&
      document.text.charAt(entry.wordsEnd - 1) === '@' &&
      entry.type !== 'SOA' &&
      /(^|\s)@$/.test(document.text.slice(entry.dataAt, entry.wordsEnd)),
  );
  return found >= 0;
}

/** How names inside the zone are written as data: only those count that could be written either way. */
function targetVotes(document: ZoneFileDocument, entries: Iterable<Entry>): 'absolute' | 'relative' | null {
  let absolute = 0;
  let relative = 0;
  for (const entry of entries) {
    if (entry.kind !== 'record' || entry.type === 'SOA') continue;
    const at = shapeOf(entry.type).indexOf('name');
    if (at < 0) continue;
    const word = dataWordsOf(document.text, entry)[at];
    if (word === undefined) continue;
    if (!word.text.endsWith('.')) relative += 1;
    else if (word.text.toLowerCase().endsWith(`.${entry.scope.origin}`)) absolute += 1;
    if (absolute + relative >= 200) break;
  }
  if (absolute + relative === 0) return null;
  return absolute > relative ? 'absolute' : 'relative';
}
