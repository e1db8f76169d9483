import type { HostDisk, HostMemory } from './host-state.ts';
import type { HostJournal } from './host-journal.ts';
import type { HostRepositories } from './host-repositories.ts';
import type { HostRuns } from './host-runs.ts';
import type { CommitFiles } from './commit-files.ts';
import type { Failures } from './practice-failure.ts';
import type { CommitSha } from '../../core/names.ts';
import type { PracticeSystem } from './practice-system.ts';

/** Everything that one practice host is, as its commands and its activations see it. */
export interface PracticeMachine {
  readonly name: string;
  readonly disk: HostDisk;
  /** Replaced by a reboot: whoever waits must compare before it goes on. */
  memory: HostMemory;
  readonly runs: HostRuns;
  readonly repositories: HostRepositories;
  readonly journal: HostJournal;
  readonly failures: Failures;
  /** The lock on the account's folder: one at a time, in order. */
  locked<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The loopback port that leads to what listens on one as this host sees it, or null where it has no way to it. */
  wayTo(port: number): number | null;
  /** Goes down and comes back by itself, in the background. */
  reboot(): void;
  readCommit(gitFolder: string, sha: CommitSha): Promise<CommitFiles>;
  /** Brings the network up to what the running system serves; resolves when the ports are open or closed. */
  serve(): Promise<void>;
}

export function runningSystem(machine: PracticeMachine): PracticeSystem {
  const system = machine.disk.store.get(machine.memory.running);
  if (system === undefined) throw new Error(`bug: ${machine.name} runs a path that is not in its store`);
  return system;
}
