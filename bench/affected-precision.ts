import { execFileSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import process from 'node:process';
import { commitTree } from '../src/adapters/git/git-tree.ts';
import { changedEntries } from '../src/core/tree-diff.ts';
import { affectedBy } from '../src/nix/graph/affected.ts';
import { type FleetReading, readFleet } from '../src/nix/hosts/find-hosts.ts';
import { median, rounded } from './bench.ts';

/*
 * node dist/bench/affected-precision.js COUNT GIT_DIRECTORY…
 *
 * Walks the last commits of fleets and prints, for each, how many hosts each commit names, and for each fleet how much
 * of it a commit names. How many of those are true is for the judged replays of the tests to say.
 */

interface Row {
  readonly commit: string;
  readonly hosts: number;
  readonly named: readonly string[];
  readonly paths: readonly string[];
  readonly milliseconds: number;
}

function git(repository: string, words: readonly string[]): string {
  return execFileSync('git', ['--git-dir', repository, ...words], { encoding: 'utf8', maxBuffer: 1 << 28 });
}

async function reading(
  repository: string,
  commit: string,
): Promise<{ fleet: FleetReading; tree: ReturnType<typeof commitTree> }> {
  const tree = commitTree(repository, commit);
  return { fleet: await readFleet(tree), tree };
}

async function rowsOf(repository: string, count: number): Promise<Row[]> {
  const commits = git(repository, ['rev-list', '--first-parent', `--max-count=${count}`, 'HEAD'])
    .trim()
    .split('\n');
  const rows: Row[] = [];
  for (const commit of commits) {
    const parent = git(repository, ['rev-list', '--first-parent', '--max-count=2', commit]).trim().split('\n')[1];
    if (parent === undefined) continue;
    const [before, after] = await Promise.all([reading(repository, parent), reading(repository, commit)]);
    const paths = (await changedEntries(before.tree, after.tree)).map(({ path }) => path);
    const began = performance.now();
    const named = affectedBy(before.fleet, after.fleet, paths).map(({ name }) => name);
    const milliseconds = rounded(performance.now() - began);
    before.tree.close();
    after.tree.close();
    const hosts = after.fleet.hosts.filter(({ kind }) => kind !== 'guest').length;
    rows.push({ commit: commit.slice(0, 10), hosts, named, paths, milliseconds });
  }
  return rows;
}

/** One line for each commit, then one for the fleet. */
async function main([count = '20', ...repositories]: readonly string[]): Promise<void> {
  for (const repository of repositories) {
    const fleet = basename(repository) === 'repo' ? basename(dirname(repository)) : basename(repository);
    const rows = await rowsOf(repository, Number(count));
    for (const { named, paths, ...row } of rows)
      console.log(
        JSON.stringify({ fleet, ...row, named: named.length, of: named.slice(0, 4), paths: paths.slice(0, 4) }),
      );
    const shares = rows.filter(({ hosts }) => hosts > 0).map(({ hosts, named }) => named.length / hosts);
    if (shares.length === 0) continue;
    const figures = {
      commits: rows.length,
      medianShare: rounded(median(shares)),
      medianMs: median(rows.map(({ milliseconds }) => milliseconds)),
    };
    console.log(
      JSON.stringify({
        fleet,
        ...figures,
        none: shares.filter((share) => share === 0).length,
        all: shares.filter((share) => share === 1).length,
      }),
    );
  }
}

await main(process.argv.slice(2));
