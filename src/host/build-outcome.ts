import { Fault } from '../core/fault.ts';
import { parseStorePath } from '../core/names.ts';
import type { FinishedRun } from './follow-run.ts';
import type { Built } from './machine.ts';
import { strangeAnswer } from './run-command.ts';

/** What a build run that is over came to. Pure; throws a `Fault` where the host and not the commit is at fault. */
export function buildOutcome({ reading, log }: FinishedRun): Built {
  const { state, cancelled } = reading;
  switch (state.kind) {
    case 'ended':
      if (state.exitCode === 0) return builtPath(reading.out, reading.result);
      return cancelled ? { kind: 'cancelled' } : failed(state.exitCode, log);
    case 'gone':
      if (cancelled) return { kind: 'cancelled' };
      throw hostFault('later', 'the processes of the build are gone without an exit code');
    case 'absent':
    case 'unbegun':
      throw hostFault('later', 'the build did not begin');
    case 'running':
      throw new Error('bug: expected a run that is over');
  }
}

/** Standard output is the store path and nothing else; the `result` link must lead to the same place. */
function builtPath(out: string | null, result: string | null): Built {
  const path = parseStorePath((out ?? '').trim());
  if (path === null) throw strangeAnswer('start-build', 'the build ended well without printing one store path');
  if (result !== null && result !== path) {
    throw strangeAnswer('start-build', `the build printed ${path} and its result link leads to ${result}`);
  }
  return { kind: 'built', path };
}

/**
 * Evaluation, build, a missing host and a missing commit all end with 1 and print nothing on standard output, so the
 * words are all there is (Nix 2.26 and 2.31, nixos-rebuild-ng). This is the one place that reads them. The first that
 * fits counts: a failed build is also reported by every derivation that needed it.
 */
const failures: readonly (readonly [RegExp, (Built & { kind: 'build-failed' })['why']])[] = [
  [/error: (?:.*\n\s*)*?.*builder for '\/nix\/store\/[^']+\.drv' failed/, 'build'],
  [/Cannot build '\/nix\/store\/[^']+\.drv'/, 'build'],
  [/does not provide attribute '[^']*nixosConfigurations/, 'no-such-host'],
  [/Cannot find Git revision/, 'no-such-commit'],
];

function failed(exitCode: number, log: string): Built {
  // 126, 127: no such program. 2: its argument parser does not know what we say, whatever the commit holds.
  if (exitCode === 126 || exitCode === 127) throw hostFault('never', 'nixos-rebuild cannot be run');
  if (exitCode === 2 && /unrecognized arguments|usage: /.test(log)) {
    throw hostFault('never', 'this nixos-rebuild does not understand `build --no-reexec --flake`');
  }
  // A signal is no word of the commit's: somebody killed it, memory ran out, or the host goes down.
  if (exitCode > 128) throw hostFault('later', `the build was killed (exit code ${exitCode})`);
  const why = failures.find(([words]) => words.test(log))?.[1] ?? 'evaluation';
  return { kind: 'build-failed', why, log };
}

function hostFault(retry: 'never' | 'later', detail: string): Fault {
  return new Fault('remote-command-failed', 'building', retry, { detail });
}
