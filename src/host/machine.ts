import type { DerivedProbe } from '../core/derived-probe.ts';
import type { Finding } from '../core/finding.ts';
import type { CommitSha, HostName, StorePath } from '../core/names.ts';

/**
 * What a deploy needs of one host, in the words of a deploy and not of a transport. Implemented over ssh in this
 * folder, against real hosts and practice hosts alike. Every method may throw a `Fault` (connection lost, timed out);
 * a fault says nothing about what the host did, so the caller looks again.
 *
 * Every method is idempotent: asking for a run that exists attaches to it instead of starting a second one.
 * A `Fault` with the code `fenced-off` says that another worker owns the host now: stop at once.
 */
export interface Machine {
  /**
   * What the host runs and is, read without root. One round trip; with `probes` the declared probes are asked as well, to
   * know which of them fail already; so are those of `derived` that ask for what was there before.
   */
  look(options?: {
    readonly probes?: boolean;
    readonly derived?: readonly DerivedProbe[];
    readonly signal?: AbortSignal;
  }): Promise<HostState>;
  /** Brings one commit into the account's bare repository. A commit that is there already costs one round trip. */
  ship(sha: CommitSha): Promise<Shipped>;
  /** Builds the host's system from a shipped commit, without root. Follows the run to its end over any number of reconnects. */
  build(run: RunId, sha: CommitSha, attribute: string, follow: Follow): Promise<Built>;
  /**
   * Keeps systems from the garbage collector until `release`, under the name of one deploy. Whatever another deploy
   * kept on this host is let go.
   */
  keep(name: RunId, paths: readonly StorePath[]): Promise<Kept>;
  release(name: RunId): Promise<void>;
  /** What a switch from one system to another would mean, read without root. */
  compare(from: StorePath, to: StorePath): Promise<Difference>;
  /**
   * Activates (`test`) or makes the boot default (`boot`) one store path, with root, detached; `switch` is both in one
   * go, and `dry-activate` only tells what it would do. `from`: the commit that the path was built from, where the
   * host's `nixos-rebuild` cannot be given a path.
   */
  activate(
    run: RunId,
    action: 'test' | 'boot' | 'switch' | 'dry-activate',
    path: StorePath,
    follow: Follow,
    from?: BuiltFrom,
  ): Promise<Activated>;
  /**
   * Arms the host's watchdog, before an activation; one that is armed stays as it is. A shutdown that somebody else
   * scheduled is never overwritten.
   */
  arm(level: WatchdogLevel, seconds: number): Promise<Armed>;
  /** Disarms it. `absent`: nothing of ours is armed. `foreign`: somebody put a shutdown of their own over it. */
  disarm(): Promise<'disarmed' | 'absent' | 'foreign'>;
  /** Reboots a host that is still in this boot; the answer may be lost with it. */
  reboot(bootId: string): Promise<'rebooting' | 'rebooted'>;
  /** Cancels a build that runs. An activation is never cancelled. */
  cancelBuild(run: RunId): Promise<void>;
  /** Asks the probes over a new connection and judges the answers. Only what was seen; the caller decides. */
  probe(expected: Expected, follow: Follow): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/** Opens a host. The fencing token is checked on the host: a lower one than the highest seen is refused there. */
export interface Machines {
  open(host: HostName, token: number): Promise<Machine>;
}

/** Names one detached run on the host, for ever: a resumed deploy asks for the same name and attaches. `[a-z0-9-]{1,80}` */
export type RunId = string;

export interface Follow {
  /** New output of the run, in order, without gaps or repeats, across reconnects. */
  readonly onOutput?: (text: string) => void;
  /** Milliseconds from the call. When they are over a `Fault` (`timed-out`) is thrown, and the run goes on. */
  readonly deadlineMs: number;
  /** Stops following. It does not stop the run. */
  readonly signal?: AbortSignal;
}

/** A link of the system that is missing reads as null: it is never taken for a healthy host. */
export interface HostState {
  readonly running: StorePath | null;
  readonly booted: StorePath | null;
  readonly profile: StorePath | null;
  /** Proves a reboot: `/proc/sys/kernel/random/boot_id`. */
  readonly bootId: string;
  readonly failedUnits: readonly string[];
  /** Units in `auto-restart`, with their restart count: a crash loop never shows among the failed. */
  readonly restartingUnits: Readonly<Record<string, number>>;
  /** A `nixos-rebuild-switch-to-configuration*` unit is active: ours or somebody else's. */
  readonly switching: boolean;
  /** The content of `/run/systemd/shutdown/scheduled`, or null. */
  readonly scheduledShutdown: string | null;
  /** logind ends the account's processes at logout and lingering is off: a detached run would be killed. */
  readonly killsDetachedRuns: boolean;
  /** What this host's `nixos-rebuild` understands. */
  readonly dialect: 'store-path' | 'flake-only' | 'missing';
  /** What keeps this host's `nixos-rebuild` from building itself anew. */
  readonly rebuildFlag: RebuildFlag;
  /** Rebuilds and switches that are not runs of ours, whether or not they hold the unit's name already. */
  readonly foreignRebuilds: readonly ForeignRebuild[];
  /** Space that is left, in MiB; null where the host does not tell. `/boot` is part of `/` where it has no mount of its own. */
  readonly freeMiB: { readonly nix: number | null; readonly boot: number | null };
  /** The major version of systemd, and Nix's version; null where the host does not tell. */
  readonly systemd: number | null;
  readonly nix: string | null;
  /** Who keeps the host from going down just now: a backup, an update of firmware. */
  readonly shutdownInhibitors: readonly ShutdownInhibitor[];
  /** Declared probes that fail now, by what tells them apart; only where they were asked for. */
  readonly failingProbes?: readonly string[];
}

export type RebuildFlag = '--no-reexec' | '--fast';

/** Somebody else's rebuild, by what a person can look it up with. */
export interface ForeignRebuild {
  /** The program and its action, as `nixos-rebuild switch`, or the name of the unit. */
  readonly what: string;
  readonly pid: number | null;
  readonly user: string | null;
}

/** A lock of logind's that blocks a shutdown. */
export interface ShutdownInhibitor {
  readonly who: string;
  readonly why: string;
  readonly pid: number;
}

export type Shipped =
  | { readonly kind: 'shipped'; readonly how: 'present' | 'incremental' | 'full'; readonly bytes: number }
  | { readonly kind: 'not-accepted'; readonly log: string };

/**
 * What puts a host back that nobody can reach any more. `reboot`: it reboots into its boot default, which is the old
 * system. `unit`: a unit of ours activates the old system, and reboots only if that does not help.
 */
export type WatchdogLevel = 'reboot' | 'unit';

/** `until`: when it fires, in milliseconds since the epoch by the clock of whoever asked. */
export type Armed = { readonly kind: 'armed'; readonly until: number } | { readonly kind: 'foreign' };

export type Kept = { readonly kind: 'kept' } | { readonly kind: 'missing'; readonly path: string };

/** A list that people read: some names, and how many more there are. */
export interface NamesAndMore {
  readonly names: readonly string[];
  readonly more: number;
}

/** How two systems differ, as far as it matters to whoever switches from one to the other. */
export interface Difference {
  readonly packages: { readonly [How in 'added' | 'removed' | 'changed']: NamesAndMore };
  /** What the switch means for units; `restarted` and `reloaded` only where they run. */
  readonly units: { readonly [Fate in 'added' | 'removed' | 'restarted' | 'reloaded' | 'kept']: NamesAndMore };
  /** Parts that differ from what was booted: `kernel`, `initrd`, `kernel-modules`, `systemd`. They wait for a reboot. */
  readonly rebootFor: readonly string[];
  /** The new system's init cannot take over from the one that runs: it cannot be activated live. */
  readonly initInterface: boolean;
  /** Switch inhibitors that differ, by name: the new system refuses to be activated live. */
  readonly inhibitors: readonly string[];
}

/** A commit, and the name of the host's system in it. */
export interface BuiltFrom {
  readonly sha: CommitSha;
  readonly attribute: string;
}

export type Built =
  | { readonly kind: 'built'; readonly path: StorePath }
  | {
      readonly kind: 'build-failed';
      readonly why: 'evaluation' | 'build' | 'no-such-host' | 'no-such-commit';
      readonly log: string;
    }
  | { readonly kind: 'cancelled' };

export type Activated =
  /** It ran to its end. 0 and 4 both may be fine: 4 says that some unit is failed, which the probes judge against the baseline. */
  | {
      readonly kind: 'ended';
      readonly exitCode: number;
      readonly proof: 'exit-code' | 'log' | 'journal';
      readonly log: string;
    }
  /**
   * It never began: another switch holds the unit name, or an inhibitor said no. A `boot` that did not begin because
   * of the unit's name has moved the profile already, and not the boot entry: read the profile again.
   */
  | {
      readonly kind: 'not-begun';
      readonly why: 'another-switch' | 'inhibited' | 'path-missing' | 'no-way-back';
      readonly log: string;
    }
  /** No exit code and no proof in the log: only looking at the host can tell. */
  | { readonly kind: 'no-answer'; readonly log: string };

/** What the probes judge against. */
export interface Expected {
  readonly running: StorePath;
  /** What was wrong before the deploy and is therefore not held against it. */
  readonly baseline: Pick<HostState, 'failedUnits' | 'restartingUnits' | 'bootId' | 'failingProbes'>;
  readonly records: readonly ExpectedRecord[];
  /** What the commit itself suggests to ask. */
  readonly derived?: readonly DerivedProbe[];
  /** Units that the switch has started: new ones, and changed ones that ran. */
  readonly changedUnits?: { readonly added: readonly string[]; readonly restarted: readonly string[] };
  /** `activation`: just activated. `revert`: back on the old system, which is not expected to serve the new records. */
  readonly after: 'activation' | 'revert' | 'nothing';
}

/** A DNS record set that the zone's servers must answer with, at this serial or a newer one (RFC 1982). */
export interface ExpectedRecord {
  readonly zone: string;
  readonly serial: number | null;
  /** Absolute, with the closing dot. */
  readonly name: string;
  readonly type: string;
  /** The data in presentation form; empty means that the record must be gone. */
  readonly data: readonly string[];
  /** Servers of the zone that no deploy of this rollout answers for; what they lack is told, and is not this deploy's. */
  readonly others?: readonly OtherServer[] | undefined;
}

export interface OtherServer {
  /** By which people know it. */
  readonly name: string;
  /** It is deployed in the same rollout: what it lacks now may come with that. */
  readonly deployed?: boolean | undefined;
  readonly address: string;
  readonly port: number;
}
