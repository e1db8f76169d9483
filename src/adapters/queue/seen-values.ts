/** A value as it was last seen in the store, and the name of the write that put it there. */
export interface SeenValue {
  readonly ask: string;
  readonly version: number;
  readonly value: unknown;
}

/** Smaller values cost less to send again than to ask about. */
const worthKeeping = 16_384;
const kept = 32;

/**
 * The large values that this process saw last, so that reading one again sends nothing where nobody wrote it since.
 * Whoever reads a value must not change it: the next reader gets the same one.
 */
export class SeenValues {
  readonly #seen = new Map<string, SeenValue>();

  get(key: string): SeenValue | null {
    return this.#seen.get(key) ?? null;
  }

  /** `size`: the length of its text. */
  put(key: string, size: number, seen: SeenValue): void {
    this.#seen.delete(key);
    if (size < worthKeeping) return;
    this.#seen.set(key, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > kept && oldest !== undefined) this.#seen.delete(oldest);
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }
}
