import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommitSha, parseCommitSha } from '../../src/core/names.ts';

/** A repository with one file per host, whose words say how its system behaves (see `scripted-nixos/nixos-rebuild`). */
export interface FleetRepository {
  readonly folder: string;
  /** Commits one system for a host and returns the commit. */
  commit(host: string, settings: string): Promise<CommitSha>;
  remove(): Promise<void>;
}

export async function fleetRepository(): Promise<FleetRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetwright-repository-'));
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words], {
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet', '-b', 'main');
  await mkdir(join(folder, 'hosts'));
  return {
    folder,
    async commit(host, settings) {
      await writeFile(join(folder, 'hosts', host), settings);
      git('add', '.');
      git('commit', '--quiet', '--allow-empty', '-m', `Change ${host}`);
      const sha = parseCommitSha(git('rev-parse', 'HEAD'));
      if (sha === null) throw new Error('git printed no commit id');
      return sha;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
