import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { StorePath } from '../core/names.ts';
import { journalProves, logProves } from './activation-outcome.ts';
import type { FinishedRun } from './follow-run.ts';
import type { Look } from './look-answer.ts';
import type { Activated } from './machine.ts';
import type { Patience, SteadyLink } from './steady-link.ts';

interface Witness {
  readonly link: SteadyLink;
  readonly look: (patience: Patience) => Promise<Look>;
  readonly clock: Clock;
}

/**
 * Whether a switch finished that left no exit code worth believing. That the running system is the wanted one is no
 * proof: the link is set early. So first the switch's unit must be gone, then its own last words count.
 */
export async function switchEvidence(
  { link, look, clock }: Witness,
  { reading, log }: FinishedRun,
  path: StorePath,
  patience: Patience,
): Promise<Activated> {
  while ((await look(patience)).switching) {
    if (clock.now() >= patience.end) {
      throw new Fault('timed-out', 'waiting for the switch to end', 'later', { detail: 'it still runs on the host' });
    }
    await clock.sleep(1000, patience.signal);
  }
  if (logProves(log, path)) return { kind: 'ended', exitCode: 0, proof: 'log', log };
  const { started } = reading;
  if (started === null) return { kind: 'no-answer', log };
  const journal = await link.use(patience, (open) => open.run({ kind: 'read-switch-journal', since: started }));
  const lines = new TextDecoder().decode(journal.stdout);
  return journal.exitCode === 0 && journalProves(lines, path)
    ? { kind: 'ended', exitCode: 0, proof: 'journal', log }
    : { kind: 'no-answer', log };
}
