import { Fault } from '../../src/core/fault.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Ended, Link, Links, RunOptions } from '../../src/host/link.ts';
import { type Look, printLook } from '../../src/host/look-answer.ts';
import type { RemoteCommand } from '../../src/host/remote-command.ts';

/** What a played host answers to one command: text, an exit code with text, or a fault of the connection. */
export type Reply =
  | string
  | { readonly exitCode: number | null; readonly stdout?: string; readonly stderr?: string }
  | Fault;

/** Connections that answer from a script and write down everything that happened, in order. */
export interface FakeLinks extends Links {
  /** `open`, `close`, and each command by its kind, with what distinguishes it. */
  readonly journal: string[];
  readonly inputs: Uint8Array[];
}

export interface FakeHost {
  /** Faults for the next attempts to open; null or nothing left: it opens. */
  readonly openings?: (Fault | null)[];
  answer(command: RemoteCommand): Reply | Promise<Reply>;
}

export function fakeLinks(host: FakeHost): FakeLinks {
  const journal: string[] = [];
  const inputs: Uint8Array[] = [];
  return {
    journal,
    inputs,
    async open() {
      const fault = host.openings?.shift() ?? null;
      journal.push(fault === null ? 'open' : `open: ${fault.code}`);
      if (fault !== null) throw fault;
      return fakeLink(host, journal, inputs);
    },
  };
}

function fakeLink(host: FakeHost, journal: string[], inputs: Uint8Array[]): Link {
  let alive = true;
  return {
    get alive() {
      return alive;
    },
    async run(command, options?: RunOptions): Promise<Ended> {
      options?.signal?.throwIfAborted();
      if (!alive) throw lost();
      journal.push(wordsOf(command));
      for await (const chunk of options?.input ?? []) inputs.push(chunk);
      const reply = await host.answer(command);
      if (reply instanceof Fault) {
        alive = false;
        throw reply;
      }
      const { exitCode, stdout = '', stderr = '' } = typeof reply === 'string' ? { exitCode: 0, stdout: reply } : reply;
      return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
    },
    async close() {
      alive = false;
      journal.push('close');
    },
  };
}

function wordsOf(command: RemoteCommand): string {
  return command.kind === 'read-run' ? `read-run from ${command.offset}` : command.kind;
}

export function lost(): Fault {
  return new Fault('connection-lost', 'a test', 'later');
}

/** Time that passes only by sleeping. */
export function fakeClock(): Clock & { readonly slept: number[] } {
  let now = 1_763_830_000_000;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
  };
}

export const healthy: Look = {
  running: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-wolfhound-1' as Look['running'],
  booted: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-wolfhound-1' as Look['booted'],
  profile: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-wolfhound-1' as Look['profile'],
  bootId: 'd2f3c1b0-0000-4000-8000-000000000001',
  failedUnits: [],
  restartingUnits: {},
  waitingUnits: [],
  freeRootMiB: 9000,
  rebootFor: [],
  switching: false,
  scheduledShutdown: null,
  killsDetachedRuns: false,
  dialect: 'store-path',
  rebuildFlag: '--no-reexec',
  foreignRebuilds: [],
  freeMiB: { nix: 40_000, boot: 300 },
  systemd: 257,
  nix: '2.31.2',
  shutdownInhibitors: [],
};

export function lookText(more: Partial<Look> = {}): string {
  return printLook({ ...healthy, ...more });
}
