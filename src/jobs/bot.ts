import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Records } from '../core/records.ts';
import type { Tell } from '../core/story.ts';
import type { ZoneCompiler } from '../dns/zone-compiler.ts';
import type { Evaluation } from '../fleet/evaluation.ts';
import type { Readings } from '../fleet/readings.ts';
import type { DriveDeps } from '../rollout/drive-deps.ts';
import type { Rollouts } from '../rollout/rollouts.ts';
import type { Limits } from '../writer/budget.ts';
import type { Model } from '../writer/model.ts';
import type { ForgeReader, Outbox } from './forge.ts';
import type { ReadHostLogs } from './show-logs.ts';
import type { WorkQueue } from './queue.ts';
import type { RolloutReports } from './rollout-reports.ts';
import type { WorkerCopies } from './worker-copies.ts';

/** Everything that the jobs work with. Made once, in `wiring.ts`; nothing in it knows what is behind it. */
export interface Bot {
  readonly forge: ForgeReader;
  readonly outbox: Outbox;
  readonly queue: WorkQueue;
  readonly records: Records;
  /** What is stored survives a crash of every process of ours. */
  readonly durable: boolean;
  readonly rollouts: Rollouts;
  readonly reports: RolloutReports;
  /** What driving a deploy needs beside what is here. */
  readonly drive: Pick<DriveDeps, 'locks' | 'machines'>;
  /** Reads what hosts wrote into their journals. */
  readonly logs: ReadHostLogs;
  /** Null: no model is configured. */
  readonly model: { readonly model: Model; readonly limits: Limits } | null;
  /** A name server's own reading of zones, to prove a change by. */
  readonly zoneCompiler: ZoneCompiler;
  /** The worker's own copies of repositories, and what they were read to be: which hosts a change reaches. */
  readonly copies: WorkerCopies;
  readonly readings: Readings;
  /** Nix, to tell exactly whose system a change changes. Null where the operator did not ask for it. */
  readonly evaluation: Evaluation | null;
  /** The addresses and names that the bot cannot do without: its machine's, its Redis's, its name servers', its router's. */
  readonly ground: () => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: Tell;
}
