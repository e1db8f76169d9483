import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import { redactLog } from '../core/redact-log.ts';
import { parseUnitName } from './remote-names.ts';
import type { SteadyLink } from './steady-link.ts';

/** The last words of units that failed. They explain and decide nothing, so not getting them is no fault. */
export async function tellWhy(
  link: SteadyLink,
  suspects: readonly string[],
  onOutput: (text: string) => void,
  { clock, end }: { readonly clock: Clock; readonly end: number },
): Promise<void> {
  const patience = { end: Math.min(clock.now() + 10_000, end), tries: 2 };
  for (const unit of suspects.slice(0, 5).map(parseUnitName)) {
    if (unit === null) continue;
    // Whoever waits for the verdict may have a watchdog that fires.
    if (clock.now() >= patience.end) return;
    try {
      const ended = await link.use(patience, (open) =>
        open.run(
          { kind: 'read-unit-journal', unit, lines: 20, form: 'cat' },
          { deadlineMs: Math.max(1, patience.end - clock.now()) },
        ),
      );
      if (ended.exitCode === 0) onOutput(`--- ${unit}\n${redactLog(new TextDecoder().decode(ended.stdout))}`);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return;
    }
  }
}
