import { describe, expect, it } from 'vitest';
import { buildOutcome } from '../../src/host/build-outcome.ts';
import type { RunReading } from '../../src/host/run-answer.ts';

const path = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-wolfhound-26.05';
const over: RunReading = {
  state: { kind: 'ended', exitCode: 0 },
  cancelled: false,
  started: 1,
  out: `${path}\n`,
  result: path,
  size: 0,
  chunk: new Uint8Array(),
};
const failed = (exitCode: number) => ({ ...over, out: '', result: null, state: { kind: 'ended' as const, exitCode } });

describe('A build', () => {
  it('gives the path that it printed', () => {
    expect(buildOutcome({ reading: over, log: '' })).toEqual({ kind: 'built', path });
  });

  it.each([
    ['nothing printed', { out: '' }],
    ['more than one path printed', { out: `${path}\n${path}\n` }],
    ['a path outside the store', { out: '/tmp/x\n' }],
    ['a result link to something else', { result: path.replace('wolfhound', 'griffin') }],
  ])('is not believed with %s', (_what, more) => {
    expect(() => buildOutcome({ reading: { ...over, ...more }, log: '' })).toThrow(
      expect.objectContaining({ code: 'unexpected-answer' }),
    );
  });

  it.each([
    ['build', "error: builder for '/nix/store/abc-consul.drv' failed with exit code 1;\n       last 1 log lines:"],
    [
      'build',
      "error: 1 dependencies of derivation '/nix/store/a.drv' failed\nerror: builder for '/nix/store/b.drv' failed",
    ],
    ['build', "error: Cannot build '/nix/store/abc-consul.drv'.\n       Reason: builder failed with exit code 1."],
    [
      'no-such-host',
      `error: flake 'git+file:///x' does not provide attribute 'packages.x86_64-linux.nixosConfigurations."griffin".config'`,
    ],
    ['no-such-commit', "error: Cannot find Git revision '0123' in ref 'refs/heads/main' of repository '/x'!"],
    ['evaluation', "error: undefined variable 'consul'"],
    ['evaluation', "error: flake 'git+file:///x' does not provide attribute 'packages.hello'"],
    ['evaluation', ''],
  ])('that failed is told as: %s (%#)', (why, log) => {
    expect(buildOutcome({ reading: failed(1), log })).toEqual({ kind: 'build-failed', why, log });
  });

  it.each([
    ['no nixos-rebuild', failed(127), '', 'never'],
    ['an old nixos-rebuild', failed(2), 'nixos-rebuild: error: unrecognized arguments: --no-reexec', 'never'],
    ['a build that a reboot ended', failed(143), 'Terminated', 'later'],
    ['an evaluation that ran out of memory', failed(137), 'building the system configuration...', 'later'],
    ['vanished processes', { ...over, state: { kind: 'gone' as const } }, '', 'later'],
    ['a run that never began', { ...over, state: { kind: 'unbegun' as const } }, '', 'later'],
  ])('is a fault of the host with %s', (_what, reading, log, retry) => {
    expect(() => buildOutcome({ reading, log })).toThrow(
      expect.objectContaining({ code: 'remote-command-failed', retry }),
    );
  });

  it('counts as cancelled only where it did not come to its end', () => {
    expect(buildOutcome({ reading: { ...failed(143), cancelled: true }, log: '' })).toEqual({ kind: 'cancelled' });
    expect(buildOutcome({ reading: { ...over, state: { kind: 'gone' }, cancelled: true }, log: '' })).toEqual({
      kind: 'cancelled',
    });
    expect(buildOutcome({ reading: { ...over, cancelled: true }, log: '' })).toEqual({ kind: 'built', path });
  });
});
