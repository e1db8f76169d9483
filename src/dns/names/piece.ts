import type { NixTree } from '../../nix/parser.ts';

/** A name as a resolver's configuration tells it: no zone, and seldom a TTL. */
export interface NameRecord {
  /** Canonical. */
  readonly owner: string;
  readonly type: string;
  readonly ttl: number | null;
  /** Canonical. */
  readonly data: string;
}

/** One place of a file that says names. Each edit gives the whole file's new text, or null where it cannot be said so. */
export interface Piece {
  /** Offset in the file. */
  readonly at: number;
  readonly records: readonly NameRecord[];
  /** The record beside this piece, written as this piece is. */
  add(record: NameRecord): string | null;
  remove(record: NameRecord): string | null;
  replace(record: NameRecord, next: NameRecord): string | null;
  /** Why its records are not changed here, where the file tells. */
  readonly fixed?: string;
}

/** A place that says names in a way that only an evaluation could read. */
export interface OpaquePlace {
  readonly at: number;
  readonly message: string;
  /** Names that it is known to speak of, canonical. */
  readonly owners: readonly string[];
  /** The type of its records, where the place tells. */
  readonly type?: string;
  /** Something is wrong there, that no evaluation puts right. */
  readonly wrong?: boolean;
}

export interface Reading {
  readonly pieces: readonly Piece[];
  readonly opaque: readonly OpaquePlace[];
  /** Places that hold no names yet and could. */
  readonly starts: readonly ((record: NameRecord) => string | null)[];
}

/** `zone` is canonical; `.` where none is asked for. Most such options know no zones. */
export type ReadNames = (tree: NixTree, zone: string) => Reading;

export function joined(readings: readonly Reading[]): Reading {
  return {
    pieces: readings.flatMap(({ pieces }) => pieces).toSorted((a, b) => a.at - b.at),
    opaque: readings.flatMap(({ opaque }) => opaque),
    starts: readings.flatMap(({ starts }) => starts),
  };
}

/** A name as people write it in such files: without the closing dot. */
export function written(name: string): string {
  return name === '.' ? name : name.slice(0, -1);
}
