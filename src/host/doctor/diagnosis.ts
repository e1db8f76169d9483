import type { Finding } from '../../core/finding.ts';
import type { HostName } from '../../core/names.ts';
import type { HostConfig } from '../../config/fleet-config.ts';
import type { Look } from '../look-answer.ts';
import type { WatchdogLevel } from '../machine.ts';
import type { Examination } from './examine-answer.ts';
import type { Standing } from './judge-standing.ts';
import type { Knock } from './knock.ts';
import type { FaultCode } from '../../core/fault.ts';

/** Something that `fleetwright doctor` saw of a host, and the exact line or option that mends it. */
export interface Symptom extends Finding {
  readonly host: HostName;
  readonly check: DoctorCheck;
  /** Null where there is nothing to mend, or nothing that one line could. */
  readonly mend: string | null;
}

export const doctorChecks = [
  'reach',
  'host-key',
  'login',
  'answers',
  'sudo',
  'programs',
  'versions',
  'clock',
  'disk',
  'system',
  'detached-runs',
  'watchdog',
  'units',
  'shutdown',
  'rebuild',
  'standing',
] as const;
export type DoctorCheck = (typeof doctorChecks)[number];

/** A host as the config names it, and what the fleet asks of every host. */
export interface Patient {
  readonly host: HostName;
  readonly config: HostConfig;
  readonly minFreeMiB: { readonly nix: number; readonly boot: number };
  /** What the bot remembers of it; absent where nobody could be asked. */
  readonly standing?: Standing;
}

/** How far a look at a host came. */
export type Seen =
  /** There is no key to log in with: only the door was looked at. */
  | { readonly kind: 'no-key'; readonly why: string; readonly knock: Knock }
  | { readonly kind: 'not-in'; readonly code: FaultCode; readonly detail: string; readonly knock: Knock | null }
  | {
      readonly kind: 'in';
      readonly look: Look | { readonly silent: string };
      readonly examination: Examination | { readonly silent: string };
      /** The host's clock against ours, in seconds; positive: the host is ahead. Half the round trip is its error. */
      readonly clockOff: number | null;
    };

/** What is known of a host, for machines that read the answer; null where it was not found out. */
export interface HostFacts {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly reachable: boolean;
  readonly hostKey: string | null;
  readonly loggedIn: boolean;
  readonly running: string | null;
  readonly profile: string | null;
  readonly nixos: string | null;
  readonly systemd: number | null;
  readonly nix: string | null;
  readonly sudo: string | null;
  readonly dialect: Look['dialect'] | null;
  readonly clockOffSeconds: number | null;
  readonly clockSynchronised: boolean | null;
  readonly freeMiB: { readonly nix: number | null; readonly boot: number | null };
  readonly lingers: boolean | null;
  readonly rights: 'exact' | 'programs' | 'everything' | 'other' | 'none' | null;
  readonly watchdog: 'none' | WatchdogLevel;
  readonly watchdogsPossible: readonly WatchdogLevel[];
  readonly encrypted: boolean | null;
  readonly failedUnits: readonly string[];
  /** What deploys and commands go without here. */
  readonly cannot: readonly string[];
}

export interface Diagnosis {
  readonly host: HostName;
  readonly findings: readonly Symptom[];
  readonly facts: HostFacts;
}
