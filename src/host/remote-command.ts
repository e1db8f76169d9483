import { never } from '../core/bug.ts';
import type { CommitSha, StorePath } from '../core/names.ts';
import type { RebuildFlag, RunId } from './machine.ts';
import { cancelRun } from './programs/cancel-run.ts';
import { compare } from './programs/compare.ts';
import { examine } from './programs/examine.ts';
import { fetchPage } from './programs/fetch-page.ts';
import { findCommit } from './programs/find-commit.ts';
import { keep, release } from './programs/keep.ts';
import { look } from './programs/look.ts';
import type { Program } from './programs/program.ts';
import { reach } from './programs/reach.ts';
import { readRun } from './programs/read-run.ts';
import { receiveBundle } from './programs/receive-bundle.ts';
import { runCheck } from './programs/run-check.ts';
import { startActivation, startBuild, startFileBuild, startFlakeActivation } from './programs/start-run.ts';
import { arm, disarm, reboot } from './programs/watchdog.ts';
import { asRoot, rootCommands } from './root-commands.ts';
import type {
  BootId,
  CheckName,
  RepositoryPath,
  HttpUrl,
  MachineName,
  Message,
  NetworkAddress,
  PortNumber,
  RepositorySlug,
  SystemAttribute,
  UnitName,
} from './remote-names.ts';

/** Everything that the bot ever asks a host to do. What is not in this list cannot be sent. */
export type RemoteCommand =
  /** Answer: `look-answer.ts`. */
  | { readonly kind: 'look' }
  /** What `fleetwright doctor` asks beside it. Answer: `doctor/examine-answer.ts`. */
  | { readonly kind: 'examine' }
  /** Answers `present`, `base SHA` or `empty`. */
  | { readonly kind: 'find-commit'; readonly repository: RepositorySlug; readonly sha: CommitSha }
  /** The bundle is on standard input. Answers `received`, `refused` or `superseded TOKEN`. */
  | {
      readonly kind: 'receive-bundle';
      readonly token: number;
      readonly repository: RepositorySlug;
      readonly sha: CommitSha;
    }
  /** Answers `started`, `attached` or `superseded TOKEN`. */
  | {
      readonly kind: 'start-build';
      readonly run: RunId;
      readonly token: number;
      readonly repository: RepositorySlug;
      readonly sha: CommitSha;
      readonly attribute: SystemAttribute;
      readonly flag: RebuildFlag;
    }
  /** Answers as `start-build`. Null: the file is a NixOS configuration. */
  | {
      readonly kind: 'start-file-build';
      readonly run: RunId;
      readonly token: number;
      readonly repository: RepositorySlug;
      readonly sha: CommitSha;
      readonly file: RepositoryPath;
      readonly attribute: SystemAttribute | null;
      readonly flag: RebuildFlag;
    }
  /** Answers as `start-activation`. */
  | {
      readonly kind: 'start-flake-activation';
      readonly run: RunId;
      readonly token: number;
      readonly action: 'test' | 'boot';
      readonly repository: RepositorySlug;
      readonly sha: CommitSha;
      readonly attribute: SystemAttribute;
      readonly flag: RebuildFlag;
    }
  /** Answers `started`, `attached` or `superseded TOKEN`. The detached run is where root comes in. */
  | {
      readonly kind: 'start-activation';
      readonly run: RunId;
      readonly token: number;
      readonly action: 'test' | 'boot' | 'switch' | 'dry-activate';
      readonly path: StorePath;
    }
  /** Answer: `run-answer.ts`. Waits up to `seconds` for news. */
  | {
      readonly kind: 'read-run';
      readonly run: RunId;
      readonly offset: number;
      readonly limit: number;
      readonly seconds: number;
    }
  /** Answers `absent`, `over`, `kept`, `cancelled` or `superseded TOKEN`. */
  | { readonly kind: 'cancel-run'; readonly run: RunId; readonly token: number }
  /** Answers `kept`, `missing PATH` or `superseded TOKEN`. */
  | {
      readonly kind: 'keep-systems';
      readonly token: number;
      readonly name: RunId;
      readonly paths: readonly StorePath[];
    }
  /** Answers `released` or `superseded TOKEN`. */
  | { readonly kind: 'release-systems'; readonly token: number; readonly name: RunId }
  /** Answer: `compare-answer.ts`. */
  | { readonly kind: 'compare-systems'; readonly from: StorePath; readonly to: StorePath }
  /** Answers `armed UNTIL NOW`, `foreign` or `superseded TOKEN`. */
  | {
      readonly kind: 'arm-watchdog';
      readonly token: number;
      readonly level: 'reboot' | 'unit';
      readonly seconds: number;
    }
  /** Answers `disarmed`, `absent`, `foreign` or `superseded TOKEN`. */
  | { readonly kind: 'disarm-watchdog'; readonly token: number }
  /** Answers `rebooting`, `rebooted` or `superseded TOKEN`. */
  | { readonly kind: 'reboot-host'; readonly token: number; readonly bootId: BootId }
  /** Answers `systemctl show` blocks, one per unit, with an empty line between them. */
  | { readonly kind: 'show-units'; readonly units: readonly UnitName[] }
  /** Answers one line per machine, its name first. */
  | { readonly kind: 'list-machines' }
  /** Answers one line per socket that listens, as `ss` prints them. */
  | { readonly kind: 'list-sockets' }
  /** Answer: `parseReach`. Asks the network from the host, for whoever cannot reach it from elsewhere. */
  | {
      readonly kind: 'reach';
      readonly way: 'tcp' | 'datagram' | 'stream';
      readonly address: NetworkAddress;
      readonly port: PortNumber;
      readonly message: Message;
    }
  /** Answer: `parsePage`. `at`: who is asked for it, whatever its name leads to, and with whatever certificate. */
  | { readonly kind: 'fetch-page'; readonly url: HttpUrl; readonly at: NetworkAddress | null }
  /** Answers `BASE64:CODE`, or `missing`. */
  | { readonly kind: 'run-check'; readonly check: CheckName }
  /** Answers one line per unit that is ill within a container, its name first. */
  | { readonly kind: 'list-machine-units'; readonly machine: MachineName }
  /** What the switch itself told the journal since a moment in seconds of the host's clock: a proof that it finished. */
  | { readonly kind: 'read-switch-journal'; readonly since: number }
  /** The last lines of a unit's journal: the words alone for a report, each with its time for who asks for them. */
  | {
      readonly kind: 'read-unit-journal';
      readonly unit: UnitName;
      readonly lines: number;
      readonly form: 'cat' | 'short-iso';
    };

export type RemoteCommandKind = RemoteCommand['kind'];

/** The command as words. `shellLine` makes the one string out of it that ssh carries. */
export function argvOf(command: RemoteCommand): readonly string[] {
  switch (command.kind) {
    case 'look':
      return run(look);
    case 'examine':
      return run(examine);
    case 'find-commit':
      return run(findCommit, command.repository, command.sha);
    case 'receive-bundle':
      return run(receiveBundle, command.token, command.repository, command.sha);
    case 'start-build':
      return run(
        startBuild,
        command.run,
        command.token,
        command.repository,
        command.sha,
        command.attribute,
        command.flag,
      );
    case 'start-file-build': {
      const { token, repository, sha, file, attribute, flag } = command;
      return run(startFileBuild, command.run, token, repository, sha, file, attribute ?? '-', flag);
    }
    case 'start-flake-activation': {
      const { token, action, repository, sha, attribute, flag } = command;
      return run(startFlakeActivation, command.run, token, action, repository, sha, attribute, flag);
    }
    case 'start-activation':
      return run(startActivation, command.run, command.token, command.action, command.path);
    case 'read-run':
      return run(readRun, command.run, command.offset, command.limit, command.seconds);
    case 'cancel-run':
      return run(cancelRun, command.run, command.token);
    case 'keep-systems':
      return run(keep, command.token, command.name, ...command.paths);
    case 'release-systems':
      return run(release, command.token, command.name);
    case 'compare-systems':
      return run(compare, command.from, command.to);
    case 'arm-watchdog':
      return run(arm, command.token, command.level, command.seconds);
    case 'disarm-watchdog':
      return run(disarm, command.token);
    case 'reboot-host':
      return run(reboot, command.token, command.bootId);
    case 'show-units':
      return ['systemctl', 'show', '--no-pager', `--property=${shownProperties.join(',')}`, '--', ...command.units];
    case 'list-machines':
      return ['machinectl', 'list', '--no-pager', '--no-legend'];
    case 'list-sockets':
      return ['ss', '-H', '-l', '-n', '-t', '-u'];
    case 'reach':
      return run(reach, command.way, command.address, command.port, command.message);
    case 'fetch-page':
      return command.at === null ? run(fetchPage, command.url) : run(fetchPage, command.url, command.at);
    case 'run-check':
      return run(runCheck, command.check);
    case 'list-machine-units':
      return asRoot(rootCommands['machine-units'], { machine: command.machine });
    case 'read-switch-journal':
      return asRoot(rootCommands['switch-journal'], { since: String(command.since) });
    case 'read-unit-journal':
      return asRoot(rootCommands['unit-journal'], {
        form: command.form,
        lines: String(command.lines),
        unit: command.unit,
      });
    default:
      return never(command);
  }
}

export const shownProperties = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'Type',
  'WantedBy',
  'RequiredBy',
  'UpheldBy',
  'TriggeredBy',
  'ConditionResult',
  'ConditionTimestampMonotonic',
] as const;

function run(program: Program, ...values: readonly (string | number)[]): readonly string[] {
  return ['sh', '-c', program.text, program.name, ...values.map(String)];
}
