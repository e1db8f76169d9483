import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLook, printLook, type Look } from '../../src/host/look-answer.ts';
import { healthy, lookText } from './fake-link.ts';

const unit = fc.stringMatching(/^[a-z][a-z@.-]{0,20}$/);
const looks: fc.Arbitrary<Look> = fc
  .record({
    failedUnits: fc.uniqueArray(unit, { maxLength: 3 }),
    restartingUnits: fc.dictionary(
      unit.filter((name) => name !== '__proto__'),
      fc.nat(1000),
      { maxKeys: 3 },
    ),
    switching: fc.boolean(),
    scheduledShutdown: fc.option(fc.string(), { nil: null }),
    killsDetachedRuns: fc.boolean(),
    dialect: fc.constantFrom('store-path' as const, 'flake-only' as const, 'missing' as const),
    running: fc.constantFrom(healthy.running, null),
    profile: fc.constantFrom(healthy.profile, null),
    waits: fc.boolean(),
    rebuilds: fc.uniqueArray(
      fc.record({
        what: fc.constantFrom('nixos-rebuild switch', 'switch-to-configuration'),
        pid: fc.nat(4_000_000),
        user: fc.constantFrom('root', null),
      }),
      { maxLength: 3 },
    ),
    freeMiB: fc.record({ nix: fc.option(fc.nat(9_000_000)), boot: fc.option(fc.nat(9_000_000)) }),
    freeRootMiB: fc.option(fc.nat(9_000_000)),
    rebootFor: fc.subarray(['kernel', 'initrd', 'kernel-modules', 'systemd']),
    systemd: fc.option(fc.nat(999)),
    nix: fc.option(fc.constantFrom('2.3.16', '2.26.3')),
    shutdownInhibitors: fc.array(fc.record({ who: fc.string(), why: fc.string(), pid: fc.nat() }), { maxLength: 3 }),
  })
  .map(({ waits, rebuilds, ...some }) => ({
    ...healthy,
    ...some,
    foreignRebuilds: [
      ...(some.switching ? [{ what: 'nixos-rebuild-switch-to-configuration.service', pid: null, user: null }] : []),
      ...rebuilds,
    ],
    waitingUnits: waits ? Object.keys(some.restartingUnits) : [],
  }));

describe('A look at a host', () => {
  it('is read as it was printed', () => {
    fc.assert(
      fc.property(looks, (look) => {
        expect(parseLook(printLook(look))).toEqual({ ...look, restartingUnits: { ...look.restartingUnits } });
      }),
    );
  });

  it('takes a link that leads out of the store for a missing one', () => {
    expect(parseLook(lookText().replace(/^running .*$/m, 'running /tmp/system'))).toMatchObject({ running: null });
    expect(parseLook(lookText().replace(/^profile .*$/m, 'profile -'))).toMatchObject({ profile: null });
  });

  it('keeps detached runs safe where the account lingers, whatever logind does at logout', () => {
    const text = lookText().replace('kills no', 'kills yes');
    expect(parseLook(text)).toMatchObject({ killsDetachedRuns: false });
    expect(parseLook(text.replace('lingers yes', 'lingers no'))).toMatchObject({ killsDetachedRuns: true });
  });

  it.each([
    ['nothing', ''],
    ['a cut answer', lookText().slice(0, -4)],
    ['an answer without its last line end', lookText().slice(0, -1)],
    ['a missing line', lookText().replace(/^boot-id .*\n/m, '')],
    ['a missing link line', lookText().replace(/^booted .*\n/m, '')],
    ['a line twice', lookText().replace(/^(boot-id .*\n)/m, '$1$1')],
    ['an unknown dialect', lookText().replace('store-path', 'soon')],
    ['a count that is none', lookText({ restartingUnits: { a: 1 } }).replace('a 1 recent', 'a many recent')],
    ['a rebuild without a process', lookText().replace('end\n', 'rebuilding - root nixos-rebuild switch\nend\n')],
    ['space that is none', lookText().replace(/^free nix .*$/m, 'free nix much')],
    ['a greeting before it', `Welcome!\n${lookText()}`],
  ])('is not read from %s', (_what, text) => expect(parseLook(text)).toBeNull());
});
