import { setTimeout as sleep } from 'node:timers/promises';
import type { CommitSha } from '../../core/names.ts';
import type { RepositorySlug } from '../../host/remote-names.ts';
import { evaluateSystem } from './evaluate-system.ts';
import type { PracticeRun } from './host-runs.ts';
import { holds, type PracticeSystem } from './practice-system.ts';
import type { PracticeMachine } from './practice-machine.ts';
import { buildFailed, building, builderFailed, built, flushFailed, noSuchCommit, noSuchHost } from './rebuild-words.ts';

/** `nixos-rebuild build --no-reexec --flake git+file://…?rev=SHA#ATTRIBUTE`, as a detached run. */
export async function runBuild(
  machine: PracticeMachine,
  run: PracticeRun,
  request: { readonly repository: RepositorySlug; readonly sha: CommitSha; readonly attribute: string },
): Promise<void> {
  const { runs, failures } = machine;
  try {
    runs.write(run, building);
    const outcome = await build(machine, run, request);
    run.ending.signal.throwIfAborted();
    if (failures.take('run-killed', (failure) => failure.what === 'build') !== null) return runs.end(run, null);
    if (typeof outcome === 'string') {
      runs.write(run, outcome);
      return runs.end(run, 1);
    }
    machine.disk.store.set(outcome.path, outcome);
    run.out = `${outcome.path}\n`;
    run.result = outcome.path;
    runs.write(run, built(outcome.path));
    const lost = failures.take('run-ends-120', (failure) => failure.run === 'build') !== null;
    if (lost) runs.write(run, flushFailed);
    runs.end(run, lost ? 120 : 0);
  } catch (error) {
    if (!run.ending.signal.aborted) throw error;
    // A cancel ends the group by SIGTERM, and the shell around it writes that down. A reboot leaves nothing to write.
    runs.end(run, run.cancelled ? 143 : null);
  }
}

/** The system, or the words of the failure. */
async function build(
  machine: PracticeMachine,
  run: PracticeRun,
  request: { readonly repository: RepositorySlug; readonly sha: CommitSha; readonly attribute: string },
): Promise<PracticeSystem | string> {
  const folder = machine.repositories.folderOf(request.repository);
  const shown = `/var/lib/fleetwright/.fleetwright/repositories/${request.repository}.git`;
  const reference = `git+file://${shown}?rev=${request.sha}#${request.attribute}`;
  if (!(await machine.repositories.has(request.repository, request.sha))) {
    return buildFailed(noSuchCommit(request.sha, shown), reference);
  }
  const commit = await machine.readCommit(folder, request.sha);
  const evaluated = await evaluateSystem(commit, request.attribute);
  if (evaluated.kind === 'no-such-host') return buildFailed(noSuchHost(reference), reference);
  if (evaluated.kind === 'evaluation-error') return buildFailed(evaluated.message, reference);
  const { system } = evaluated;
  for (const slow of machine.failures.of('build-slow', system)) {
    await sleep(slow.ms, undefined, { signal: run.ending.signal });
  }
  const fails = machine.failures.of('build-fails').some((failure) => holds(failure.when, system));
  return fails ? buildFailed(builderFailed(request.attribute), reference) : system;
}
