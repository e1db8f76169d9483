import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';

/**
 * The reports of rollouts that this process makes. A report reads every host of its rollout, and hosts move many times:
 * those that move at the same moment share one report, so that a thousand hosts do not cost a thousand times a thousand.
 */
export interface RolloutReports {
  /** Resolves once a report is stored that was begun after this was asked. */
  now(id: string): Promise<void>;
  /** Asks for one soon. Progress decides nothing: it is not waited for, and what breaks in it is logged. */
  soon(id: string): void;
}

export interface RolloutReportsParts {
  /** Makes and stores one report, whole. */
  readonly report: (id: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Progress rests for so many times as long as its last report took: a report may be dear, reporting never is. */
const restFactor = 20;
/** The outbox changes a comment at most this often, so more would be thrown away. */
const longestRestMs = 10_000;

interface Line {
  running: Promise<void> | null;
  /** What begins when the running one is over, for everybody who asked meanwhile. */
  next: Promise<void> | null;
  /** A report that was asked for soon will come. */
  coming: boolean;
  restUntil: number;
}

export function createRolloutReports({ report, clock, log }: RolloutReportsParts): RolloutReports {
  const lines = new Map<string, Line>();
  const lineOf = (id: string): Line => {
    const known = lines.get(id);
    if (known !== undefined) return known;
    for (const [other, line] of lines) if (isIdle(line, clock.now())) lines.delete(other);
    const line: Line = { running: null, next: null, coming: false, restUntil: 0 };
    lines.set(id, line);
    return line;
  };
  const run = (id: string, line: Line): Promise<void> => {
    const began = clock.now();
    line.running = report(id).finally(() => {
      line.running = null;
      const ended = clock.now();
      line.restUntil = ended + Math.min((ended - began) * restFactor, longestRestMs);
    });
    return line.running;
  };
  const now = (id: string): Promise<void> => {
    const line = lineOf(id);
    if (line.running === null) return run(id, line);
    // The running one may have read its hosts already. That it failed says nothing about the next.
    line.next ??= line.running
      .catch(() => {})
      .then(() => {
        line.next = null;
        return run(id, line);
      });
    return line.next;
  };
  const later = async (id: string, line: Line): Promise<void> => {
    try {
      await clock.sleep(Math.max(0, line.restUntil - clock.now()));
    } finally {
      line.coming = false;
    }
    await now(id);
  };
  return {
    now,
    soon(id) {
      const line = lineOf(id);
      if (line.coming) return;
      line.coming = true;
      later(id, line).catch((error: unknown) => log.warn('a progress report was not stored', { rollout: id, error }));
    },
  };
}

function isIdle({ running, next, coming, restUntil }: Line, at: number): boolean {
  return running === null && next === null && !coming && restUntil <= at;
}
