import { readTime } from '../data.ts';
import { absoluteName } from '../name.ts';
import type { ReadEntry } from './entries.ts';
import { none, type State } from './read-state.ts';
import type { Scan } from './scan.ts';
import type { EntryKind, Problem, Scope } from './syntax.ts';

/** An entry that begins with `$`. */
// oxlint-disable-next-line max-params
export function readDirective(
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

/** An entry that is no record. */
// oxlint-disable-next-line max-params
export function entryOf(
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
