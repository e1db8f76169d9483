import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { CommitSha, StorePath } from '../../src/core/names.ts';
import { programs } from '../../src/host/programs/programs.ts';
import { readCommand } from '../../src/host/read-command.ts';
import { argvOf, type RemoteCommand } from '../../src/host/remote-command.ts';
import {
  type BootId,
  type CheckName,
  type MachineName,
  type RepositoryPath,
  type Message,
  type NetworkAddress,
  type PortNumber,
  parseAddress,
  parseHttpUrl,
  parseSlug,
  type RepositorySlug,
  type SystemAttribute,
  type UnitName,
} from '../../src/host/remote-names.ts';
import { shellLine, wordsOfLine } from '../../src/host/shell-words.ts';

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'.split('')), { minLength: length, maxLength: length })
    .map((all) => all.join(''));
const shas = hex(40).map((text) => text as CommitSha);
const runs = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,79}$/);
const slugs = fc
  .stringMatching(/^[a-z0-9][a-z0-9-]{0,38}~[a-z0-9_-][a-z0-9._-]{0,99}$/)
  .map((text) => text as RepositorySlug);
const attributes = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,30}$/).map((text) => text as SystemAttribute);
const units = fc.stringMatching(/^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,30}$/).map((text) => text as UnitName);
const paths = fc
  .tuple(fc.stringMatching(/^[0-9a-df-np-sv-z]{32}$/), fc.stringMatching(/^[A-Za-z0-9+._?=-]{1,40}$/))
  .map(([hash, name]) => `/nix/store/${hash}-${name}` as StorePath);
const flags = fc.constantFrom('--no-reexec' as const, '--fast' as const);
const files = fc
  .array(fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}$/), { minLength: 1, maxLength: 3 })
  .map((parts) => `${parts.join('/')}.nix` as RepositoryPath);
const boots = fc.uuid().map((text) => text as BootId);
const tokens = fc.nat(Number.MAX_SAFE_INTEGER);

export const anyCommand: fc.Arbitrary<RemoteCommand> = fc.oneof(
  fc.constant({ kind: 'look' as const }),
  fc.constant({ kind: 'examine' as const }),
  fc.constant({ kind: 'list-machines' as const }),
  fc.constant({ kind: 'list-sockets' as const }),
  fc.record({
    kind: fc.constant('run-check' as const),
    check: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,30}$/).map((text) => text as CheckName),
  }),
  fc.record({
    kind: fc.constant('list-machine-units' as const),
    machine: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$/).map((text) => text as MachineName),
  }),
  fc.record({
    kind: fc.constant('reach' as const),
    way: fc.constantFrom('tcp' as const, 'datagram' as const, 'stream' as const),
    address: fc.constantFrom('10.0.20.11', 'fd00:30::7', 'wolfhound.fleet.lan').map((text) => text as NetworkAddress),
    port: fc.integer({ min: 1, max: 65_535 }).map((port) => port as PortNumber),
    message: fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes).toString('base64') as Message),
  }),
  fc.record({
    kind: fc.constant('fetch-page' as const),
    url: fc
      .webUrl({ withQueryParameters: true })
      .map(parseHttpUrl)
      .filter((url) => url !== null),
    at: fc.option(fc.constantFrom('10.0.20.11', 'fd00:30::7').map((text) => text as NetworkAddress)),
  }),
  fc.record({ kind: fc.constant('find-commit' as const), repository: slugs, sha: shas }),
  fc.record({ kind: fc.constant('receive-bundle' as const), token: tokens, repository: slugs, sha: shas }),
  fc.record({
    kind: fc.constant('start-build' as const),
    run: runs,
    token: tokens,
    repository: slugs,
    sha: shas,
    attribute: attributes,
    flag: flags,
  }),
  fc.record({
    kind: fc.constant('start-file-build' as const),
    run: runs,
    token: tokens,
    repository: slugs,
    sha: shas,
    file: files,
    attribute: fc.option(attributes),
    flag: flags,
  }),
  fc.record({
    kind: fc.constant('start-flake-activation' as const),
    run: runs,
    token: tokens,
    action: fc.constantFrom('test' as const, 'boot' as const),
    repository: slugs,
    sha: shas,
    attribute: attributes,
    flag: flags,
  }),
  fc.record({
    kind: fc.constant('start-activation' as const),
    run: runs,
    token: tokens,
    action: fc.constantFrom('test' as const, 'boot' as const, 'switch' as const, 'dry-activate' as const),
    path: paths,
  }),
  fc.record({
    kind: fc.constant('read-run' as const),
    run: runs,
    offset: fc.nat(),
    limit: fc.nat(),
    seconds: fc.nat(60),
  }),
  fc.record({ kind: fc.constant('cancel-run' as const), run: runs, token: tokens }),
  fc.record({
    kind: fc.constant('keep-systems' as const),
    token: tokens,
    name: runs,
    paths: fc.array(paths, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('release-systems' as const), token: tokens, name: runs }),
  fc.record({ kind: fc.constant('compare-systems' as const), from: paths, to: paths }),
  fc.record({
    kind: fc.constant('arm-watchdog' as const),
    token: tokens,
    level: fc.constantFrom('reboot' as const, 'unit' as const),
    seconds: fc.nat(86_400),
  }),
  fc.record({ kind: fc.constant('disarm-watchdog' as const), token: tokens }),
  fc.record({ kind: fc.constant('reboot-host' as const), token: tokens, bootId: boots }),
  fc.record({ kind: fc.constant('show-units' as const), units: fc.array(units, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('read-switch-journal' as const), since: fc.nat() }),
  fc.record({
    kind: fc.constant('read-unit-journal' as const),
    unit: units,
    lines: fc.nat(1000),
    form: fc.constantFrom('cat' as const, 'short-iso' as const),
  }),
);

describe('What a host may be told to ask', () => {
  it.each(['http://10.0.20.11/', 'https://grafana.fleet.lan:3000/api?x=1&y=$(reboot)', 'http://[fd00::1]:8080/'])(
    'is %s',
    (url) => expect(parseHttpUrl(url)).toBe(url),
  );
  it.each([
    'file:///etc/shadow',
    'http://a/?{b,c}',
    'http://a/[1-9]',
    'http://ann:secret@a/',
    '-o/etc/x',
    'ftp://a/',
    '',
  ])('is not %j', (url) => expect(parseHttpUrl(url)).toBeNull());
  it.each(['', '-x', 'a/../b', 'a b', 'a;b', '$(reboot)', '[fd00::1]', 'ä'])('is not the address %j', (text) =>
    expect(parseAddress(text)).toBeNull(),
  );
});

describe('The closed set of remote commands', () => {
  it('reads every command back from the line that was sent', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        expect(readCommand(shellLine(argvOf(command)))).toEqual(command);
      }),
    );
  });

  const look = shellLine(argvOf({ kind: 'look' }));
  const journal = shellLine(
    argvOf({ kind: 'read-unit-journal', unit: 'sshd.service' as UnitName, lines: 20, form: 'short-iso' }),
  );
  it.each([
    ['an empty line', ''],
    ['another program', 'reboot'],
    ['a command after a command', `${look}; reboot`],
    ['a command in the background', `${look} & reboot`],
    ['a pipe', `${journal} | sh`],
    ['a command substitution', look.replace('fleetwright-look', '"$(reboot)"')],
    ['a line break and another command', `${journal}\nreboot`],
    ['a changed text', look.replace('boot-id', 'bootid')],
    ['a text under another name', look.replace(/fleetwright-look$/, 'fleetwright-read-run')],
    ['one argument too many', `${look} again`],
    ['one argument too few', shellLine(argvOf({ kind: 'cancel-run', run: 'r', token: 1 }).slice(0, -1))],
    [
      'a number in another spelling',
      shellLine(argvOf({ kind: 'cancel-run', run: 'r', token: 1 })).replace(/ 1$/, ' 01'),
    ],
    ['a negative token', shellLine(argvOf({ kind: 'cancel-run', run: 'r', token: -1 }))],
    ['a run that leaves its folder', shellLine(argvOf({ kind: 'cancel-run', run: '../../x', token: 1 }))],
    [
      'an activation of another kind',
      shellLine([
        ...argvOf({ kind: 'start-activation', run: 'r', token: 1, action: 'test', path: '' as StorePath }),
      ]).replace(' test ""', ' rollback /nix/store/00000000000000000000000000000000-x'),
    ],
    [
      'a path outside the store',
      shellLine(argvOf({ kind: 'start-activation', run: 'r', token: 1, action: 'test', path: '/tmp/x' as StorePath })),
    ],
    [
      'a store path with a way out',
      shellLine(
        argvOf({
          kind: 'start-activation',
          run: 'r',
          token: 1,
          action: 'test',
          path: '/nix/store/00000000000000000000000000000000-x/../../../tmp/x' as StorePath,
        }),
      ),
    ],
    ['a journal of everything', 'sudo -n journalctl --no-pager'],
    ['another sudo command', 'sudo -n systemctl reboot'],
    ['another property', 'systemctl show --no-pager --property=Environment -- sshd.service'],
    ['an option as a unit', shellLine(argvOf({ kind: 'show-units', units: ['--root=/tmp' as UnitName] }))],
  ])('refuses %s', (_what, line) => {
    expect(readCommand(line)).toBeNull();
  });

  it('names every program once', () => {
    expect(new Set(programs.map((program) => program.name)).size).toBe(programs.length);
  });

  it.each(programs.map((program) => [program.name, program] as const))(
    '%s is a text that sh accepts',
    (_name, program) => {
      expect(spawnSync('sh', ['-n', '-c', program.text], { encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
    },
  );
});

describe('A shell line', () => {
  const words = fc.array(
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
    { maxLength: 5 },
  );
  const nasty = fc.array(fc.stringMatching(/^[ '"\\$`!*?~#;&|<>()\n\tab{}[\]-]{0,12}$/), { maxLength: 5 });

  it('gives its words back', () => {
    fc.assert(
      fc.property(fc.oneof(words, nasty), (list) => {
        expect(wordsOfLine(shellLine(list))).toEqual(list);
      }),
    );
  });

  it.each(['sh', 'bash'])('is read by %s as the words it was made of', (shell) => {
    fc.assert(
      fc.property(fc.oneof(words, nasty), (list) => {
        const line = `printf '%s\\0' ${shellLine(['-', ...list])}`;
        const answer = spawnSync(shell, ['-c', line], { encoding: 'buffer' }).stdout.toString('utf8');
        expect(answer.split('\0').slice(1, -1)).toEqual(list);
      }),
      { numRuns: 40 },
    );
  });

  it('never holds what fish or zsh read in their own way', () => {
    fc.assert(
      fc.property(nasty, (list) => {
        const line = shellLine(list);
        expect(line).not.toMatch(/''/);
        const quotes = line.match(/'[^']*'|"(?:\\.|[^"\\])*"/g) ?? [];
        for (const quoted of quotes.filter((text) => text.startsWith("'"))) expect(quoted).not.toContain('\\');
      }),
    );
  });
});

describe('The folder name of a repository', () => {
  it.each(['a~b', 'acme~fleet.nix', '0~_'])('accepts %s', (text) => expect(parseSlug(text)).toBe(text));
  it.each(['', 'ab', '~b', 'a~', 'a~..', 'a~.', 'a~b/c', 'A~b', '-a~b', 'a~b~c'])('refuses %j', (text) =>
    expect(parseSlug(text)).toBeNull(),
  );
});
