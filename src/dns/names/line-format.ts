import { hole } from '../nix-text/written-text.ts';
import type { NameRecord } from './piece.ts';

/** How one line or one string of a list says names. */
export interface LineFormat {
  read(text: string): LineReading;
  /** A line for the record alone, as `like` is written; null where the format has no words for it. */
  write(record: NameRecord, like: string): string | null;
  /** The line with one record more in it; null where that needs a line of its own. */
  join(text: string, record: NameRecord): string | null;
  /** The line less the record; empty where nothing is left, null where it cannot be parted from the others. */
  part(text: string, record: NameRecord): string | null;
  /** The line with other data for the record, if that is all the line says. */
  swap(text: string, record: NameRecord, next: NameRecord): string | null;
}

export type LineReading =
  | { readonly kind: 'records'; readonly records: readonly NameRecord[] }
  /** Something else than names. */
  | { readonly kind: 'other' }
  | {
      readonly kind: 'unreadable';
      readonly message: string;
      readonly owners: readonly string[];
      /** False only where an interpolation says a part of the line. */
      readonly wrong?: boolean;
    };

export const other: LineReading = { kind: 'other' };

/** Reads a line that may hold interpolations: the names that are written out are told apart by trying two values. */
export function readLine(format: LineFormat, text: string): LineReading {
  if (!text.includes(hole)) return format.read(text);
  const ownersWith = (value: string): readonly string[] | null => {
    const reading = format.read(text.replaceAll(hole, value));
    if (reading.kind === 'other') return null;
    return reading.kind === 'unreadable' ? reading.owners : reading.records.map(({ owner }) => owner);
  };
  const one = ownersWith('192.0.2.1');
  const two = new Set(ownersWith('198.51.100.7') ?? []);
  if (one === null && text.replaceAll(hole, '').trim() !== '') return other;
  const owners = [...new Set(one ?? [])].filter((owner) => two.has(owner));
  return { kind: 'unreadable', message: 'an interpolation says a part of this', owners, wrong: false };
}

/** The format behind a word that begins the line, such as `address=`. */
export function behind(prefix: RegExp, format: LineFormat): LineFormat {
  const split = (text: string): { readonly head: string; readonly rest: string } | null => {
    const head = prefix.exec(text)?.[0];
    return head === undefined ? null : { head, rest: text.slice(head.length) };
  };
  const inside = (text: string, edit: (rest: string) => string | null): string | null => {
    const parts = split(text);
    const rest = parts === null ? null : edit(parts.rest);
    if (parts === null || rest === null) return null;
    return rest === '' ? '' : parts.head + rest;
  };
  return {
    read(text) {
      const parts = split(text);
      return parts === null ? other : format.read(parts.rest);
    },
    write: (record, like) => inside(like, (rest) => format.write(record, rest)),
    join: (text, record) => inside(text, (rest) => format.join(rest, record)),
    part: (text, record) => inside(text, (rest) => format.part(rest, record)),
    swap: (text, record, next) => inside(text, (rest) => format.swap(rest, record, next)),
  };
}
