import type { Lane } from './forge.ts';
import type { Consumer } from './queue.ts';

/**
 * Durable wake-ups in lines. Within a line one runs at a time, whichever process takes it; result before
 * acknowledgement before progress. Lines do not wait for each other.
 */
export interface PacedQueue {
  /** Resolves when the wake-up is stored. The same id that still waits or runs is woken once. */
  wake(line: string, wakeUp: { readonly id: string; readonly key: string; readonly lane: Lane }): Promise<void>;
  /** Runs wake-ups of all lines, also of lines that appear later. */
  consume(run: (line: string, key: string) => Promise<AfterWake>): Consumer;
}

export type AfterWake =
  | { readonly kind: 'done' }
  /** This key again, not before so many milliseconds; others of the line go on. */
  | { readonly kind: 'later'; readonly ms: number }
  /** The whole line rests for so long, then this key again. */
  | { readonly kind: 'rest'; readonly ms: number };
