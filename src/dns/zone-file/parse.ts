import { absoluteName } from '../name.ts';
import { Entries, type ReadEntry } from './entries.ts';
import { dataWordsOf } from './words.ts';
import { readTime } from '../data.ts';
import { isTimeToLive, scanEntry, type Scan } from './scan.ts';
import type { EntryKind, Problem, Scope } from './syntax.ts';

/** What one entry hands to the next. */
export interface State {
  scope: Scope;
  /** The number of the entry that named it; -1 until a record named one. */
  ownerEntry: number;
  /** The last TTL that a line said: in force where no `$TTL` is (RFC 1035 section 5.1). */
  lastTtl: number | null;
  readonly row: { -readonly [Key in keyof ReadEntry]: ReadEntry[Key] };
}

/** What a reader hands on at the beginning of a text, or at a line where this much is known. */
export function stateAt(scope: Scope, ownerEntry: number): State {
  const row = { kind: 'blank', line: 0, start: 0, end: 0, ...none, classAt: -1, typeEnd: -1, wordsEnd: 0 } as const;
  const rest = { scope, ownerEntry: -1, ttl: null, foreignClass: false, problem: null } as const;
  return { scope, ownerEntry, lastTtl: null, row: { ...row, ...rest } };
}

/** Reads any text. Nothing throws, nothing is lost, and the time grows with the length only. */
export function parseEntries(text: string, start: Scope): Entries {
  const entries = new Entries(text, rowsIn(text));
  const reader = { entries, state: stateAt(start, -1), scan: newScan(), line: 1 };
  for (let at = 0; at < text.length; ) at = readOne(reader, at);
  return entries;
}

/** About how many rows a text has, judged by its beginning: to count the lines of a large file is a walk of its own. */
function rowsIn(text: string): number {
  const look = Math.min(text.length, 65_536);
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < look; at = text.indexOf('\n', at + 1)) lines += 1;
  return look === 0 ? 0 : Math.ceil((lines * 1.05 * text.length) / look);
}

/** What reads a text entry by entry. */
export interface Reader {
  readonly entries: Entries;
  readonly state: State;
  readonly scan: Scan;
  line: number;
}

export function newScan(): Scan {
  return {
    starts: new Int32Array(8),
    ends: new Int32Array(8),
    count: 0,
    wordsEnd: 0,
    end: 0,
    lines: 0,
    problemAt: -1,
    problem: '',
  };
}

/** Reads the entry that starts at `at`, and tells where it ends. */
export function readOne(reader: Reader, at: number): number {
  const { entries, state, scan } = reader;
  const { text } = entries;
  // A byte-order mark is no part of the first name; it stays in the entry's text.
  const wordsFrom = at === 0 && text.charCodeAt(0) === 0xfeff ? 1 : at;
  scanEntry(text, wordsFrom, scan);
  entries.push(readEntry(text, at, wordsFrom, reader.line, scan, state, entries.length));
  reader.line += scan.lines;
  return scan.end;
}

const none = { ownerAt: -1, ownerEnd: -1, ttlAt: -1, classAt: -1, typeAt: -1, dataAt: -1 };

// The flat argument list keeps the hot path free of objects.
// oxlint-disable-next-line max-params
function readEntry(
  text: string,
  start: number,
  from: number,
  line: number,
  scan: Scan,
  state: State,
  number: number,
): ReadEntry {
  const lexical: Problem | null = scan.problemAt < 0 ? null : { at: scan.problemAt, message: scan.problem };
  const blankOwner = isBlank(text.charCodeAt(from));
  if (scan.count > 0 && !blankOwner && text.charCodeAt(scan.starts[0] ?? 0) === 36) {
    return readDirective(text, start, line, scan, state, lexical);
  }
  if (scan.count === 0) {
    const kind = lexical === null ? 'blank' : 'unreadable';
    return entryOf(kind, start, line, scan, state.scope, { ...none, problem: lexical });
  }
  return readRecord(text, start, line, scan, state, blankOwner ? -1 : number, lexical);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 12 || code === 11;
}

// oxlint-disable-next-line max-params
function readRecord(
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

// oxlint-disable-next-line max-params
function readDirective(
  text: string,
  start: number,
  line: number,
  scan: Scan,
  state: State,
  lexical: Problem | null,
): ReadEntry {
  const { starts, ends, count } = scan;
  const ownerAt = starts[0] ?? 0;
  const ownerEnd = ends[0] ?? 0;
  const word = text.slice(ownerAt, ownerEnd).toUpperCase();
  const dataAt = count > 1 ? (starts[1] ?? -1) : -1;
  const argument = dataAt < 0 ? '' : text.slice(dataAt, ends[1] ?? dataAt);
  const parts = { ...none, ownerAt, ownerEnd, dataAt };
  const before = state.scope;
  const made = (kind: EntryKind, message: string | null): ReadEntry => {
    const problem = lexical ?? (message === null ? null : { at: dataAt < 0 ? ownerAt : dataAt, message });
    return entryOf(problem === null ? kind : 'unreadable', start, line, scan, before, { ...parts, problem });
  };
  if (dataAt < 0) return made('unreadable', `${word} says nothing`);
  switch (word) {
    case '$ORIGIN':
      if (lexical === null) state.scope = { ...before, origin: absoluteName(argument, before.origin) };
      return made('origin', null);
    case '$TTL': {
      const seconds = readTime(argument);
      if (seconds === null) return made('unreadable', `"${argument}" is not a TTL`);
      state.scope = { ...before, defaultTtl: seconds };
      return made('ttl', null);
    }
    case '$INCLUDE':
      return made('include', null);
    case '$DATE':
      // BIND writes it above each record of a journal dump; it says nothing about the records.
      return made('blank', null);
    case '$GENERATE':
      return made('generate', null);
    default:
      return made('unreadable', `${word} is not a directive`);
  }
}

// oxlint-disable-next-line max-params
function entryOf(
  kind: EntryKind,
  start: number,
  line: number,
  scan: Scan,
  scope: Scope,
  parts: typeof none & { readonly problem: Problem | null },
): ReadEntry {
  return {
    kind,
    line,
    start,
    end: scan.end,
    ownerAt: parts.ownerAt,
    ownerEnd: parts.ownerEnd,
    ttlAt: -1,
    classAt: -1,
    typeAt: -1,
    typeEnd: -1,
    dataAt: parts.dataAt,
    wordsEnd: scan.wordsEnd,
    scope,
    ownerEntry: -1,
    ttl: null,
    foreignClass: false,
    problem: parts.problem,
  };
}
