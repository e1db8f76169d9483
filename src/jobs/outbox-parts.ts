import type { Clock } from '../core/clock.ts';
import type { Records } from '../core/records.ts';
import type { ForgeWriter } from './forge-writer.ts';
import type { Redact } from './outgoing-text.ts';
import type { Pace } from './pace.ts';
import type { PacedQueue } from './paced-queue.ts';

/** What is told of each try, for the log and the counters. `detail` holds no text of a body. */
export interface OutboxNote {
  readonly what: 'posted' | 'retried' | 'limited' | 'failed';
  readonly kind: string;
  readonly repository: string;
  readonly key: string;
  readonly detail?: string;
}

export interface OutboxParts {
  readonly records: Records;
  readonly queue: PacedQueue;
  readonly writer: ForgeWriter;
  readonly clock: Clock;
  readonly redact: Redact;
  readonly note: (note: OutboxNote) => void;
  readonly pace: Pace;
  /** Progress changes one comment, check run or deployment at most this often. */
  readonly progressEveryMs: number;
  /**
   * Whether the records outlive this process. Where they do not, a posting that we do not know may still be there from
   * before a restart, and is looked for before it is created.
   */
  readonly remembers: 'durably' | 'until-restart';
}

/** How long a posting that is there is remembered, counted from its last change. */
export const rememberedMs = 90 * 24 * 60 * 60 * 1000;
