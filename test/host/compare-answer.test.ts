import { describe, expect, it } from 'vitest';
import { parseCompare, printCompare } from '../../src/host/compare-answer.ts';

const none = { names: [], more: 0 };
const nothing = {
  packages: { added: none, removed: none, changed: none },
  units: { added: none, removed: none, restarted: none, reloaded: none, kept: none },
  rebootFor: [],
  initInterface: false,
  inhibitors: [],
};
const json = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
const inhibitors = (before: unknown, after: unknown) =>
  parseCompare(printCompare([`inhibitors-old ${json(before)}`, `inhibitors-new ${json(after)}`]))?.inhibitors;

describe('How two systems differ', () => {
  it('is nothing where a host names nothing', () => expect(parseCompare(printCompare([]))).toEqual(nothing));

  it('names packages with their versions, in whatever colours they come, and leaves mere sizes out', () => {
    const closure = [
      'acl: 2.2.53 → 2.3.1, \u001B[31;1m+17.3 KiB\u001B[0m',
      'consul: ∅ → 1.20.1, +98213.4 KiB',
      'perl5.38.2-libwww: 6.67 → ∅, \u001B[32;1m-1024.0 KiB\u001B[0m',
      'kernel: 6.12.1, 6.12.1-modules → 6.12.2, 6.12.2-modules',
      'etc: ε → ∅',
      'initrd-linux: +12.0 KiB',
      '',
    ].join('\n');
    expect(parseCompare(printCompare([], closure))?.packages).toEqual({
      added: { names: ['consul 1.20.1'], more: 0 },
      removed: { names: ['perl5.38.2-libwww 6.67', 'etc ε'], more: 0 },
      changed: { names: ['acl 2.2.53 → 2.3.1', 'kernel 6.12.1, 6.12.1-modules → 6.12.2, 6.12.2-modules'], more: 0 },
    });
  });

  it('says how many more there are than a person reads', () => {
    const closure = Array.from({ length: 75 }, (_, count) => `p${count}: 1 → 2`).join('\n');
    const { changed } = parseCompare(printCompare([], closure))?.packages ?? {};
    expect(changed?.names).toHaveLength(60);
    expect(changed?.more).toBe(15);
  });

  it('names each unit once, by what the switch does to it', () => {
    const lines = [
      'unit restarted nginx.service',
      'unit restarted nginx.service',
      'unit kept sshd.service',
      'unit added consul.service',
    ];
    expect(parseCompare(printCompare(lines))?.units).toMatchObject({
      added: { names: ['consul.service'] },
      restarted: { names: ['nginx.service'] },
      kept: { names: ['sshd.service'] },
    });
  });

  it('tells what waits for a reboot from what forbids a live switch', () => {
    expect(parseCompare(printCompare(['reboot kernel', 'reboot systemd']))).toEqual({
      ...nothing,
      rebootFor: ['kernel', 'systemd'],
    });
    expect(parseCompare(printCompare(['interface changed']))).toEqual({ ...nothing, initInterface: true });
  });

  it.each([
    ['one that differs', { dbus: 'a', init: 's' }, { dbus: 'b', init: 's' }, ['dbus']],
    ['none', { dbus: 'a' }, { dbus: 'a' }, []],
    ['one that only the new system knows', {}, { dbus: 'b' }, []],
    ['one that only the old system knew', { dbus: 'b' }, {}, []],
    ['lists of an older nixpkgs that differ', '/nix/store/a\n', '/nix/store/b\n', ['switch-inhibitors']],
    ['lists of an older nixpkgs that are the same', '/nix/store/a\n', '/nix/store/a\n', []],
    ['a list beside a table', '/nix/store/a\n', { dbus: 'b' }, ['switch-inhibitors']],
  ])('holds a live switch up by inhibitors: %s', (_, before, after, differing) =>
    expect(inhibitors(before, after)).toEqual(differing),
  );

  it.each([
    ['nothing', ''],
    ['a cut answer', printCompare(['reboot kernel']).slice(0, -5)],
    ['a line that is none', printCompare(['reboot'])],
    ['no word about packages', 'end\n'],
  ])('is not read from %s', (_, text) => expect(parseCompare(text)).toBeNull());
});
