import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coveringRight } from '../../../src/host/doctor/covering-right.ts';
import { type Examination, parseExamination, printExamination } from '../../../src/host/doctor/examine-answer.ts';
import { parseSudoList, printSudoList } from '../../../src/host/doctor/sudo-list.ts';
import { examined, right } from './patient.ts';

describe('The answer to an examination', () => {
  const version = fc.option(fc.stringMatching(/^[0-9][0-9a-z.]{0,12}$/), { nil: null });
  const any: fc.Arbitrary<Examination> = fc.record({
    clock: fc.nat(),
    synchronised: fc.option(fc.boolean(), { nil: null }),
    programs: fc.record({
      sudo: fc.boolean(),
      git: fc.boolean(),
      flock: fc.boolean(),
      setsid: fc.boolean(),
      nix: fc.boolean(),
      'nixos-rebuild': fc.boolean(),
    }),
    sudo: version,
    nixos: version,
    lingers: fc.boolean(),
    watchdogUnit: fc.boolean(),
    encrypted: fc.boolean(),
    home: fc.boolean(),
    rights: fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), { nil: null }),
    may: fc.constant(examined.may),
  });
  it('is read back as it was printed', () => {
    fc.assert(
      fc.property(any, (seen) => {
        expect(parseExamination(printExamination(seen))).toEqual(seen);
      }),
    );
  });

  const whole = printExamination(examined);
  it.each([
    ['nothing', ''],
    ['an answer that was cut', whole.slice(0, -4)],
    ['an answer without its end', whole.replace('end\n', '')],
    ['a line twice', whole.replace('lingers yes\n', 'lingers yes\nlingers yes\n')],
    ['no clock', whole.replace(/clock \d+\n/, '')],
    ['a clock that is none', whole.replace(/clock \d+/, 'clock now')],
    ['a question that was not answered', whole.replace(/may activate yes\n/, '')],
    ['a program that was not looked for', whole.replace('program git yes\n', '')],
    ['neither yes nor no', whole.replace('home yes', 'home maybe')],
    ['words of a shell', `motd!\n${whole}`],
  ])('is none where it is %s', (_what, text) => expect(parseExamination(text)).toBeNull());
});

describe("sudo's list", () => {
  it('is read as sudo 1.9 prints it, wrapped or not', () => {
    const text = `Matching Defaults entries for fleetwright on vm:
    env_reset, use_pty

User fleetwright may run the following commands on vm:

Sudoers entry: /etc/sudoers:12
    RunAsUsers: root
    RunAsGroups: root
    Options: setenv, !authenticate
    Commands:
\t/run/current-system/sw/bin/nixos-rebuild ^(test|boot) --no-reexec --store-path
        /nix/store/[0-9a-df-np-sv-z]{32}-nixos-system-wolfhound-[A-Za-z0-9+._?=-]+$
\t!/bin/su

Sudoers entry:
    RunAsUsers: ALL
    Commands:
\tALL

Sudoers entry:
    RunAsUsers: daemon, root
    Options: !authenticate
    Commands:
\tsha224:0GomF8mNN3wlDt1HD9XldjJ3SNgpFdbjO1+NsQ== /bin/cat ""
`;
    expect(parseSudoList(text)).toEqual([
      right(
        '/run/current-system/sw/bin/nixos-rebuild ^(test|boot) --no-reexec --store-path /nix/store/[0-9a-df-np-sv-z]{32}-nixos-system-wolfhound-[A-Za-z0-9+._?=-]+$',
      ),
      right('/bin/su', { negated: true }),
      right('ALL', { runAs: ['ALL'], password: true }),
      right('/bin/cat ""', { runAs: ['daemon', 'root'] }),
    ]);
  });

  const words = fc.stringMatching(/^\/[a-z]{1,9}( [a-z^$()|+-]{1,9}){0,3}$/);
  const rights = fc.array(
    fc.record({
      command: words,
      negated: fc.boolean(),
      runAs: fc.array(fc.constantFrom('root', 'ALL', 'daemon'), { minLength: 1, maxLength: 3 }),
      password: fc.boolean(),
    }),
    { minLength: 1 },
  );
  it('is read back as it was printed', () => {
    fc.assert(
      fc.property(rights, (list) => {
        expect(parseSudoList(printSudoList(list))).toEqual(list);
      }),
    );
  });

  it.each(['', 'Sorry, user fleetwright may not run sudo on vm.\n', 'ann ALL=(ALL) ALL\n'])('is none: %j', (text) =>
    expect(parseSudoList(text)).toBeNull(),
  );

  it.each([
    ['the last entry counts', [right('ALL'), right('/x/systemctl', { negated: true })], 'systemctl', ['stop'], 'no'],
    ['as another user is not as root', [right('ALL', { runAs: ['daemon'] })], 'systemctl', ['stop'], 'none'],
    ['a program alone takes any arguments', [right('/x/systemctl')], 'systemctl', ['stop', 'a'], 'yes'],
    ['two quotes take none', [right('/x/systemctl ""')], 'systemctl', ['stop'], 'none'],
    [
      'an expression is one over all arguments',
      [right('/x/systemctl ^stop [a-z]$')],
      'systemctl',
      ['stop', 'a'],
      'yes',
    ],
    ['and nothing more', [right('/x/systemctl ^stop [a-z]$')], 'systemctl', ['stop', 'a', 'b'], 'none'],
    ['another program of a like name is another', [right('/x/mysystemctl')], 'systemctl', ['stop'], 'none'],
    ['an expression that cannot be read covers nothing', [right('/x/systemctl ^([$')], 'systemctl', ['stop'], 'none'],
  ] as const)('%s', (_what, list, program, line, answer) => {
    const found = coveringRight(list, program, line);
    expect(found === null ? 'none' : found.negated ? 'no' : 'yes').toBe(answer);
  });
});
