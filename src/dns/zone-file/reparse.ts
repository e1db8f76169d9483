import { column } from './column.ts';
import type { Entries } from './entries.ts';
import { newScan, parseEntries, type Reader, readOne } from './parse.ts';
import { stateAt } from './read-state.ts';
import type { Scope } from './syntax.ts';

/** A part of a text that another takes the place of. */
export interface Replaced {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Reads the text that an edit left, with what was read before it: only from the line before the edit to the place from
 * which on everything means what it meant. `changes` are in order and do not overlap.
 */
export function reparseEntries(before: Entries, text: string, start: Scope, changes: readonly Replaced[]): Entries {
  const [first, last] = [changes[0], changes.at(-1)];
  // The line before is read again as well: it may have ended with the file.
  const from = first === undefined ? 0 : before.rowAt(first.at) - 1;
  const scope = from > 0 ? before.scope(from) : start;
  // Without a default a TTL is handed on from line to line, and no row tells what was handed to it.
  if (first === undefined || last === undefined || from <= 0 || scope.defaultTtl === null)
    return parseEntries(text, start);
  const entries = before.beginning(from, text, before.length + changes.length);
  const state = stateAt(scope, ownerBefore(before, from));
  const reader = { entries, state, scan: newScan(), line: before.number(from, column.line) };
  const by = text.length - before.text.length;
  for (let at = before.number(from, column.start); at < text.length; ) {
    at = readOne(reader, at);
    const row = at - by > last.end ? before.rowAt(at - by) : -1;
    if (row < 0 || before.number(row, column.start) !== at - by || !meansTheSame(reader, before, row)) continue;
    entries.take(before, row, by, reader.line - before.number(row, column.line), state.ownerEntry);
    break;
  }
  return entries;
}

function ownerBefore(entries: Entries, row: number): number {
  for (let at = row - 1; at >= 0; at -= 1) {
    const names = entries.number(at, column.ownerEntry);
    if (names >= 0) return names;
  }
  return -1;
}

/** True where what the reader hands to the next line is what the row got when it was read before. */
function meansTheSame({ entries, state }: Reader, before: Entries, row: number): boolean {
  const scope = before.scope(row);
  if (scope.origin !== state.scope.origin || scope.defaultTtl !== state.scope.defaultTtl || scope.defaultTtl === null)
    return false;
  const names = ownerBefore(before, row);
  if (names < 0 || state.ownerEntry < 0) return names < 0 && state.ownerEntry < 0;
  return before.owner(names) === entries.owner(state.ownerEntry);
}
