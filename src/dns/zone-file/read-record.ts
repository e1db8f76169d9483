import { readTime } from '../data.ts';
import type { ReadEntry } from './entries.ts';
import type { State } from './read-state.ts';
import { isTimeToLive, type Scan } from './scan.ts';
import type { Problem } from './syntax.ts';
import { dataWordsOf } from './words.ts';

/** An entry that says a record, or tries to. */
// oxlint-disable-next-line max-params
export function readRecord(
  text: string,
  start: number,
  line: number,
  scan: Scan,
  state: State,
  ownEntry: number,
  lexical: Problem | null,
): ReadEntry {
  const { starts, ends, count } = scan;
  let word = 0;
  let ownerAt = -1;
  let ownerEnd = -1;
  if (ownEntry >= 0) {
    ownerAt = starts[0] ?? -1;
    ownerEnd = ends[0] ?? -1;
    state.ownerEntry = ownEntry;
    word = 1;
  }
  let ttlAt = -1;
  let classAt = -1;
  let saidTtl: number | null = null;
  let foreignClass = false;
  // BIND's order: class, TTL, class; each at most once (lib/dns/master.c).
  for (; word < count && word < 4; word += 1) {
    const at = starts[word] ?? 0;
    const end = ends[word] ?? 0;
    const code = text.charCodeAt(at);
    if (ttlAt < 0 && code >= 48 && code <= 57 && isTimeToLive(text, at, end)) {
      ttlAt = at;
      saidTtl = secondsIn(text, at, end);
      continue;
    }
    const rrClass = classAt < 0 ? classIn(text, at, end) : null;
    if (rrClass === null) break;
    classAt = at;
    foreignClass = rrClass === 'other';
  }
  const typeAt = word < count ? (starts[word] ?? -1) : -1;
  const typeEnd = ends[word] ?? typeAt;
  const dataAt = word + 1 < count ? (starts[word + 1] ?? -1) : -1;
  if (saidTtl !== null) state.lastTtl = saidTtl;
  const ttl = saidTtl ?? state.scope.defaultTtl ?? state.lastTtl;
  const sound =
    state.ownerEntry >= 0 &&
    (ttlAt < 0 || saidTtl !== null) &&
    typeAt >= 0 &&
    (dataAt >= 0 || mayBeEmpty(text, typeAt, typeEnd)) &&
    isTypeWord(text, typeAt, typeEnd);
  const problem =
    lexical ??
    (sound
      ? null
      : recordProblem(text, {
          ownerAt,
          typeAt,
          typeEnd,
          dataAt,
          ttlAt,
          saidTtl,
          hasOwner: state.ownerEntry >= 0,
          end: scan.wordsEnd,
        }));
  // One row is filled again and again: a hundred thousand of them would be most of what is thrown away.
  const { row } = state;
  row.kind = problem === null ? 'record' : 'unreadable';
  row.line = line;
  row.start = start;
  row.end = scan.end;
  row.ownerAt = ownerAt;
  row.ownerEnd = ownerEnd;
  row.ttlAt = ttlAt;
  row.classAt = classAt;
  row.typeAt = typeAt;
  row.typeEnd = typeEnd;
  row.dataAt = dataAt;
  row.wordsEnd = scan.wordsEnd;
  row.scope = state.scope;
  row.ownerEntry = state.ownerEntry;
  row.ttl = ttl;
  row.foreignClass = foreignClass;
  row.problem = problem;
  return ttl === null && problem === null && isSoa(text, typeAt, typeEnd) ? withMinimum(text, row, state) : row;
}

/** A SOA without any TTL before it makes its last field the default for the whole zone, itself included (BIND). */
function withMinimum(text: string, entry: ReadEntry, state: State): ReadEntry {
  const minimum = readTime(dataWordsOf(text, { ...entry, type: 'SOA' })[6]?.text ?? '');
  state.scope = { ...state.scope, defaultTtl: minimum };
  return { ...entry, ttl: minimum };
}

interface RecordParts {
  readonly ownerAt: number;
  readonly typeAt: number;
  readonly typeEnd: number;
  readonly dataAt: number;
  readonly ttlAt: number;
  readonly saidTtl: number | null;
  readonly hasOwner: boolean;
  readonly end: number;
}

function recordProblem(text: string, parts: RecordParts): Problem | null {
  if (!parts.hasOwner)
    return { at: parts.typeAt < 0 ? parts.end : parts.typeAt, message: 'a line without a name, and no name before it' };
  if (parts.ttlAt >= 0 && parts.saidTtl === null) return { at: parts.ttlAt, message: 'the TTL is over 4294967295' };
  if (parts.typeAt < 0) return { at: parts.end, message: 'the record type is missing' };
  if (!isTypeWord(text, parts.typeAt, parts.typeEnd))
    return {
      at: parts.typeAt,
      message: `"${text.slice(parts.typeAt, parts.typeAt + 40).split(/\s/)[0] ?? ''}" is not a record type`,
    };
  if (parts.dataAt < 0) {
    const type = text.slice(parts.typeAt, parts.typeEnd).toUpperCase();
    return { at: parts.end, message: `the data of the ${type} record is missing` };
  }
  return null;
}

/** A letter, then letters, digits and dashes. */
function isTypeWord(text: string, at: number, end: number): boolean {
  for (let next = at; next < end; next += 1) {
    const code = text.charCodeAt(next);
    const letter = code | 32;
    if (letter >= 97 && letter <= 122) continue;
    if (next === at || !((code >= 48 && code <= 57) || code === 45)) return false;
  }
  return end > at;
}

/** APL, whose list of prefixes may have none (RFC 3123 section 4). */
function mayBeEmpty(text: string, at: number, end: number): boolean {
  return end - at === 3 && /^APL$/i.test(text.slice(at, end));
}

function isSoa(text: string, at: number, end: number): boolean {
  return (end - at === 3 || end - at === 5) && /^(SOA|TYPE6)$/i.test(text.slice(at, end));
}

/** Digits as they stand: that is how nearly every TTL is written. */
function secondsIn(text: string, at: number, end: number): number | null {
  let seconds = 0;
  for (let next = at; next < end; next += 1) {
    const digit = text.charCodeAt(next) - 48;
    if (digit < 0 || digit > 9 || end - at > 9) return readTime(text.slice(at, end));
    seconds = seconds * 10 + digit;
  }
  return seconds;
}

function classIn(text: string, at: number, end: number): 'in' | 'other' | null {
  const length = end - at;
  if (length < 2 || length > 10) return null;
  const first = text.charCodeAt(at) | 32;
  // i, c, h: the only letters a class starts with.
  if (first !== 105 && first !== 99 && first !== 104) return null;
  // Nearly every line says IN: no string is made for it.
  if (length === 2 && first === 105) return (text.charCodeAt(at + 1) | 32) === 110 ? 'in' : null;
  const word = text.slice(at, end).toUpperCase();
  if (word === 'IN' || word === 'CLASS1') return 'in';
  return word === 'CH' || word === 'HS' || word === 'CHAOS' || word === 'HESIOD' || /^CLASS\d{1,5}$/.test(word)
    ? 'other'
    : null;
}
