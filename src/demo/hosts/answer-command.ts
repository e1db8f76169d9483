import type { Readable } from 'node:stream';
import { never } from '../../core/bug.ts';
import { printLook } from '../../host/look-answer.ts';
import type { RunId } from '../../host/machine.ts';
import type { RemoteCommand } from '../../host/remote-command.ts';
import { printRun } from '../../host/run-answer.ts';
import { askNetwork } from './ask-network.ts';
import { compareSystems } from './compare-systems.ts';
import { examineHost } from './examine-host.ts';
import { failedUnits, restartingUnits, showUnit } from './host-units.ts';
import type { PracticeMachine } from './practice-machine.ts';
import { runningSystem } from './practice-machine.ts';
import { answerWatchdog, scheduledShutdown } from './host-watchdog.ts';
import { switchUnit } from './rebuild-words.ts';
import { runActivation } from './run-activation.ts';
import { runBuild } from './run-build.ts';
import type { PracticeRun } from './host-runs.ts';

export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a host in this state answers to one command of the closed set, and what that does to it. */
export async function answerCommand(
  machine: PracticeMachine,
  command: RemoteCommand,
  input: Readable,
): Promise<Answer> {
  switch (command.kind) {
    case 'look':
      return says(lookOf(machine));
    case 'examine':
      return says(examineHost(machine));
    case 'find-commit':
      return says(`${await machine.repositories.find(command.repository, command.sha)}\n`);
    case 'receive-bundle':
      return receiveBundle(machine, command, input);
    case 'start-build':
      return start(machine, command, 'build', (run) => runBuild(machine, run, command));
    case 'start-activation':
      return start(machine, command, 'activation', (run) => runActivation(machine, run, command.action, command.path));
    case 'read-run':
      return readRun(machine, command);
    case 'cancel-run':
      return cancelRun(machine, command);
    case 'keep-systems': {
      const missing = command.paths.find((path) => !machine.disk.store.has(path));
      const superseded = fenced(machine, command.token);
      if (superseded !== null) return superseded;
      if (missing !== undefined) return says(`missing ${missing}\n`);
      machine.disk.roots.clear();
      machine.disk.roots.set(command.name, command.paths);
      return says('kept\n');
    }
    case 'release-systems': {
      const superseded = fenced(machine, command.token);
      if (superseded !== null) return superseded;
      machine.disk.roots.delete(command.name);
      return says('released\n');
    }
    case 'compare-systems':
      return says(compareSystems(machine, command.from, command.to));
    case 'arm-watchdog':
    case 'disarm-watchdog':
      return fenced(machine, command.token) ?? says(`${answerWatchdog(machine, command)}\n`);
    case 'reboot-host': {
      const superseded = fenced(machine, command.token);
      if (superseded !== null) return superseded;
      if (command.bootId !== machine.memory.bootId) return says('rebooted\n');
      machine.reboot();
      return says('rebooting\n');
    }
    case 'start-file-build':
      // Every practice fleet is a flake.
      return start(machine, command, 'build', async (run) => {
        machine.runs.write(run, 'error: this practice host builds flakes only\n');
        machine.runs.end(run, 1);
      });
    case 'start-flake-activation':
      return start(machine, command, 'activation', async (run) => {
        machine.runs.write(run, 'error: this practice host activates store paths only\n');
        machine.runs.end(run, 1);
      });
    case 'show-units':
      return says(command.units.map((unit) => showUnit(unit, machine.memory.units, Date.now())).join('\n'));
    case 'list-machines':
      return says(listMachines(machine));
    case 'run-check':
      // A practice host is made of text: there is no program that it could run.
      return says('missing\n');
    case 'list-machine-units':
      return says('');
    case 'list-sockets':
      return says(listSockets(machine));
    case 'reach':
    case 'fetch-page':
      return says(await askNetwork(machine, command));
    case 'read-switch-journal':
      return says(journalOf(machine.journal.linesOf((unit) => unit === switchUnit, command.since * 1000)));
    case 'read-unit-journal': {
      const wanted = command.unit.includes('.') ? command.unit : `${command.unit}.service`;
      return says(journalOf(machine.journal.linesOf((unit) => unit === wanted).slice(-command.lines)));
    }
    default:
      return never(command);
  }
}

function says(stdout: string, stderr = ''): Answer {
  return { exitCode: 0, stdout, stderr };
}

function lookOf(machine: PracticeMachine): string {
  const { memory, disk, failures } = machine;
  const restarting = restartingUnits(memory.units, Date.now());
  return printLook({
    running: memory.running,
    booted: memory.booted,
    profile: disk.profile,
    bootId: memory.bootId,
    failedUnits: failedUnits(memory.units),
    restartingUnits: Object.fromEntries(restarting.map((one) => [one.unit, one.count])),
    waitingUnits: restarting.filter((one) => one.waiting).map((one) => one.unit),
    switching: memory.switching || failures.of('another-switch').length > 0,
    rebuildFlag: '--no-reexec',
    freeRootMiB: 9000,
    rebootFor: [],
    foreignRebuilds: failures.of('foreign-rebuild').map(({ what, pid, user }) => ({ what, pid, user })),
    freeMiB: {
      nix: 40_000,
      boot: 300,
      ...Object.assign({}, ...failures.of('disk-low').map(({ place, freeMiB }) => ({ [place]: freeMiB }))),
    },
    systemd: 257,
    nix: '2.31.2',
    shutdownInhibitors: failures.of('shutdown-inhibited').map(({ who, why, pid }) => ({ who, why, pid })),
    scheduledShutdown: scheduledShutdown(machine),
    killsDetachedRuns: failures.of('kills-detached-runs').length > 0,
    dialect: failures.of('old-nixos-rebuild')[0]?.dialect ?? 'store-path',
  });
}

/** The answer to a token that is too low, or null: the higher one counts from now on. */
function fenced(machine: PracticeMachine, token: number): Answer | null {
  if (token < machine.disk.fence) return says(`superseded ${machine.disk.fence}\n`);
  machine.disk.fence = token;
  return null;
}

async function receiveBundle(
  machine: PracticeMachine,
  command: Extract<RemoteCommand, { kind: 'receive-bundle' }>,
  input: Readable,
): Promise<Answer> {
  const incoming = await machine.repositories.drain(command.repository, input);
  try {
    return await machine.locked(async () => {
      const superseded = fenced(machine, command.token);
      if (superseded !== null) return superseded;
      if (machine.failures.take('bundle-refused') !== null) {
        return says('refused\n', 'error: unable to write loose object file: No space left on device\n');
      }
      const { taken, stderr } = await incoming.take(command.sha);
      return says(taken ? 'received\n' : 'refused\n', stderr);
    });
  } finally {
    await incoming.discard();
  }
}

function start(
  machine: PracticeMachine,
  command: { readonly run: RunId; readonly token: number },
  kind: PracticeRun['kind'],
  work: (run: PracticeRun) => Promise<void>,
): Promise<Answer> {
  return machine.locked(async () => {
    const superseded = fenced(machine, command.token);
    if (superseded !== null) return superseded;
    if (machine.runs.get(command.run) !== null) return says('attached\n');
    const run = machine.runs.begin(command.run, kind);
    void work(run).catch((error: unknown) => {
      // A bug in the practice host must not look like a host that works on for ever.
      machine.runs.write(run, `the practice host broke: ${String(error)}\n`);
      machine.runs.end(run, 70);
    });
    return says('started\n');
  });
}

async function readRun(
  machine: PracticeMachine,
  command: Extract<RemoteCommand, { kind: 'read-run' }>,
): Promise<Answer> {
  const end = Date.now() + command.seconds * 1000;
  for (;;) {
    const reading = machine.runs.read(command.run, command.offset, command.limit);
    const left = end - Date.now();
    if (reading.state.kind !== 'running' || reading.size > command.offset || left <= 0) return says(printRun(reading));
    await machine.runs.news(left);
  }
}

function cancelRun(machine: PracticeMachine, command: Extract<RemoteCommand, { kind: 'cancel-run' }>): Promise<Answer> {
  return machine.locked(async () => {
    const superseded = fenced(machine, command.token);
    if (superseded !== null) return superseded;
    const run = machine.runs.get(command.run);
    if (run === null) return says('absent\n');
    if (run.processes !== 'running') return says('over\n');
    if (run.kind !== 'build') return says('kept\n');
    run.cancelled = true;
    run.ending.abort();
    while (run.processes === 'running') await machine.runs.news(1000);
    return says('cancelled\n');
  });
}

function listMachines(machine: PracticeMachine): string {
  return runningSystem(machine)
    .machines.filter((name) => machine.memory.units.get(`container@${name}.service`)?.kind === 'active')
    .map((name) => `${name} container systemd-nspawn nixos 26.05 -\n`)
    .join('');
}

function listSockets(machine: PracticeMachine): string {
  return runningSystem(machine)
    .endpoints.filter(({ unit }) => machine.memory.units.get(unit)?.kind === 'active')
    .map(({ port }) => `tcp LISTEN 0 4096 0.0.0.0:${port} 0.0.0.0:*\n`)
    .join('');
}

function journalOf(lines: readonly string[]): string {
  return lines.length === 0 ? '-- No entries --\n' : `${lines.join('\n')}\n`;
}
