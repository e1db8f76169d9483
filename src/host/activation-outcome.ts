import { Fault } from '../core/fault.ts';
import type { StorePath } from '../core/names.ts';
import type { FinishedRun } from './follow-run.ts';
import type { Activated } from './machine.ts';

/** What an activation run that is over says by itself, or that other evidence is needed. */
export type ActivationReading = Activated | { readonly kind: 'needs-evidence' };

/**
 * Reads the exit code of `nixos-rebuild test|boot`, which passes on that of `switch-to-configuration`:
 *
 * - 0: done. 4: done, and some unit is failed, perhaps one that was failed before.
 * - 1: many things, told apart by words below. 2: the activation script failed. 100: needs a reboot.
 * - 120: Python could not flush its output; the switch itself may have gone well. 255 and above 128: killed.
 *   None at all: the shell around it was killed, and the switch may have finished. All three prove nothing.
 */
export function activationOutcome({ reading, log }: FinishedRun): ActivationReading {
  const { state } = reading;
  if (state.kind === 'running') throw new Error('bug: expected a run that is over');
  if (state.kind !== 'ended') return { kind: 'needs-evidence' };
  const { exitCode } = state;
  if (exitCode === 120 || exitCode > 128) return { kind: 'needs-evidence' };
  if (exitCode === 126 || exitCode === 127) throw hostFault('sudo or nixos-rebuild cannot be run', log);
  const end = log.split('\n').slice(-30).join('\n');
  if (exitCode === 1) {
    if (notAllowed.test(log)) throw hostFault('sudo does not allow it', log);
    const why = notBegun.find(([words]) => words.test(end))?.[1];
    if (why !== undefined) return { kind: 'not-begun', why, log };
  }
  if (exitCode === 2 && /unrecognized arguments: /.test(end)) {
    throw hostFault('this nixos-rebuild does not understand `--no-reexec --store-path`', log);
  }
  return { kind: 'ended', exitCode, proof: 'exit-code', log };
}

/**
 * sudo, systemd-run and nixos-rebuild all end with 1; only their words differ (sudo 1.9, systemd 252 to 257,
 * nixos-rebuild-ng). This is the one place that reads them. Note that a `boot` which did not begin because of the
 * unit's name has already moved the profile: whoever asked for it reads the profile again.
 */
const notBegun: readonly (readonly [RegExp, (Activated & { kind: 'not-begun' })['why']])[] = [
  [/nixos-rebuild-switch-to-configuration\S* was already loaded or has a fragment file/, 'another-switch'],
  [/Pre-switch checks? failed/, 'inhibited'],
  [/Failed to find executable \/nix\/store\/|missing essential files/, 'path-missing'],
];
const notAllowed = /^(?:sudo: a password is required|Sorry, user .+ (?:is not allowed to|may not run))/m;

/** `Done. The new configuration is P` is the last thing that nixos-rebuild prints when all went well. */
export function logProves(log: string, path: StorePath): boolean {
  const lines = log.trimEnd().split('\n').slice(-5);
  return lines.some((line) => line.trim() === `Done. The new configuration is ${path}`);
}

/** The switch itself tells the system's log; P may only be mentioned as the one that was finished. */
export function journalProves(journal: string, path: StorePath): boolean {
  return journal.split('\n').some((line) => line.trim() === `finished switching to system configuration ${path}`);
}

function hostFault(detail: string, log: string): Fault {
  const words = log.trim().split('\n').slice(-2).join(' ').slice(0, 300);
  return new Fault('remote-command-failed', 'activating', 'never', {
    detail: words === '' ? detail : `${detail}: ${words}`,
  });
}
