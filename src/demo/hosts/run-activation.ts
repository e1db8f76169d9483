import { setTimeout as sleep } from 'node:timers/promises';
import type { StorePath } from '../../core/names.ts';
import type { PracticeRun } from './host-runs.ts';
import { setProfile } from './host-state.ts';
import { failedUnits, startUnits } from './host-units.ts';
import type { PracticeMachine } from './practice-machine.ts';
import type { PracticeSystem } from './practice-system.ts';
import { built, flushFailed, inhibited, pathMissing, switchFailed, switchUnit, unitClash } from './rebuild-words.ts';

type Action = 'test' | 'boot' | 'switch' | 'dry-activate';

/**
 * `sudo -n nixos-rebuild test|boot|switch|dry-activate --no-reexec --store-path PATH`, as a detached run.
 *
 * The order is the point: `boot` sets the profile before it finds out that it may not go on, which leaves profile and
 * boot default apart; `test` moves the link of the running system long before it is done.
 */
export async function runActivation(
  machine: PracticeMachine,
  run: PracticeRun,
  action: Action,
  path: StorePath,
): Promise<void> {
  const { runs, failures } = machine;
  const code = await activate(machine, run, action, path);
  // A reboot, or a killed runner: whatever is known now, nobody is left to write it down.
  if (run.ending.signal.aborted || code === null) return runs.end(run, null);
  if (code === 0) runs.write(run, built(path));
  else runs.write(run, switchFailed(action, path, code));
  if (failures.take('run-killed', (failure) => failure.what === 'runner') !== null) return runs.end(run, null);
  const lost = code === 0 && failures.take('run-ends-120', (failure) => failure.run === 'activation') !== null;
  if (lost) runs.write(run, flushFailed);
  runs.end(run, lost ? 120 : code);
}

/** The exit code of the switch. Null: it was killed. */
async function activate(
  machine: PracticeMachine,
  run: PracticeRun,
  action: Action,
  path: StorePath,
): Promise<number | null> {
  const { disk, memory, runs, failures } = machine;
  const system = disk.store.get(path);
  if (system === undefined) {
    runs.write(run, pathMissing[action === 'boot' || action === 'switch' ? 'boot' : 'test'](path));
    return 1;
  }
  if (action === 'boot' || action === 'switch') setProfile(disk, path);
  if (memory.switching || failures.of('another-switch').length > 0) {
    runs.write(run, unitClash);
    return 1;
  }
  if (action === 'dry-activate') {
    runs.write(run, rehearsal(machine, system));
    return 0;
  }
  if (action === 'boot') {
    disk.bootDefault = path;
    return 0;
  }
  if (failures.of('activation-inhibited', system).length > 0) {
    runs.write(run, inhibited);
    return 1;
  }
  if (action === 'switch') disk.bootDefault = path;
  memory.switching = true;
  try {
    return await switchTo(machine, run, system);
  } finally {
    memory.switching = false;
  }
}

async function switchTo(machine: PracticeMachine, run: PracticeRun, system: PracticeSystem): Promise<number | null> {
  const { memory, runs, failures, journal } = machine;
  const before = memory.units;
  journal.log(switchUnit, `switching to system configuration ${system.path}`);
  runs.write(run, 'activating the configuration...\nsetting up /etc...\n');
  memory.running = system.path;
  journal.write('activation', system.path);
  const slowMs = failures.of('activation-slow', system).reduce((sum, slow) => sum + slow.ms, 0);
  // The switch is systemd's child: neither the end of the connection nor that of the runner reaches it.
  if (slowMs > 0) await sleep(slowMs);
  if (machine.memory !== memory) return null;
  if (failures.take('run-killed', (failure) => failure.what === 'switch') !== null) return null;
  memory.units = startUnits(system, failures, Date.now());
  await machine.serve();
  if (machine.memory !== memory) return null;
  const started = system.units.filter((unit) => !before.has(unit));
  const stopped = [...before.keys()].filter((unit) => !memory.units.has(unit));
  if (stopped.length > 0) runs.write(run, `stopping the following units: ${stopped.join(', ')}\n`);
  if (started.length > 0) runs.write(run, `the following new units were started: ${started.join(', ')}\n`);
  const failed = failedUnits(memory.units);
  for (const name of failed) {
    const unit = memory.units.get(name);
    journal.log(name, unit?.kind === 'failed' ? unit.message : '');
    journal.log(name, `${name}: Main process exited, code=exited, status=1/FAILURE`);
    journal.log(name, `${name}: Failed with result 'exit-code'.`);
  }
  if (failed.length > 0)
    runs.write(run, `warning: the following units failed: ${failed.join(', ')}\n${statusOf(machine, failed)}`);
  journal.log(switchUnit, `finished switching to system configuration ${system.path}`);
  return failed.length > 0 ? 4 : 0;
}

function rehearsal({ memory }: PracticeMachine, system: PracticeSystem): string {
  const started = system.units.filter((unit) => !memory.units.has(unit));
  const stopped = [...memory.units.keys()].filter((unit) => !system.units.includes(unit));
  return [
    ...(stopped.length > 0 ? [`would stop the following units: ${stopped.join(', ')}\n`] : []),
    'would activate the configuration...\n',
    ...(started.length > 0 ? [`would start the following units: ${started.join(', ')}\n`] : []),
  ].join('');
}

function statusOf(machine: PracticeMachine, failed: readonly string[]): string {
  return failed
    .map((unit) => {
      const lines = machine.journal.linesOf((name) => name === unit).slice(-3);
      const tail = lines.map((line) => `  ${machine.name} systemd[1]: ${line}\n`).join('');
      return `× ${unit}\n     Loaded: loaded (/etc/systemd/system/${unit}; enabled; preset: ignored)\n     Active: failed (Result: exit-code)\n\n${tail}`;
    })
    .join('\n');
}
