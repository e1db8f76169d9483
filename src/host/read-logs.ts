import { Fault } from '../core/fault.ts';
import type { Clock } from '../core/clock.ts';
import type { Ended, Link } from './link.ts';
import { parseLook } from './look-answer.ts';
import { parseUnits } from './probes/host-answers.ts';
import { parseUnitName, type UnitName } from './remote-names.ts';
import { strangeAnswer, textOf } from './run-command.ts';
import type { SteadyLink } from './steady-link.ts';

/** The end of one unit's journal. */
export interface UnitLog {
  readonly unit: string;
  /** `failed (exit-code)`, as far as the host's systemd knows the unit. */
  readonly state: string | null;
  readonly text: string;
}

export type HostLogs =
  | { readonly kind: 'logs'; readonly units: readonly UnitLog[]; readonly more: readonly string[] }
  /** Nobody named a unit, and none has failed. */
  | { readonly kind: 'none-failed' }
  /** `failed`: what a person may have meant. */
  | { readonly kind: 'no-such-unit'; readonly failed: readonly string[] }
  /** The account has no right to read the journal there; in the host's own words. */
  | { readonly kind: 'not-allowed'; readonly detail: string };

/** Of a unit that was asked for, and of each of several that have failed. */
const linesOfOne = 200;
const linesOfMany = 40;
const mostUnits = 5;
/** A program may write what it likes into a line; where that is too much, fewer lines are asked for. */
const fewLines = 20;

/** Reads what a unit said last, or all that have failed. Reads only; it needs no lock. */
export async function readLogs(link: SteadyLink, unit: UnitName | null, clock: Clock): Promise<HostLogs> {
  const ask = (lines: number) =>
    link.use({ end: clock.now() + 30_000, tries: 2 }, (open) => journals(open, unit, lines));
  try {
    return await ask(unit === null ? linesOfMany : linesOfOne);
  } catch (fault) {
    // More output than a connection takes: it has ended with it.
    if (!(fault instanceof Fault) || fault.code !== 'unexpected-answer') throw fault;
    return ask(fewLines);
  }
}

async function journals(open: Link, unit: UnitName | null, lines: number): Promise<HostLogs> {
  const failed = await failedUnits(open);
  if (unit === null && failed.length === 0) return { kind: 'none-failed' };
  const asked = unit === null ? failed.slice(0, mostUnits) : [unit];
  const known = parseUnits(await textOf(open, { kind: 'show-units', units: asked }));
  const units: UnitLog[] = [];
  for (const [index, one] of asked.entries()) {
    const ended = await open.run({ kind: 'read-unit-journal', unit: one, lines, form: 'short-iso' });
    if (ended.exitCode !== 0) return { kind: 'not-allowed', detail: detailOf(ended) };
    const state = known[index];
    const exists = state !== undefined && state.load !== 'not-found';
    const text = new TextDecoder().decode(ended.stdout);
    // A unit that is gone may have left a journal, which is then what somebody wants to read.
    if (!exists && isEmpty(text)) return { kind: 'no-such-unit', failed };
    units.push({
      unit: state?.id ?? one,
      state: exists ? `${state.active} (${state.sub}${state.result === 'success' ? '' : `, ${state.result}`})` : null,
      text: isEmpty(text) ? '' : text,
    });
  }
  return { kind: 'logs', units, more: unit === null ? failed.slice(mostUnits) : [] };
}

async function failedUnits(open: Link): Promise<readonly UnitName[]> {
  const look = parseLook(await textOf(open, { kind: 'look' }));
  if (look === null) throw strangeAnswer('look', 'not the report of a host');
  return [...look.failedUnits, ...look.waitingUnits].map(parseUnitName).filter((unit) => unit !== null);
}

/** journalctl says so where there is nothing. */
function isEmpty(text: string): boolean {
  return text.trim() === '' || text.trim() === '-- No entries --';
}

function detailOf({ exitCode, stderr }: Ended): string {
  const words = new TextDecoder().decode(stderr).trim().split('\n').at(-1) ?? '';
  return words === '' ? `exit code ${exitCode ?? 'none'}` : words.slice(0, 200);
}
