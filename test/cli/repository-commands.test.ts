import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { affectedCommand } from '../../src/cli/affected.ts';
import { checkConfigCommand } from '../../src/cli/check-config.ts';
import { hostsCommand } from '../../src/cli/hosts.ts';
import type { Io } from '../../src/cli/io.ts';
import { nixCommand } from '../../src/cli/nix.ts';

let folder: string;
const git = (...words: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...words], {
    encoding: 'utf8',
  });
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
};

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fleetwright-cli-'));
  git('init', '-q', '-b', 'main');
  write(
    'flake.nix',
    '{ outputs = { nixpkgs, ... }: { nixosConfigurations = { a = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ./common.nix ]; }; b = nixpkgs.lib.nixosSystem { modules = [ ./b.nix ./common.nix ]; }; }; }; }\n',
  );
  for (const file of ['a.nix', 'b.nix', 'common.nix']) write(file, '{ }\n');
  write('README.md', 'one\n');
  git('add', '-A');
  git('commit', '-qm', 'one');
  git('tag', 'one');
  write('b.nix', '{ x = 1; }\n');
  git('commit', '-qam', 'two');
  git('tag', 'two');
  write('README.md', 'two\n');
  git('commit', '-qam', 'three');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a subcommand prints, and its exit code. */
async function run(make: (io: Io) => Command, ...words: string[]) {
  const lines: string[] = [];
  let code = 0;
  const io: Io = {
    print: (line) => void lines.push(line),
    aside: (line) => void lines.push(line),
    exitWith: (given) => void (code = given),
    misused: (line) => void lines.push(line),
  };
  await make(io).parseAsync(words, { from: 'user' });
  return { lines, code };
}

describe('fleetwright affected', () => {
  test('names the hosts that a change reaches, with the way from the file to the host', async () => {
    const { lines } = await run(affectedCommand, 'one', 'two', '--repo', folder, '--json');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      hosts: [{ name: 'b', why: expect.arrayContaining(['b.nix']) }],
      method: 'imports',
      unread: [],
    });
  });
  test('names none for a file that no host is made of', async () => {
    expect((await run(affectedCommand, 'two', 'main', '--repo', folder)).lines).toEqual([
      'No host is reached by 1 changed file.',
    ]);
  });
  test('sees what lies in the checkout and is not committed', async () => {
    write('common.nix', '{ y = 1; }\n');
    const { lines } = await run(affectedCommand, 'main', '--repo', folder, '--json');
    git('checkout', '-q', 'common.nix');
    expect((JSON.parse(lines[0] ?? '') as { hosts: { name: string }[] }).hosts.map(({ name }) => name)).toEqual([
      'a',
      'b',
    ]);
  });
  test.each([
    ['a commit that is not there', ['nope']],
    ['an option in the place of a commit', ['--', '--output=/tmp/x']],
  ])('refuses %s', async (_name, words) => {
    await expect(run(affectedCommand, '--repo', folder, ...words)).rejects.toMatchObject({
      name: 'Fault',
      code: 'git-failed',
    });
  });
  test('refuses a folder that is no checkout', async () => {
    await expect(run(affectedCommand, 'one', '--repo', tmpdir())).rejects.toMatchObject({ code: 'git-failed' });
  });
});

describe('fleetwright hosts', () => {
  test('lists every host with the place where it is made', async () => {
    const { lines } = await run(hostsCommand, '--repo', folder, '--json');
    const { hosts } = JSON.parse(lines[0] ?? '') as { hosts: { name: string; file: string; kind: string }[] };
    expect(hosts.map(({ name, file, kind }) => `${name} ${file} ${kind}`)).toEqual([
      'a flake.nix host',
      'b flake.nix host',
    ]);
  });
});

describe('fleetwright nix parse', () => {
  test('prints one verdict a line and ends with 1 where a file is not Nix', async () => {
    write('bad.nix', '{\n  x = ;\n}\n');
    const { lines, code } = await run(nixCommand, 'parse', '--json', '--repo', folder);
    rmSync(path.join(folder, 'bad.nix'));
    const verdicts = lines.map((line) => JSON.parse(line) as { file: string; ok: boolean; errors: { line: number }[] });
    expect(verdicts.filter(({ ok }) => !ok)).toMatchObject([{ file: 'bad.nix', errors: [{ line: 2 }] }]);
    expect(verdicts).toHaveLength(5);
    expect(code).toBe(1);
  });
  test('ends with 0 where all are', async () => {
    expect(await run(nixCommand, 'parse', '--repo', folder)).toEqual({ lines: [], code: 0 });
  });
});

describe('fleetwright check-config', () => {
  test('ends with 1 and every mistake with its line', async () => {
    write('wrong.yml', 'hosts:\n  a: {adress: x}\n');
    const { lines, code } = await run(checkConfigCommand, path.join(folder, 'wrong.yml'));
    expect(lines.join('\n')).toContain('wrong.yml:2:7 `hosts.a.adress`: no such key');
    expect(code).toBe(1);
  });
});
