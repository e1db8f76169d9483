import type { DerivedProbe } from './derived-probe.ts';
import type { Finding } from './finding.ts';
import type { CommitSha, HostName } from './names.ts';
import type { Consent } from './risk.ts';

/** What one commit would change, before anybody says yes to it. */
export interface Plan {
  readonly pullRequest: number;
  readonly sha: CommitSha;
  /** What it is compared with: where the branch left the default branch. */
  readonly base: CommitSha;
  readonly hosts: readonly PlannedHost[];
  /** The hosts in the order in which a merge would bring them: each wave begins when the one before it ended well. */
  readonly waves: readonly (readonly HostName[])[];
  /** Those of the hosts whose deploy is not the plain one. */
  readonly ways: readonly PlannedWay[];
  /** What each of the hosts is asked after its deploy; hosts of which nothing is asked by name are left out. */
  readonly probes?: readonly PlannedProbes[];
  /** Hosts of the fleet that the commit does not change. */
  readonly untouched: readonly HostName[];
  /** How the hosts were found: by their own paths, by imports, or by evaluating them. */
  readonly method: 'paths' | 'imports' | 'evaluated';
  readonly zones: readonly PlannedZone[];
  readonly findings: readonly Finding[];
  /** The yes that was given to risks among the findings. */
  readonly consent: Consent | null;
  readonly changedFiles: readonly string[];
}

/** How a host is deployed, and what puts it back when the deploy cuts it off. */
export interface PlannedWay {
  readonly host: HostName;
  readonly mode: 'safe' | 'switch' | 'dry';
  readonly watchdog: 'none' | 'reboot' | 'unit';
}

export interface PlannedProbes {
  readonly host: HostName;
  /** What the change suggests. */
  readonly derived: readonly DerivedProbe[];
  /** A wrong answer to those is told and takes nothing back. */
  readonly onlyTold: boolean;
  /** Zones of which it serves what changed. */
  readonly zones: readonly string[];
  /** How many things its owner declared. */
  readonly declared: number;
}

export interface PlannedHost {
  readonly host: HostName;
  /** For each reason that is told the files from the changed one to the host's own. */
  readonly why: readonly (readonly string[])[];
  /** How many reasons there are beside them. */
  readonly more: number;
}

export interface PlannedZone {
  readonly zone: string;
  readonly file: string;
  readonly servers: readonly string[];
  readonly serial: { readonly before: number | null; readonly after: number | null };
  readonly records: readonly PlannedRecord[];
}

export interface PlannedRecord {
  readonly action: 'create' | 'update' | 'delete';
  readonly name: string;
  readonly type: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}
