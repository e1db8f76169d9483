import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { RunId } from './machine.ts';
import { parseRun, type RunReading } from './run-answer.ts';
import { strangeAnswer, textOf } from './run-command.ts';
import { runLog } from './run-log.ts';
import type { Patience, SteadyLink } from './steady-link.ts';

/** A run that is over, one way or the other. */
export interface FinishedRun {
  readonly reading: RunReading;
  /** The end of its log. */
  readonly log: string;
}

/** One answer holds at most this much of the log: four thirds of it on the wire, and never a burden to memory. */
const chunkBytes = 256 * 1024;
/** How long the host waits for news before it answers. Well below the time that a silent connection is given. */
const waitSeconds = 8;

/**
 * Reads a run to its end. The offset moves only with bytes that have arrived, so whatever happens to the connection
 * the log has no gap and no repeat.
 */
export async function followRun(
  link: SteadyLink,
  run: RunId,
  onOutput: (text: string) => void,
  patience: Patience,
  clock: Clock,
): Promise<FinishedRun> {
  const log = runLog();
  const tell = (text: string): void => {
    if (text !== '') onOutput(text);
  };
  for (let offset = 0; ; ) {
    const reading = await link.use(patience, async (open) => {
      const seconds = Math.max(0, Math.min(waitSeconds, Math.floor((patience.end - clock.now()) / 1000)));
      const command = { kind: 'read-run', run, offset, limit: chunkBytes, seconds } as const;
      const options = { deadlineMs: 30_000, ...(patience.signal === undefined ? {} : { signal: patience.signal }) };
      const answer = parseRun(await textOf(open, command, options));
      if (answer === null) throw strangeAnswer('read-run', 'not the report of a run');
      return answer;
    });
    offset += reading.chunk.length;
    tell(log.add(reading.chunk));
    const over = reading.state.kind !== 'running';
    if (over && (offset >= reading.size || reading.chunk.length === 0)) {
      tell(log.finish());
      return { reading, log: log.tail };
    }
    if (!over && clock.now() >= patience.end) {
      throw new Fault('timed-out', `following ${run}`, 'later', { detail: 'it still runs on the host' });
    }
  }
}
