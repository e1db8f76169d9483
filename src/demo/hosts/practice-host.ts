import { setTimeout as sleep } from 'node:timers/promises';
import type { CommitSha, Fingerprint, StorePath } from '../../core/names.ts';
import { answerCommand } from './answer-command.ts';
import type { CommitFiles } from './commit-files.ts';
import type { Detours } from './detours.ts';
import { createHostJournal, type JournalEntry } from './host-journal.ts';
import { createKeyPair, parsedKey } from './host-key.ts';
import { createHostNetwork } from './host-network.ts';
import type { HostRepositories } from './host-repositories.ts';
import { createHostRuns } from './host-runs.ts';
import { freshDisk, freshMemory } from './host-state.ts';
import { failedUnits, type PracticeUnits, startUnits } from './host-units.ts';
import type { LoadedZone } from './loaded-zone.ts';
import { loopback, type LoopbackPorts } from './loopback-ports.ts';
import { createFailures, type PracticeFailure } from './practice-failure.ts';
import { type PracticeMachine, runningSystem } from './practice-machine.ts';
import type { PracticeSystem } from './practice-system.ts';
import { openSshDoor } from './ssh-door.ts';

/** One played host: an ssh server whose state changes only through the closed commands, and through its own misfortune. */
export interface PracticeHost {
  readonly name: string;
  /** Where its ssh server listens; stays the same over reboots. */
  readonly address: typeof loopback;
  readonly port: number;
  readonly user: string;
  readonly hostKey: Fingerprint;
  /** The addresses that the real host would have. */
  readonly addresses: readonly string[];
  readonly journal: readonly JournalEntry[];
  /** What was asked of it that is not in the closed set of commands. */
  violations(): readonly string[];
  truth(): HostTruth;
  /** The loopback port that stands for one of its ports. */
  portFor(port: number): Promise<number>;
  /** Arranges a failure; the answer mends it. */
  fail(failure: PracticeFailure): () => void;
  mend(): void;
  /** Somebody with a higher fencing token was here. */
  raiseFence(token: number): void;
  /** Goes down and comes back with what the boot loader starts, under a new boot id. */
  reboot(options?: { readonly downMs?: number }): Promise<void>;
  /** Ends every ssh connection without a word. */
  cutConnections(): void;
}

/** What a look inside would show; no command is needed for it and none is recorded. */
export interface HostTruth {
  readonly running: StorePath;
  readonly booted: StorePath;
  readonly profile: StorePath;
  readonly bootDefault: StorePath;
  readonly generations: readonly StorePath[];
  readonly bootId: string;
  readonly units: PracticeUnits;
  readonly failedUnits: readonly string[];
  readonly switching: boolean;
  readonly fence: number;
  readonly runs: readonly string[];
  /** Zones that it answers for, with their serials. */
  readonly zones: Readonly<Record<string, number>>;
  /** The files from which the running system was made. */
  readonly files: readonly string[];
}

export interface HostParts {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly user: string;
  readonly authorizedKey: string;
  readonly repositories: HostRepositories;
  readonly latencyMs: number;
  readonly system: PracticeSystem;
  readonly ports: LoopbackPorts;
  readonly detours: Detours;
  readonly readCommit: (gitFolder: string, sha: CommitSha) => Promise<CommitFiles>;
  /** The zones that the host answers for now, its own and those it copies. */
  readonly zonesOf: (host: string) => readonly LoadedZone[];
  /** The running system has changed: other hosts may want to copy its zones. */
  readonly onActivated: (host: string, system: PracticeSystem | null) => void;
}

export interface RunningHost {
  readonly host: PracticeHost;
  close(): Promise<void>;
}

export async function startPracticeHost(parts: HostParts): Promise<RunningHost> {
  const key = createKeyPair(parts.name);
  const network = createHostNetwork(parts.ports, parts.detours);
  const machine = createMachine(
    parts,
    (system) => {
      const alive = system.endpoints.filter((endpoint) => isAlive(machine, system, endpoint.unit, endpoint.port));
      parts.onActivated(parts.name, system);
      return network.serve(alive, () => parts.zonesOf(parts.name), unreachableIn(machine, system));
    },
    () => inBackground(host.reboot()),
  );
  const { disk, failures, journal, runs } = machine;
  const door = await openSshDoor({
    user: parts.user,
    hostKey: key.private,
    authorizedKey: parsedKey(parts.authorizedKey),
    journal,
    failures,
    latencyMs: parts.latencyMs,
    answer: (command, channel) => answerCommand(machine, command, channel),
    onLastLogout: () => {
      if (failures.of('kills-detached-runs').length > 0) runs.killAll();
    },
  });
  await machine.serve();

  const goDown = async (): Promise<void> => {
    await door.shut();
    parts.onActivated(parts.name, null);
    await network.serve([], () => [], new Map());
  };
  /** Units and ports follow a failure that was arranged or mended just now; nobody need activate anything for it. */
  const settle = async (): Promise<void> => {
    machine.memory.units = startUnits(runningSystem(machine), failures, Date.now());
    if (failures.of('offline').length > 0) return goDown();
    await door.open();
    await machine.serve();
  };
  const inBackground = (work: Promise<void>): void => {
    void work.catch((error: unknown) => journal.write('failure', String(error)));
  };

  const host: PracticeHost = {
    name: parts.name,
    address: loopback,
    port: door.port,
    user: parts.user,
    hostKey: key.fingerprint,
    addresses: parts.addresses,
    journal: journal.entries,
    violations: () => journal.entries.filter((entry) => entry.kind === 'violation').map((entry) => entry.text),
    truth: () => truthOf(machine, parts.zonesOf(parts.name)),
    portFor: (port) => network.portFor(port),
    fail(failure) {
      journal.write('failure', failure.kind);
      const mend = failures.add(failure);
      if (isNow(failure)) inBackground(settle());
      return () => {
        mend();
        if (isNow(failure)) inBackground(settle());
      };
    },
    mend() {
      failures.clear();
      inBackground(settle());
    },
    raiseFence(token) {
      disk.fence = Math.max(disk.fence, token);
    },
    async reboot({ downMs = 0 } = {}) {
      runs.killAll();
      machine.memory = freshMemory(disk, new Map());
      await goDown();
      if (downMs > 0) await sleep(downMs);
      journal.write('reboot', machine.memory.bootId);
      await settle();
    },
    cutConnections: () => door.cutAll(),
  };
  const close = (): Promise<void> => {
    // Whoever waits for news of a run would keep the process alive for as long as it waits.
    runs.killAll();
    const { watchdog } = machine.memory;
    if (watchdog !== null) clearTimeout(watchdog.timer);
    return goDown();
  };
  return { host, close };
}

function createMachine(
  parts: HostParts,
  serve: (system: PracticeSystem) => Promise<void>,
  reboot: () => void,
): PracticeMachine {
  const disk = freshDisk(parts.system);
  const failures = createFailures();
  let turn: Promise<unknown> = Promise.resolve();
  const machine: PracticeMachine = {
    name: parts.name,
    disk,
    memory: freshMemory(disk, startUnits(parts.system, failures, Date.now())),
    runs: createHostRuns(),
    repositories: parts.repositories,
    journal: createHostJournal(),
    failures,
    locked(work) {
      const result = turn.then(work, work);
      turn = result.catch(() => undefined);
      return result;
    },
    reboot,
    wayTo: (port) => parts.detours.wayFor(parts.name, port),
    readCommit: parts.readCommit,
    serve: () => serve(runningSystem(machine)),
  };
  return machine;
}

/** Failures that show at once, and not at the next command or activation. */
function isNow(failure: PracticeFailure): boolean {
  switch (failure.kind) {
    case 'unit-fails':
    case 'unit-flaps':
    case 'endpoint-dead':
    case 'unreachable-from':
    case 'offline':
      return true;
    default:
      return false;
  }
}

function isAlive(machine: PracticeMachine, system: PracticeSystem, unit: string, port: number): boolean {
  if (machine.failures.of('endpoint-dead', system).some((failure) => failure.port === port)) return false;
  return machine.memory.units.get(unit)?.kind === 'active';
}

/** Whom each port of the host is closed to, where it is to anybody. */
function unreachableIn(machine: PracticeMachine, system: PracticeSystem): ReadonlyMap<number, readonly string[]> {
  return new Map(machine.failures.of('unreachable-from', system).map(({ port, from }) => [port, from]));
}

function truthOf(machine: PracticeMachine, zones: readonly LoadedZone[]): HostTruth {
  const { disk, memory } = machine;
  return {
    running: memory.running,
    booted: memory.booted,
    profile: disk.profile,
    bootDefault: disk.bootDefault,
    generations: [...disk.generations],
    bootId: memory.bootId,
    units: memory.units,
    failedUnits: failedUnits(memory.units),
    switching: memory.switching,
    fence: disk.fence,
    runs: machine.runs.ids(),
    zones: Object.fromEntries(zones.map((zone) => [zone.name, zone.serial])),
    files: [...runningSystem(machine).files.keys()],
  };
}
