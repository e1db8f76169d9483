import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { affectedCommand } from '../../src/cli/affected.ts';
import { hostsCommand } from '../../src/cli/hosts.ts';
import type { Io } from '../../src/cli/io.ts';
import { shimFleet } from '../adapters/nix-cli/shim-fleet.ts';

let folder: string;
const repository = () => path.join(folder, 'fleet');
const git = (...words: string[]) =>
  execFileSync('git', ['-C', repository(), '-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...words]);
function commit(name: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(repository(), file)), { recursive: true });
    writeFileSync(path.join(repository(), file), text);
  }
  git('add', '-A');
  git('commit', '-qm', name);
  git('tag', name);
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fleetwright-evaluate-'));
  vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'));
  mkdirSync(repository());
  git('init', '-q', '-b', 'main');
  commit('first', shimFleet());
  commit('same', { 'common.nix': '{ ssh = !false; }\n' });
  commit('other', { 'common.nix': '{ ssh = false; }\n' });
  commit('broken', { 'machines/db.nix': '{ postgres = throw "which version?"; }\n' });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function answer(make: (io: Io) => Command, ...words: string[]): Promise<unknown> {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const io: Io = { print, aside: print, exitWith: () => undefined, misused: print };
  await make(io).parseAsync([...words, '--repo', repository(), '--json'], { from: 'user' });
  return JSON.parse(lines.join('\n'));
}
const named = async (...words: string[]) => {
  const told = (await answer(affectedCommand, ...words)) as { hosts: { name: string }[]; method: string };
  return `${told.method}: ${told.hosts.map(({ name }) => name).join(' ')}`;
};

describe('fleetwright affected --evaluate', () => {
  test('names only hosts whose system differs, and says how it knows', async () => {
    expect(await named('first', 'same')).toBe('imports: web db');
    expect(await named('first', 'same', '--evaluate')).toBe('evaluated: ');
    expect(await named('first', 'other', '--evaluate')).toBe('evaluated: web db');
  });

  test('keeps a host that cannot be evaluated, and says why', async () => {
    expect(await answer(affectedCommand, 'same', 'broken', '--evaluate')).toMatchObject({
      hosts: [{ name: 'web' }, { name: 'db' }],
      method: 'evaluated',
      unread: [{ file: 'flake.nix', why: expect.stringContaining('db could not be evaluated: which version?') }],
    });
  });

  test('takes the checkout as it lies there', async () => {
    expect(await named('same', '--evaluate')).toBe('evaluated: web db');
  });
});

test('fleetwright hosts --evaluate holds what was read against what Nix says', async () => {
  expect(await answer(hostsCommand, '--evaluate')).toMatchObject({
    hosts: [
      { name: 'web', confidence: 'certain' },
      { name: 'db', confidence: 'certain' },
      { name: 'repo', confidence: 'certain' },
    ],
    unread: [],
  });
});
