import type { Right } from '../../host/doctor/sudo-list.ts';
import type { RemoteCommandKind } from '../../host/remote-command.ts';
import { holds, type PracticeSystem, type When } from './practice-system.ts';

/**
 * What can be made to go wrong on a practice host. `times` bounds how often; without it, until it is mended.
 * Each of these was seen on a real host.
 */
export type PracticeFailure =
  /** The build of a system ends with an error of a builder. */
  | { readonly kind: 'build-fails'; readonly when?: When }
  | { readonly kind: 'build-slow'; readonly ms: number; readonly when?: When }
  | { readonly kind: 'unit-fails'; readonly unit: string; readonly when?: When; readonly message?: string }
  /** Crashes and is restarted for ever: never among the failed units, and the activation ends with 0. */
  | { readonly kind: 'unit-flaps'; readonly unit: string; readonly when?: When; readonly everyMs?: number }
  /** The unit is active, and nobody answers on its port. */
  | { readonly kind: 'endpoint-dead'; readonly port: number; readonly when?: When }
  /** The service is up, and some cannot reach it: names of practice hosts, or `bot`. A firewall, or a missing route. */
  | { readonly kind: 'unreachable-from'; readonly port: number; readonly from: readonly string[]; readonly when?: When }
  | { readonly kind: 'activation-slow'; readonly ms: number; readonly when?: When }
  /** The system's pre-switch checks say no to a live activation. */
  | { readonly kind: 'activation-inhibited'; readonly when?: When }
  /** The system comes with another kernel than the one that was booted. */
  | { readonly kind: 'kernel-changed'; readonly when?: When }
  /** The connection dies after so many bytes of an answer, or so long after the command came. */
  | {
      readonly kind: 'connection-cut';
      readonly command?: RemoteCommandKind;
      readonly afterBytes?: number;
      readonly afterMs?: number;
      readonly times?: number;
    }
  /** The channel closes without an exit status. */
  | { readonly kind: 'exit-status-lost'; readonly command?: RemoteCommandKind; readonly times?: number }
  | { readonly kind: 'login-refused'; readonly times?: number }
  /** What pam_nologin does in the last minutes before a shutdown: a banner, then the end, and no error. */
  | { readonly kind: 'nologin'; readonly times?: number }
  /** Accepts connections and never says a word. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'offline' }
  /** The run did what it should and ends with 120: its standard output was gone. */
  | { readonly kind: 'run-ends-120'; readonly run: 'build' | 'activation'; readonly times?: number }
  /**
   * No exit code is ever written. `runner`: only the shell around it was killed, the work goes on to its end.
   * `switch`: the activation itself was killed half-way.
   */
  | { readonly kind: 'run-killed'; readonly what: 'runner' | 'switch' | 'build'; readonly times?: number }
  /** logind ends the account's processes when its last connection closes. */
  | { readonly kind: 'kills-detached-runs' }
  /** Somebody else's switch holds the unit's name. */
  | { readonly kind: 'another-switch' }
  /** Somebody else's rebuild that has not begun to switch yet. */
  | { readonly kind: 'foreign-rebuild'; readonly what: string; readonly pid: number; readonly user: string }
  | { readonly kind: 'disk-low'; readonly place: 'nix' | 'boot'; readonly freeMiB: number }
  /** A backup or the like keeps the host from going down. */
  | { readonly kind: 'shutdown-inhibited'; readonly who: string; readonly why: string; readonly pid: number }
  | { readonly kind: 'shutdown-scheduled'; readonly content: string }
  | { readonly kind: 'old-nixos-rebuild'; readonly dialect: 'flake-only' | 'missing' }
  | { readonly kind: 'clock-off'; readonly seconds: number }
  /** What the account may run as root, instead of what the module gives it. It is told and not played. */
  | { readonly kind: 'sudo-rules'; readonly rights: readonly Right[] }
  /** git on the host does not take the bundle. */
  | { readonly kind: 'bundle-refused'; readonly times?: number };

export type FailureKind = PracticeFailure['kind'];
type Failure<Kind extends FailureKind> = Extract<PracticeFailure, { readonly kind: Kind }>;

/** The failures of one host that wait for their moment. */
export interface Failures {
  add(failure: PracticeFailure): () => void;
  clear(): void;
  /** The failures of a kind that hold for the system, without using them up. */
  of<Kind extends FailureKind>(kind: Kind, system?: PracticeSystem): readonly Failure<Kind>[];
  /** Uses up the first of a kind that fits, once. */
  take<Kind extends FailureKind>(kind: Kind, fits?: (failure: Failure<Kind>) => boolean): Failure<Kind> | null;
}

export function createFailures(): Failures {
  let waiting: { failure: PracticeFailure; left: number }[] = [];
  const all = <Kind extends FailureKind>(kind: Kind): Failure<Kind>[] =>
    waiting.map(({ failure }) => failure).filter((failure): failure is Failure<Kind> => failure.kind === kind);
  return {
    add(failure) {
      const entry = { failure, left: 'times' in failure ? (failure.times ?? Infinity) : Infinity };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    clear() {
      waiting = [];
    },
    of(kind, system) {
      return all(kind).filter((failure) => system === undefined || !('when' in failure) || holds(failure.when, system));
    },
    take(kind, fits = () => true) {
      const found = all(kind).find(fits);
      const entry = waiting.find(({ failure }) => failure === found);
      if (found === undefined || entry === undefined) return null;
      entry.left -= 1;
      if (entry.left <= 0) waiting = waiting.filter((other) => other !== entry);
      return found;
    },
  };
}
