import { describe, expect, it } from 'vitest';
import type { StorePath } from '../../src/core/names.ts';
import { activationOutcome, journalProves, logProves } from '../../src/host/activation-outcome.ts';
import type { RunReading } from '../../src/host/run-answer.ts';

const path = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-wolfhound-26.05' as StorePath;
const other = path.replace('wolfhound', 'griffin') as StorePath;

function run(state: RunReading['state'], log = '') {
  return {
    reading: { state, cancelled: false, started: 1, out: null, result: null, size: 0, chunk: new Uint8Array() },
    log,
  };
}
const ended = (exitCode: number, log = '') => activationOutcome(run({ kind: 'ended', exitCode }, log));

const clash =
  "Failed to start transient service unit: Unit nixos-rebuild-switch-to-configuration.service was already loaded or has a fragment file.\nCommand 'systemd-run' returned non-zero exit status 1.\n";

describe('An activation', () => {
  it.each([0, 1, 2, 4, 100])('that ended with %i is told with its exit code', (exitCode) => {
    expect(ended(exitCode, 'activating...\n')).toMatchObject({ kind: 'ended', exitCode, proof: 'exit-code' });
  });

  it.each([120, 129, 137, 143, 255])('proves nothing with exit code %i', (exitCode) => {
    expect(ended(exitCode)).toEqual({ kind: 'needs-evidence' });
  });

  it('proves nothing without an exit code', () => {
    expect(activationOutcome(run({ kind: 'gone' }))).toEqual({ kind: 'needs-evidence' });
    expect(activationOutcome(run({ kind: 'absent' }))).toEqual({ kind: 'needs-evidence' });
  });

  it.each([
    ['another-switch', clash],
    ['another-switch', clash.replace('configuration.service', 'configuration-1a2b.service')],
    ['inhibited', 'Pre-switch checks failed\n'],
    ['path-missing', `Failed to find executable ${path}/bin/switch-to-configuration: No such file\n`],
    ['path-missing', `error: ${path} is missing essential files\n`],
    ['another-switch', `sudo: unable to resolve host wolfhound\n${clash}`],
  ])('did not begin: %s (%#)', (why, log) => {
    expect(ended(1, log)).toEqual({ kind: 'not-begun', why, log });
  });

  it('did begin when such words only stand far above the end of its log', () => {
    const log = `Pre-switch checks failed, said some script\n${'restarting a unit\n'.repeat(40)}`;
    expect(ended(1, log)).toMatchObject({ kind: 'ended', exitCode: 1 });
    expect(ended(0, clash)).toMatchObject({ kind: 'ended', exitCode: 0 });
  });

  it.each([
    ['sudo: a password is required\n', 1],
    ['sudo: unable to resolve host wolfhound\nsudo: a password is required\n', 1],
    ["Sorry, user fleetwright is not allowed to execute '/bin/x' as root on wolfhound.\n", 1],
    ['', 127],
    ['nixos-rebuild: error: unrecognized arguments: --store-path /x\n', 2],
  ])('that the host does not allow or know is a fault that no retry mends (%#)', (log, exitCode) => {
    expect(() => ended(exitCode, log)).toThrow(
      expect.objectContaining({ code: 'remote-command-failed', retry: 'never' }),
    );
  });
});

describe('Evidence that a switch finished', () => {
  it.each([
    [`a\nDone. The new configuration is ${path}\n`, true],
    [`Done. The new configuration is ${path}\nException ignored\nBrokenPipeError\n`, true],
    [`Done. The new configuration is ${other}\n`, false],
    [`Done. The new configuration is ${path}-2\n`, false],
    [`Done. The new configuration is ${path}\n${'more\n'.repeat(9)}`, false],
    ['', false],
  ])('is read from the end of the log (%#)', (log, proven) => expect(logProves(log, path)).toBe(proven));

  it.each([
    [`switching to system configuration ${path}\nfinished switching to system configuration ${path}\n`, true],
    [`switching to system configuration ${path}\n`, false],
    [`finished switching to system configuration ${other}\n`, false],
    ['-- No entries --\n', false],
  ])('is read from the journal (%#)', (journal, proven) => expect(journalProves(journal, path)).toBe(proven));
});
