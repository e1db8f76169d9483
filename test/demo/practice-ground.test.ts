import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ownGround } from '../../src/demo/practice-ground.ts';

const top = mkdtempSync(path.join(tmpdir(), 'fleetwright-ground-'));
afterAll(() => rmSync(top, { recursive: true, force: true }));

const git = (folder: string, ...words: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=ann', '-c', 'user.email=ann@fleet.lan', ...words])
    .toString()
    .trim();

function repositoryOf(name: string, files: Readonly<Record<string, string>>): string {
  const folder = path.join(top, name);
  mkdirSync(folder);
  git(folder, 'init', '--quiet', '-b', 'main');
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
  git(folder, 'add', '--all');
  if (Object.keys(files).length > 0) git(folder, 'commit', '--quiet', '-m', 'one');
  return folder;
}

const flake = `{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.griffin = nixpkgs.lib.nixosSystem { modules = [ ./griffin.nix ]; };
  };
}
`;

test('a clone of somebody’s repository is made, and the original stays as it was', async () => {
  const folder = repositoryOf('whole', { 'flake.nix': flake, 'griffin.nix': '{ networking.hostName = "griffin"; }\n' });
  const before = [git(folder, 'for-each-ref'), git(folder, 'status', '--porcelain')];
  const ground = await ownGround(path.join(top, 'clone'), folder);
  expect(ground.hosts.map(({ name }) => name)).toEqual(['griffin']);
  expect([git(folder, 'for-each-ref'), git(folder, 'status', '--porcelain')]).toEqual(before);
});

test.each([
  ['no commit', () => repositoryOf('empty', {}), 'has no commit yet'],
  [
    'no host',
    () => repositoryOf('plain', { 'README.md': 'hello\n' }),
    'no host of .* can be played: .*fleetwright hosts --repo',
  ],
  [
    'not all of its objects',
    () => {
      const folder = repositoryOf('partial', { 'flake.nix': flake, 'griffin.nix': '{ }\n' });
      const blob = git(folder, 'rev-parse', 'HEAD:griffin.nix');
      rmSync(path.join(folder, '.git', 'objects', blob.slice(0, 2), blob.slice(2)));
      return folder;
    },
    '1 object of its history is not in .*partial clone.*full clone',
  ],
])('a repository with %s is refused in one sentence', async (name, make, sentence) => {
  await expect(ownGround(path.join(top, `clone of ${name}`), make())).rejects.toThrow(new RegExp(sentence));
});
