import type { Finding } from '../core/finding.ts';
import type { TreeEntry } from '../core/tree.ts';
import type { KnownOfSerial } from '../dns/serial-decision.ts';
import type { ServerProgram } from '../dns/server-programs.ts';
import type { ZoneSource } from '../dns/zone.ts';
import type { Fact } from '../fleet/fact.ts';

/** One file of a diff. Texts are null where there is no such file on that side, or where it is not text. */
export interface ChangedFile {
  readonly path: string;
  readonly before: { readonly mode: TreeEntry['mode']; readonly text: string | null } | null;
  readonly after: { readonly mode: TreeEntry['mode']; readonly text: string | null } | null;
}

/** What a pull request changes, as every guard sees it. */
export interface Diff {
  readonly files: readonly ChangedFile[];
  /** The zones that the default branch's config names. */
  readonly zones: readonly ZoneSource[];
  /** Their texts with what they include, changed or not: a zone means something only as a whole. */
  readonly zoneTexts: ZoneStates;
  /** What the whole repository says; null or absent where it could not be read as a whole. */
  readonly facts?: FactStates | null;
  /** Milliseconds since the epoch, for dated serials. */
  readonly now: number;
}

export interface ZoneStates {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  /** On the default branch as it is now, which may be past the point where the diff starts. */
  readonly current: ReadonlyMap<string, string>;
}

export interface FactStates {
  readonly before: readonly Fact[];
  readonly after: readonly Fact[];
  /** What is known of the changed zones' serials beside their own texts, by canonical name. */
  readonly serials?: ReadonlyMap<string, KnownOfSerial>;
  /** The programs of the name servers that the repository's machines run. */
  readonly programs?: readonly ServerProgram[];
}

/** A diff that touches no zone. */
export function diffWithoutZones(files: readonly ChangedFile[]): Diff {
  const none = new Map<string, string>();
  return { files, zones: [], zoneTexts: { before: none, after: none, current: none }, now: 0 };
}

/** Judges a diff. Pure: a guard sees texts and returns findings; what follows from them is decided elsewhere. */
export interface Guard {
  readonly id: string;
  /** One sentence for the README. */
  readonly summary: string;
  judge(diff: Diff): readonly Finding[];
}
