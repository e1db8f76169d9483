import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { affectedCommand } from '../../src/cli/affected.ts';
import { hostsCommand } from '../../src/cli/hosts.ts';
import type { Io } from '../../src/cli/io.ts';
import { nixCommand } from '../../src/cli/nix.ts';

let top: string;
const at = (name: string) => path.join(top, name);
const git = (folder: string, ...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

/** A repository with one host, whose module is `a.nix`. */
function repository(name: string, commit = true): string {
  mkdirSync(at(name), { recursive: true });
  git(at(name), 'init', '-q', '-b', 'main');
  writeFileSync(
    path.join(at(name), 'flake.nix'),
    '{ outputs = { nixpkgs, ... }: { nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ]; }; }; }\n',
  );
  writeFileSync(path.join(at(name), 'a.nix'), '{ }\n');
  if (commit) {
    git(at(name), 'add', '-A');
    git(at(name), 'commit', '-qm', 'one');
  }
  return at(name);
}

beforeAll(() => {
  top = mkdtempSync(path.join(tmpdir(), 'fleetwright-bad-'));
  const messy = repository('messy');
  const write = (file: string, bytes: string | Uint8Array) => writeFileSync(path.join(messy, file), bytes);
  write('cipher.nix', Uint8Array.from([0, 71, 73, 84, 67, 82, 89, 80, 84, 0, 200, 201]));
  write('latin.nix', Uint8Array.from([123, 32, 255, 125]));
  write('broken.nix', '{ a = ; }\n');
  write('big.nix', new Uint8Array(52_000_000).fill(32));
  symlinkSync('../../../etc/passwd', path.join(messy, 'out.nix'));
  symlinkSync('two.nix', path.join(messy, 'one.nix'));
  symlinkSync('one.nix', path.join(messy, 'two.nix'));
  symlinkSync('.', path.join(messy, 'itself'));
  git(messy, 'add', '-A');
  git(messy, 'commit', '-qm', 'mess');
  git(messy, 'update-index', '--add', '--cacheinfo', `160000,${git(messy, 'rev-parse', 'HEAD')},absent`);
  const plain = repository('whole');
  mkdirSync(path.join(plain, 'inner'));
  writeFileSync(path.join(plain, 'inner', 'configuration.nix'), '{ networking.hostName = "inner"; }\n');
  git(plain, 'add', '-A');
  git(plain, 'commit', '-qm', 'two');
  git(top, 'clone', '-q', '--depth', '1', `file://${plain}`, 'shallow');
  git(top, 'clone', '-q', '--bare', plain, 'bare');
  repository('unborn', false);
  mkdirSync(at('none'));
  const many = repository('many', false);
  mkdirSync(path.join(many, 'm'));
  for (let file = 0; file < 2000; file++) writeFileSync(path.join(many, 'm', `${file}.nix`), `{ x = ${file}; }\n`);
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

async function run(make: (io: Io) => Command, ...words: string[]) {
  const lines: string[] = [];
  let code = 0;
  const io: Io = {
    print: (line) => void lines.push(line),
    aside: () => undefined,
    exitWith: (given) => void (code = given),
    misused: (line) => void lines.push(line),
  };
  await make(io).parseAsync(words, { from: 'user' });
  return { lines, code };
}

async function hostNames(folder: string) {
  const { lines } = await run(hostsCommand, '--repo', folder, '--json');
  return (JSON.parse(lines[0] ?? '') as { hosts: { name: string }[] }).hosts.map(({ name }) => name);
}

describe('a checkout full of bad files', () => {
  test('is read as far as it can be, and each file that cannot is named', async () => {
    const { lines } = await run(hostsCommand, '--repo', at('messy'), '--json');
    const { hosts, unread } = JSON.parse(lines[0] ?? '') as { hosts: { name: string }[]; unread: { file: string }[] };
    expect(hosts.map(({ name }) => name)).toEqual(['a']);
    expect(unread.map(({ file }) => file)).toEqual([
      'absent',
      'big.nix',
      'cipher.nix',
      'latin.nix',
      'one.nix',
      'out.nix',
      'two.nix',
    ]);
  });

  test('has a verdict for each of its files, and one of tens of megabytes is not parsed', async () => {
    const { lines, code } = await run(nixCommand, 'parse', '--repo', at('messy'), '--json');
    const verdicts = lines.map(
      (line) => JSON.parse(line) as { file: string; ok: boolean; errors: { message: string }[] },
    );
    expect(verdicts.filter(({ ok }) => !ok).map(({ file }) => file)).toEqual([
      'big.nix',
      'broken.nix',
      'cipher.nix',
      'latin.nix',
    ]);
    expect(verdicts.find(({ file }) => file === 'big.nix')?.errors[0]?.message).toContain('not read');
    expect(code).toBe(1);
  });

  test('tells what a change reaches', async () => {
    const { lines } = await run(affectedCommand, 'HEAD~1', 'HEAD', '--repo', at('messy'), '--json');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ hosts: [] });
  });
});

describe('a repository that is', () => {
  test.each([
    ['without a commit', 'unborn', ['a']],
    ['a shallow clone', 'shallow', ['a']],
    ['a folder inside another', 'whole/inner', ['inner']],
    ['of thousands of files', 'many', ['a']],
  ])('%s has its hosts', async (_, folder, names) => {
    expect(await hostNames(at(folder))).toEqual(names);
  });

  test.each([
    ['no repository', 'none', 'is not a git checkout'],
    ['absent', 'nowhere', 'is not a git checkout'],
    ['bare', 'bare', 'is not a git checkout'],
  ])('%s is refused in words', async (_, folder, words) => {
    await expect(run(hostsCommand, '--repo', at(folder))).rejects.toMatchObject({
      code: 'git-failed',
      message: expect.stringContaining(words),
    });
  });

  test.each([
    ['an unborn HEAD', 'unborn', 'HEAD'],
    ['a commit that a shallow clone lacks', 'shallow', 'HEAD~1'],
    ['a revision that is none', 'whole', 'no-such'],
  ])('asked for %s says that there is no such commit', async (_, folder, revision) => {
    await expect(run(affectedCommand, revision, '--repo', at(folder))).rejects.toMatchObject({
      code: 'git-failed',
      message: expect.stringContaining(`there is no commit ${revision}`),
    });
  });
});
