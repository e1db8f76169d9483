import type { Refusal } from '../core/refusal.ts';
import type { RecordChange } from './change.ts';
import type { HeldRecord } from './record.ts';

/** What a holder is told beside the text. */
export interface ParseContext {
  /** The file, from the top of the repository. */
  readonly path: string;
  /** The zone that the text holds, with or without the closing dot. */
  readonly zone: string;
  /** Where relative names hang, canonical, if not from the zone. */
  readonly origin?: string;
  /** The TTL in force where the text begins, for a text that another one includes. */
  readonly defaultTtl?: number | null;
}

/** What every document of every holder says of itself. */
export interface HolderDocument {
  readonly holder: string;
  readonly path: string;
  /** Canonical. */
  readonly zone: string;
  readonly text: string;
}

/** The zone's serial as the file writes it, which need not be a number. */
export interface SerialSite {
  readonly text: string;
  readonly comment: string;
  readonly line: number;
  readonly column: number;
}

/** Another file that the document takes in, as it names it. */
export interface IncludedFile {
  readonly file: string;
  readonly line: number;
  readonly origin: string;
  readonly defaultTtl: number | null;
  /** The holder by which it is read for its serial alone: what else it says is not said of this zone. */
  readonly serialBy?: string;
}

/** A place that cannot be read: kept as it is, and reported. */
export interface UnreadablePlace {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** A build, an evaluation or a program says it: nothing is wrong, and what it says is not known here. */
  readonly computed?: boolean;
  /** The name that it is about, canonical, where the place tells. */
  readonly owner?: string;
}

/**
 * One way in which a repository keeps DNS names. Everything is pure. `print(parse(text)) === text` for any text, and
 * an edit changes only the lines that it must. A holder joins by being in `holders.ts`; the law suite does the rest.
 */
export interface Holder<Document extends HolderDocument = HolderDocument> {
  readonly id: string;
  /** True where the file is of this holder's kind, by its path and a look at its text. */
  claims(path: string, text: string): boolean;
  /** The zones that a file which is claimed says to hold, canonical; `.` where its names belong to no zone. */
  zonesIn(path: string, text: string): readonly string[];
  /** Never throws: what cannot be read stays in the document as text. */
  parse(text: string, context: ParseContext): Document;
  print(document: Document): string;
  /** All of the changes or none. */
  apply(document: Document, changes: readonly RecordChange[]): Document | Refusal;
  records(document: Document): Iterable<HeldRecord>;
  unreadable(document: Document): Iterable<UnreadablePlace>;
  includes(document: Document): Iterable<IncludedFile>;
  /** Null where the document has no serial: names kept without a zone, or an included file. */
  serial(document: Document): SerialSite | null;
  /** Where the document holds the text of a zone file: that text; null where a part of it is only made by a build. */
  zoneText?(document: Document): string | null;
  /** The document with another serial: only its digits change. */
  withSerial(document: Document, serial: string): Document;
}
