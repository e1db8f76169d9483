import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const flake = new URL('../flake', import.meta.url).pathname;

/** A git repository with the fleet's flake and some more files, in one commit. */
export async function firstCommit(folder: string, more: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(flake, folder, { recursive: true });
  for (const [file, text] of Object.entries(more)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  const identity = ['-c', 'user.name=ann', '-c', 'user.email=ann@fleet.invalid', '-c', 'commit.gpgsign=false'];
  const git = (...words: string[]) => promisify(execFile)('git', ['-C', folder, ...identity, ...words]);
  await git('init', '--quiet', '-b', 'main');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'Describe the fleet');
}

/** Where what a test adds to one host stands. */
export const extraFile = (host: string): string => `hosts/${host}/extra.nix`;
