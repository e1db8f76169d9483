import type { Finding } from '../core/finding.ts';
import type { CommitSha, Fingerprint, HostName, StorePath } from '../core/names.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Refusal } from '../core/refusal.ts';

/** The steps of a deploy, in the order in which a person meets them. The same words are in the record, the log and the report. */
export const deployStepNames = [
  'look',
  'ship',
  'build',
  'keep',
  'compare',
  'approve',
  'rehearse',
  'arm',
  'test',
  'judge',
  'probe',
  'disarm',
  'boot',
  'prove',
  'reboot',
  'rise',
  'revert-test',
  'revert-boot',
  'revert-prove',
  'revert-probe',
] as const;

export type DeployStepName = (typeof deployStepNames)[number];

/** Why a deploy ended as it did, where the outcome alone does not say it. The words for people are made from the code and the facts. */
export const deployReasons = [
  // The host was not ready (`refused`)
  'switch-running',
  'shutdown-scheduled',
  'running-is-not-profile',
  'link-missing',
  'disk-low',
  'nix-too-old',
  'shutdown-inhibited',
  'watchdog-impossible',
  'nothing-pending',
  'detached-runs-killed',
  'dialect-missing',
  'dialect-without-store-path',
  'no-way-back',
  'several-not-ready',
  // It may not be deployed (`refused`)
  'head-moved',
  'not-approved',
  'approval-unanswered',
  'held',
  'too-few-available',
  'nothing-recorded',
  'path-missing',
  'ship-not-accepted',
  'login-impossible',
  'command-impossible',
  'step-timed-out',
  // The host is in `mode: dry` (`unchanged`)
  'dry-mode',
  // The commit does not become a system (`build-failed`)
  'evaluation-failed',
  'build-failed',
  'no-such-host',
  'no-such-commit',
  'build-timed-out',
  // It was tried and taken back (`reverted`, `reverted-by-reboot`)
  'activation-failed',
  'activation-unanswered',
  'probes-failed',
  'boot-not-set',
  'host-rebooted',
  'watchdog-rebooted',
  'watchdog-reverted',
  'watchdog-not-disarmed',
  'came-up-old',
  // It cannot be activated live (`boot-pending`)
  'inhibited',
  'init-interface',
  'reboot-not-begun',
  // It was not reached (`offline`)
  'unreachable',
  // A person took it back, or the rollout stopped (`cancelled`)
  'cancelled-by-person',
  'wave-stopped',
  'earlier-wave-failed',
  // A person must look (`needs-hands`, `unknown`)
  'unreachable-while-activating',
  'unreachable-after-activation',
  'unreachable-while-reverting',
  'activation-hangs',
  'revert-failed',
  'revert-inhibited',
  'old-system-missing',
  'old-system-unhealthy',
  'boot-default-unproven',
  'changed-by-others',
  'rebooted-into-profile',
  'did-not-come-back',
  'gave-up',
] as const;

export type DeployReason = (typeof deployReasons)[number];

export interface ReportedReason {
  readonly code: DeployReason;
  readonly facts: Readonly<Record<string, string | number | readonly string[]>>;
}

/** What a rollout is for. A rollback brings a host to the system before its last deploy; a verify changes
 * nothing; a reboot brings a host into the system that waits for it. */
export type RolloutKind = 'deploy' | 'rollback' | 'verify' | 'reboot';

/** Who or what began a rollout. */
export type RolloutCause =
  | {
      readonly kind: 'command';
      readonly by: string;
      readonly issue: number;
      readonly comment: number | null;
      /** Why a rule was set aside. */
      readonly forced: string | null;
    }
  | { readonly kind: 'merge'; readonly by: string; readonly pullRequest: number };

/** A rollout as people are told of it: plain values, from which `report/` makes all words. */
export interface RolloutReport {
  readonly id: string;
  readonly kind: RolloutKind;
  /** Null where a rollback or a verify names no commit. */
  readonly sha: CommitSha | null;
  readonly cause: RolloutCause;
  readonly reason: string;
  readonly state: 'running' | 'done';
  /** Its one host was offline in earlier rollouts, and is brought to what it missed there. */
  readonly catchesUp: boolean;
  /** No further host begins before this moment (null: none is in sight), because no window is open then. */
  readonly waits: { readonly until: number | null; readonly reason: string | null } | null;
  /** Of a rollout that is done: every host runs what was asked for and is well. */
  readonly good: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly waves: number;
  /** From 1: the wave that runs, or the last one that did. */
  readonly wave: number;
  /** Set when later hosts were not begun: the wave that went bad and the hosts that did. */
  readonly stopped: { readonly wave: number; readonly by: string | null; readonly hosts: readonly HostName[] } | null;
  /** In the order of the waves. */
  readonly hosts: readonly DeployReport[];
}

/** One host of a rollout. */
export interface DeployReport {
  readonly host: HostName;
  readonly fingerprint: Fingerprint;
  /** From 1. */
  readonly wave: number;
  readonly state: 'waiting' | 'queued' | 'running' | 'ended';
  /** Of a queued host: the rollout that has it now, and how many are before this one. */
  readonly queued: { readonly behind: string; readonly position: number } | null;
  readonly steps: readonly DeployStepReport[];
  readonly outcome: Outcome | null;
  readonly reason: ReportedReason | null;
  /** Of a host that could not be put back: why it was to be. */
  readonly putBackFor?: ReportedReason | null;
  /** Of the outcome and, for a verify, of the findings. */
  readonly well: boolean;
  /** What the host ran before, what was built for it, and where it is now as far as is known. */
  readonly before: StorePath | null;
  readonly built: StorePath | null;
  readonly running: StorePath | null;
  readonly profile: StorePath | null;
  /** In which of the less usual ways it was deployed: each is named, because each promises less. */
  readonly ways: readonly DeployWay[];
  /** A person accepted that this runs although the host boots into another system; null where nobody had to. */
  readonly adopted: { readonly running: StorePath; readonly profile: StorePath } | null;
  /** The watchdog that the deploy used: when it fires, while it is armed, and what a reboot brings back. */
  readonly watchdog: { readonly level: 'reboot' | 'unit'; readonly until: number | null } | null;
  /** What the switch meant for the host; null where it did not come to that. */
  readonly difference: Difference | null;
  readonly findings: readonly Finding[];
  /** The findings after a revert, about the old system. */
  readonly revertFindings: readonly Finding[];
  /** The last lines of a run, newest last; bounded and not yet redacted. */
  readonly logs: Readonly<Partial<Record<DeployStepName, string>>>;
  /** Of a host that was offline: what became of it since; null where nothing merged was missed. */
  readonly later: DeployLater | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** `why` of one that waits: it would answer, but may not be brought to the commit now. */
export type DeployLater =
  | { readonly kind: 'waiting'; readonly why: Refusal | null }
  | { readonly kind: 'begun'; readonly rollout: string }
  | { readonly kind: 'ended'; readonly rollout: string; readonly outcome: Outcome }
  | { readonly kind: 'left'; readonly why: Refusal };

export type DeployWay = 'switch' | 'dry' | 'file' | 'old-rebuild';

/** How two systems differ. The same words as the host's own answer, since `report/` comes before `host/`. */
export interface Difference {
  readonly packages: { readonly [How in 'added' | 'removed' | 'changed']: NamesAndMore };
  readonly units: { readonly [Fate in 'added' | 'removed' | 'restarted' | 'reloaded' | 'kept']: NamesAndMore };
  readonly rebootFor: readonly string[];
  readonly initInterface: boolean;
  readonly inhibitors: readonly string[];
}

export interface NamesAndMore {
  readonly names: readonly string[];
  readonly more: number;
}

export interface DeployStepReport {
  readonly name: DeployStepName;
  readonly state: 'done' | 'running' | 'failed';
  readonly at: number;
  readonly tookMs: number | null;
}
