import type { CommitSha, HostName } from './names.ts';
import type { Outcome } from './outcome.ts';

/** One line of what happened, as `--json` prints it and as the log keeps it. */
export interface StoryEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly step: string;
  readonly text: string;
  readonly issue?: number;
  readonly pr?: number;
  readonly sha?: CommitSha;
  readonly host?: HostName;
  readonly outcome?: Outcome;
}

/** Where a story is told. Telling never fails and never decides anything. */
export type Tell = (event: Omit<StoryEvent, 'at'>) => void;
