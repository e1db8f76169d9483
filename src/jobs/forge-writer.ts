import type { Posted, Posting, RepositoryRef } from './forge.ts';

/**
 * The side of the forge that the outbox writes to. One operation, idempotent for every kind of posting: after it, the
 * posting is on the forge once, as given. It may be cut off at any moment and be asked again. Throws only `Fault`s.
 */
export interface ForgeWriter {
  deliver(repository: RepositoryRef, posting: Posting, hints: Hints): Promise<Remote>;
}

/** What the outbox remembers of earlier tries. */
export interface Hints {
  /** `[0-9a-f]{32}`, one per posting key. Hidden in bodies, `external_id` of check runs, in deployments' payloads. */
  readonly mark: string;
  /** Where an earlier revision of the posting is, or null. */
  readonly known: Remote | null;
  /** An earlier try may have reached the forge without us knowing: find what is there before creating. */
  readonly look: boolean;
  /** When the first such try began, in milliseconds; null where even that was lost. */
  readonly since: number | null;
}

export interface Remote extends Posted {
  /** What the writer itself wants to know again when the posting changes. */
  readonly memory: Readonly<Record<string, string | number>>;
}

/** The hidden line by which a comment or pull request is found again. It counts only as the last line of a body. */
export function markLine(mark: string): string {
  return `<!-- fleetwright:${mark} -->`;
}
