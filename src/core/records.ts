/**
 * Durable records that change only by compare-and-set. Keys are made by the caller and may hold any printable
 * character. Values are JSON; whoever reads one parses it and migrates it by its own `schemaVersion`.
 * A value that was read or written is never changed in place: others may get the same one.
 */
export interface Records {
  /** The value and its version, or null. Versions start at 1 and grow by one with each write. */
  read(key: string): Promise<{ readonly value: unknown; readonly version: number } | null>;
  /**
   * Writes if the stored version still is `expected` (0: the key must not exist yet).
   * Returns false, and writes nothing, if somebody else was first.
   */
  write(key: string, expected: number, value: unknown, options?: { readonly expireAfterMs?: number }): Promise<boolean>;
  remove(key: string): Promise<void>;
  /** Keys that start with `prefix`, in no order. */
  keys(prefix: string): Promise<readonly string[]>;
}
