import { Entries, type ReadEntry } from './entries.ts';
import { entryOf, readDirective } from './read-directive.ts';
import { readRecord } from './read-record.ts';
import { none, type State, stateAt } from './read-state.ts';
import { scanEntry, type Scan } from './scan.ts';
import type { Problem, Scope } from './syntax.ts';

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
