import type { Entries } from './entries.ts';

/** What a zone file is, entry by entry. Entries touch each other: their texts, joined, are the file. */

/** What holds for relative names and missing TTLs, until the next `$ORIGIN` or `$TTL`. */
export interface Scope {
  readonly origin: string;
  readonly defaultTtl: number | null;
}

export type EntryKind = 'blank' | 'origin' | 'ttl' | 'include' | 'generate' | 'record' | 'unreadable';

/**
 * One entry: a logical line with its line end. Positions are offsets into the document's text; -1 where the entry
 * does not have the part. One flat shape for all kinds, which `entries.ts` keeps as numbers.
 */
export interface Entry {
  readonly kind: EntryKind;
  /** From 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** The owner as written, or the directive word; -1 where the owner is that of the entry before. */
  readonly ownerAt: number;
  readonly ownerEnd: number;
  readonly ttlAt: number;
  readonly classAt: number;
  readonly typeAt: number;
  readonly dataAt: number;
  /** After the last word, before a comment. */
  readonly wordsEnd: number;
  readonly scope: Scope;
  /** Canonical; empty for entries without one. */
  readonly owner: string;
  /** In upper case; empty for entries without one. */
  readonly type: string;
  /** The TTL in force for the record, also where the line does not say it; null where nothing says one. */
  readonly ttl: number | null;
  /** A class other than IN: the record is kept and is not part of the model. */
  readonly foreignClass: boolean;
  readonly problem: Problem | null;
}

export interface Problem {
  /** Offset into the text. */
  readonly at: number;
  readonly message: string;
}

export interface ZoneFileDocument {
  readonly holder: 'zone-file';
  readonly path: string;
  /** The zone's name, canonical. */
  readonly zone: string;
  readonly text: string;
  readonly entries: Entries;
  /** The start of what the file is read with: its `$INCLUDE`r may hand down another origin than the zone. */
  readonly start: Scope;
}

/** Line and column, both from 1, as editors count. */
export function positionOf(text: string, at: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let from = 0;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', from)) {
    line += 1;
    from = next + 1;
  }
  return { line, column: at - from + 1 };
}
