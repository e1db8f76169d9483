import type { CommitSha } from '../core/names.ts';

/** Where the commits that are shipped to hosts come from: the worker's own copy of one repository. */
export interface BundleSource {
  /**
   * A git bundle that brings `refs/fleetwright/ship/SHA` to whoever has `base` (null: to anybody).
   * `incremental` is false where the copy does not know `base`, and the bundle is a full one then.
   * Throws a `Fault` where the commit cannot be fetched.
   */
  bundle(sha: CommitSha, base: CommitSha | null): Promise<Bundle>;
}

export interface Bundle {
  readonly incremental: boolean;
  /** Read once. Ends with a `Fault` when git did not end well. */
  readonly bytes: AsyncIterable<Uint8Array>;
}
