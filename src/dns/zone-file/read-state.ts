import type { ReadEntry } from './entries.ts';
import type { Scope } from './syntax.ts';

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

/** The parts of a row that an entry may lack. */
export const none = { ownerAt: -1, ownerEnd: -1, ttlAt: -1, classAt: -1, typeAt: -1, dataAt: -1 };
