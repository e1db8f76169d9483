import { parseCommitSha, parseStorePath } from '../core/names.ts';
import type { RebuildFlag } from './machine.ts';
import { programs } from './programs/programs.ts';
import { argvOf, shownProperties, type RemoteCommand } from './remote-command.ts';
import {
  isRunId,
  parseAttribute,
  parseBootId,
  parseCheckName,
  parseMachineName,
  parseRepositoryPath,
  parseSlug,
  parseUnitName,
  type SystemAttribute,
  type UnitName,
  parseAddress,
  parseHttpUrl,
  parseMessage,
  parsePort,
} from './remote-names.ts';
import { wordsOfLine } from './shell-words.ts';

/**
 * The command that a line stands for, or null where it is none of the closed set: the inverse of `argvOf` and
 * `shellLine`. It is the other side's view: a practice host answers these commands and refuses everything else.
 */
export function readCommand(line: string): RemoteCommand | null {
  const words = wordsOfLine(line);
  if (words === null) return null;
  const command = words[0] === 'sh' ? readProgram(words) : readPlain(words);
  if (command === null) return null;
  // One spelling per command: what does not come out the same is something else (`007`, a reordered option).
  const again = argvOf(command);
  return again.length === words.length && again.every((word, index) => word === words[index]) ? command : null;
}

function readProgram(words: readonly string[]): RemoteCommand | null {
  const [, , text, name, ...values] = words;
  if (!programs.some((program) => program.name === name && program.text === text)) return null;
  const [first = '', second = '', third = '', fourth = '', fifth = '', sixth = '', seventh = ''] = values;
  switch (name ?? '') {
    case 'fleetwright-look':
      return { kind: 'look' };
    case 'fleetwright-examine':
      return { kind: 'examine' };
    case 'fleetwright-find-commit':
      return complete({ kind: 'find-commit', repository: parseSlug(first), sha: parseCommitSha(second) });
    case 'fleetwright-receive-bundle':
      return complete({
        kind: 'receive-bundle',
        token: count(first),
        repository: parseSlug(second),
        sha: parseCommitSha(third),
      });
    case 'fleetwright-start-build':
      return complete({
        kind: 'start-build',
        run: runId(first),
        token: count(second),
        repository: parseSlug(third),
        sha: parseCommitSha(fourth),
        attribute: parseAttribute(fifth),
        flag: flagOf(sixth),
      });
    case 'fleetwright-start-file-build': {
      const attribute = sixth === '-' ? null : parseAttribute(sixth);
      const command = complete({
        kind: 'start-file-build',
        run: runId(first),
        token: count(second),
        repository: parseSlug(third),
        sha: parseCommitSha(fourth),
        file: parseRepositoryPath(fifth),
        // Null is a value of its own here, so what is no attribute must not become one.
        attribute: attribute ?? ('-' as SystemAttribute),
        flag: flagOf(seventh),
      });
      return command === null || (attribute === null && sixth !== '-')
        ? null
        : ({ ...command, attribute } as RemoteCommand);
    }
    case 'fleetwright-start-flake-activation':
      return complete({
        kind: 'start-flake-activation',
        run: runId(first),
        token: count(second),
        action: third === 'test' || third === 'boot' ? third : null,
        repository: parseSlug(fourth),
        sha: parseCommitSha(fifth),
        attribute: parseAttribute(sixth),
        flag: flagOf(seventh),
      });
    case 'fleetwright-start-activation':
      return complete({
        kind: 'start-activation',
        run: runId(first),
        token: count(second),
        action: actions.find((action) => action === third) ?? null,
        path: parseStorePath(fourth),
      });
    case 'fleetwright-read-run':
      return complete({
        kind: 'read-run',
        run: runId(first),
        offset: count(second),
        limit: count(third),
        seconds: count(fourth),
      });
    case 'fleetwright-cancel-run':
      return complete({ kind: 'cancel-run', run: runId(first), token: count(second) });
    case 'fleetwright-keep': {
      const paths = values.slice(2).map(parseStorePath);
      return paths.includes(null)
        ? null
        : complete({
            kind: 'keep-systems',
            token: count(first),
            name: runId(second),
            paths: paths.filter((path) => path !== null),
          });
    }
    case 'fleetwright-arm':
      return complete({
        kind: 'arm-watchdog',
        token: count(first),
        level: second === 'reboot' || second === 'unit' ? second : null,
        seconds: count(third),
      });
    case 'fleetwright-reach':
      return complete({
        kind: 'reach',
        way: first === 'tcp' || first === 'datagram' || first === 'stream' ? first : null,
        address: parseAddress(second),
        port: parsePort(count(third) ?? 0),
        message: parseMessage(fourth),
      });
    case 'fleetwright-fetch-page':
      if (second === '') {
        const url = parseHttpUrl(first);
        return url === null ? null : { kind: 'fetch-page', url, at: null };
      }
      return complete({ kind: 'fetch-page', url: parseHttpUrl(first), at: parseAddress(second) });
    case 'fleetwright-run-check':
      return complete({ kind: 'run-check', check: parseCheckName(first) });
    case 'fleetwright-disarm':
      return complete({ kind: 'disarm-watchdog', token: count(first) });
    case 'fleetwright-reboot':
      return complete({ kind: 'reboot-host', token: count(first), bootId: parseBootId(second) });
    case 'fleetwright-release':
      return complete({ kind: 'release-systems', token: count(first), name: runId(second) });
    case 'fleetwright-compare':
      return complete({ kind: 'compare-systems', from: parseStorePath(first), to: parseStorePath(second) });
    default:
      return null;
  }
}

function readPlain(words: readonly string[]): RemoteCommand | null {
  switch (words[0] ?? '') {
    case 'machinectl':
      return { kind: 'list-machines' };
    case 'ss':
      return { kind: 'list-sockets' };
    case 'systemctl': {
      if (words[3] !== `--property=${shownProperties.join(',')}`) return null;
      const units = words.slice(5).map(parseUnitName);
      return units.includes(null)
        ? null
        : { kind: 'show-units', units: units.filter((unit): unit is UnitName => unit !== null) };
    }
    case 'sudo': {
      const machine = /^--machine=(.*)$/.exec(words[3] ?? '')?.[1];
      if (machine !== undefined) return complete({ kind: 'list-machine-units', machine: parseMachineName(machine) });
      const unit = /^--unit=(.*)$/.exec(words.at(-1) ?? '')?.[1] ?? '';
      const since = /^--since=@(\d+)$/.exec(words[5] ?? '')?.[1];
      const lines = /^--lines=(\d+)$/.exec(words[5] ?? '')?.[1];
      if (since !== undefined) {
        return complete({ kind: 'read-switch-journal', since: count(since) });
      }
      const form = /^--output=(cat|short-iso)$/.exec(words[4] ?? '')?.[1];
      return complete({
        kind: 'read-unit-journal',
        unit: parseUnitName(unit),
        lines: count(lines ?? ''),
        form: form === 'cat' || form === 'short-iso' ? form : null,
      });
    }
    default:
      return null;
  }
}

const actions = ['test', 'boot', 'switch', 'dry-activate'] as const;

function flagOf(text: string): RebuildFlag | null {
  return text === '--no-reexec' || text === '--fast' ? text : null;
}

function count(text: string): number | null {
  const value = Number(text);
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(value) ? value : null;
}

function runId(text: string): string | null {
  return isRunId(text) ? text : null;
}

type Partly<Command> = Command extends unknown ? { readonly [Key in keyof Command]: Command[Key] | null } : never;

/** A command of which some part could not be read is none. */
function complete(partly: Partly<RemoteCommand>): RemoteCommand | null {
  return Object.values(partly).includes(null) ? null : (partly as RemoteCommand);
}
