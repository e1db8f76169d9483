import type { FleetConfig } from '../config/fleet-config.ts';
import type { CommitSha, HostName } from '../core/names.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Flags } from './flags.ts';

/** Everything that a command is decided on, as plain values: who, where, which commit, which fleet. */
export interface Snapshot {
  readonly author: string;
  readonly mayWrite: boolean;
  readonly config: FleetConfig;
  /** Null on an issue. */
  readonly pullRequest: PullRequestSnapshot | null;
}

export interface PullRequestSnapshot {
  readonly number: number;
  readonly state: 'open' | 'merged' | 'closed';
  readonly fromFork: boolean;
  /** As last recorded from a signed `pull_request` event; a comment carries no commit. Null: no such event came. */
  readonly recordedHead: CommitSha | null;
  /** The commit of the plan that the bot last showed on this pull request. */
  readonly shownHead: CommitSha | null;
  readonly mergeCommit: CommitSha | null;
  /** The branch, where the bot itself made it and opened the pull request; null where it is somebody else's. */
  readonly ownBranch: string | null;
}

/** What is to be done. The words for people are made in `report/`; a decision only says what they are about. */
export type Decision =
  | Refusal
  | { readonly kind: 'help' }
  | { readonly kind: 'plan'; readonly pullRequest: number; readonly sha: CommitSha }
  | {
      readonly kind: 'deploy';
      readonly pullRequest: number;
      readonly sha: CommitSha;
      readonly hosts: readonly HostName[];
      /** Those that were typed by their own names, and not by a tag or `all`: a person means exactly them. */
      readonly named: readonly HostName[];
      readonly flags: Flags;
    }
  /** A yes to the risks of a commit that its plan names. */
  | { readonly kind: 'approve'; readonly pullRequest: number; readonly sha: CommitSha }
  | HostAct
  | { readonly kind: 'status'; readonly hosts: readonly HostName[] }
  /** `unit` null: all that have failed. */
  | { readonly kind: 'logs'; readonly host: HostName; readonly unit: string | null }
  | { readonly kind: 'verify'; readonly hosts: readonly HostName[] }
  | { readonly kind: 'rollback'; readonly host: HostName; readonly flags: Flags }
  /** `commit`: 12 to 40 digits, as typed. */
  | { readonly kind: 'reboot'; readonly host: HostName; readonly commit: string; readonly flags: Flags }
  /** `onto`: the bot's own branch; null: a pull request of its own. The words are read with those of the other lines. */
  | { readonly kind: 'dns'; readonly onto: string | null };

/** What is done to hosts at once, beside deploying them. */
export type HostAct =
  /** `forMs`: null where the lock has no end. */
  | {
      readonly kind: 'lock';
      readonly hosts: readonly HostName[];
      readonly forMs: number | null;
      readonly reason: string;
    }
  | { readonly kind: 'unlock'; readonly hosts: readonly HostName[]; readonly flags: Flags }
  | { readonly kind: 'locks'; readonly hosts: readonly HostName[] }
  /** Takes back what this conversation began and did not activate yet. */
  | { readonly kind: 'cancel'; readonly hosts: readonly HostName[] }
  | { readonly kind: 'stop' }
  /** Frees what is held. */
  | { readonly kind: 'free'; readonly hosts: readonly HostName[] };

export interface Command {
  readonly name: string;
  /** As typed, with `<required>` and `[optional]` words. */
  readonly usage: string;
  /** One sentence for help and the README. */
  readonly summary: string;
  /** Lines that are valid as they stand, on a fleet with a host `wolfhound` tagged `dns`. */
  readonly examples: readonly string[];
  /** Pure: the same words on the same snapshot always decide the same. */
  decide(words: readonly string[], snapshot: Snapshot): Decision;
}
