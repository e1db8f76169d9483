import * as T from '../token.ts';
import type { Tokens } from '../token.ts';

const first = 1 << 12;
/** A text with more tokens than this has a buffer of its own, which goes with it. */
const mostKept = 1 << 19;

/** Collects tokens in arrays that are kept from text to text, so that reading a file allocates none. */
export class TokenBuffer {
  private kinds = new Uint8Array(first);
  private starts = new Int32Array(first);
  private ends = new Int32Array(first);
  private count = 0;

  open(): void {
    this.count = 0;
    if (this.kinds.length > mostKept) this.resize(first);
  }

  /** Adds a token and returns where it ends. */
  add(kind: number, start: number, end: number): number {
    const index = this.count;
    if (index === this.kinds.length) this.resize(index * 2);
    this.kinds[index] = kind;
    this.starts[index] = start;
    this.ends[index] = end;
    this.count = index + 1;
    return end;
  }

  /** Ends the tokens at `at`. They last until the buffer is opened again. */
  close(at: number): Tokens {
    this.add(T.END, at, at);
    const { count } = this;
    // Two more, uncounted: whoever looks two tokens ahead must not meet those of an earlier text.
    this.add(T.END, at, at);
    this.add(T.END, at, at);
    const { kinds, starts, ends } = this;
    return { kinds, starts, ends, count };
  }

  private resize(size: number): void {
    const { kinds, starts, ends, count } = this;
    this.kinds = new Uint8Array(size);
    this.starts = new Int32Array(size);
    this.ends = new Int32Array(size);
    this.kinds.set(kinds.subarray(0, count));
    this.starts.set(starts.subarray(0, count));
    this.ends.set(ends.subarray(0, count));
  }
}
