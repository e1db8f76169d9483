import type { RunId } from '../../host/machine.ts';
import type { RunReading } from '../../host/run-answer.ts';

/** One detached run: what a real host keeps in the run's folder, and the processes behind it. */
export interface PracticeRun {
  readonly kind: 'build' | 'activation';
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** Aborted when its processes are ended from outside. */
  readonly ending: AbortController;
  log: Buffer;
  out: string | null;
  result: string | null;
  exitCode: number | null;
  cancelled: boolean;
  processes: 'running' | 'gone';
}

export interface HostRuns {
  get(id: RunId): PracticeRun | null;
  ids(): readonly RunId[];
  begin(id: RunId, kind: PracticeRun['kind']): PracticeRun;
  write(run: PracticeRun, text: string): void;
  /** The shell around the command writes the exit code and goes. Null: it was killed before it could. */
  end(run: PracticeRun, exitCode: number | null): void;
  /** All processes of the account at once: a reboot, or logind at the last logout. */
  killAll(): void;
  read(id: RunId, offset: number, limit: number): RunReading;
  /** Resolves at the next change of anything, or after the time. */
  news(timeoutMs: number): Promise<void>;
}

/** How many run folders a host keeps beside those that still run. */
const kept = 12;

export function createHostRuns(): HostRuns {
  const runs = new Map<RunId, PracticeRun>();
  let listeners = new Set<() => void>();
  const tell = (): void => {
    const told = listeners;
    listeners = new Set();
    for (const listener of told) listener();
  };
  const stateOf = (run: PracticeRun): RunReading['state'] =>
    run.exitCode === null ? { kind: run.processes } : { kind: 'ended', exitCode: run.exitCode };

  return {
    get: (id) => runs.get(id) ?? null,
    ids: () => [...runs.keys()],
    begin(id, kind) {
      const run: PracticeRun = {
        kind,
        started: Date.now(),
        ending: new AbortController(),
        log: Buffer.alloc(0),
        out: kind === 'build' ? '' : null,
        result: null,
        exitCode: null,
        cancelled: false,
        processes: 'running',
      };
      runs.set(id, run);
      for (const [old, other] of [...runs].slice(0, -kept)) if (other.processes !== 'running') runs.delete(old);
      return run;
    },
    write(run, text) {
      run.log = Buffer.concat([run.log, Buffer.from(text)]);
      tell();
    },
    end(run, exitCode) {
      run.exitCode = exitCode;
      run.processes = 'gone';
      tell();
    },
    killAll() {
      for (const run of runs.values()) {
        if (run.processes !== 'running') continue;
        run.processes = 'gone';
        run.ending.abort();
      }
      tell();
    },
    read(id, offset, limit) {
      const run = runs.get(id);
      if (run === undefined) {
        return {
          state: { kind: 'absent' },
          cancelled: false,
          started: null,
          out: null,
          result: null,
          size: 0,
          chunk: Buffer.alloc(0),
        };
      }
      return {
        state: stateOf(run),
        cancelled: run.cancelled,
        started: Math.floor(run.started / 1000),
        out: run.out,
        result: run.result,
        size: run.log.length,
        chunk: run.log.subarray(offset, offset + limit),
      };
    },
    news(timeoutMs) {
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          listeners.delete(done);
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        listeners.add(done);
      });
    },
  };
}
