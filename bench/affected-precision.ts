import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { commitTree } from '../src/adapters/git/git-tree.ts';
import { changedEntries } from '../src/core/tree-diff.ts';
import { reachedMachines } from '../src/fleet/reached-machines.ts';
import { readFleet } from '../src/nix/hosts/find-hosts.ts';
import { median, rounded } from './bench.ts';

/*
 * node dist/bench/affected-precision.js LABELS.json FOLDER
 *
 * Judges the hosts that we name against labels: for a commit of a public fleet the NixOS hosts that it really changes,
 * told by a person who read the diff (`bench/affected-labels.json`; `"all"` stands for each). FOLDER holds the fleets as
 * git directories, `owner+name`, `owner+name/repo` or `owner/name`; nothing is fetched, and fleets that are not there are
 * counted and left out. Changes that reach nobody count what is named beside none as one more each.
 */

const labelShape = z.object({
  repo: z.string(),
  commit: z.string(),
  paths: z.array(z.string()),
  hosts: z.union([z.literal('all'), z.array(z.string())]),
});
type Label = z.output<typeof labelShape>;

interface Judged {
  readonly fleet: string;
  readonly commit: string;
  readonly missed: readonly string[];
  readonly ratio: number;
  readonly isAll: boolean;
  readonly milliseconds: number;
}

function repositoryOf(folder: string, repo: string): string | null {
  const [owner = '', name = ''] = repo.split('/');
  const places = [
    join(folder, `${owner}+${name}`, 'repo'),
    join(folder, `${owner}+${name}`),
    join(folder, owner, name),
  ];
  const withGit = places.flatMap((place) => [join(place, '.git'), place]);
  return withGit.find((place) => existsSync(join(place, 'HEAD'))) ?? null;
}

async function judged(repository: string, { repo, commit, hosts: label }: Label): Promise<Judged> {
  const parent = execFileSync('git', ['--git-dir', repository, 'rev-parse', `${commit}^`], { encoding: 'utf8' }).trim();
  const [old, fresh] = [commitTree(repository, parent), commitTree(repository, commit)];
  try {
    const [before, after] = [await readFleet(old), await readFleet(fresh)];
    const changed = (await changedEntries(old, fresh)).map(({ path }) => path);
    const began = performance.now();
    const { reached } = reachedMachines(before, after, changed);
    const milliseconds = rounded(performance.now() - began);
    const hosts = after.hosts.filter(({ kind }) => kind === 'host').map(({ name }) => name);
    const named = reached.map(({ name }) => name).filter((name) => hosts.includes(name));
    const really = label === 'all' ? hosts : label;
    const missed = really.filter((name) => !named.includes(name));
    const ratio = really.length === 0 ? named.length + 1 : named.length / really.length;
    return {
      fleet: repo,
      commit: commit.slice(0, 10),
      missed,
      ratio,
      isAll: named.length === hosts.length,
      milliseconds,
    };
  } finally {
    old.close();
    fresh.close();
  }
}

function figures(rows: readonly Judged[]): Readonly<Record<string, unknown>> {
  const ratios = rows.map(({ ratio }) => ratio);
  return {
    changes: rows.length,
    missed: rows.filter(({ missed }) => missed.length > 0).length,
    median: rounded(median(ratios)),
    mean: rounded(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length),
    allHosts: rounded(rows.filter(({ isAll }) => isAll).length / rows.length),
    medianMs: median(rows.map(({ milliseconds }) => milliseconds)),
  };
}

/** A line for each change that is missed or named twice over, one for each fleet, and one for all. */
async function main([file, folder]: readonly string[]): Promise<void> {
  if (file === undefined || folder === undefined) throw new Error('usage: affected-precision LABELS.json FOLDER');
  const labels = z.array(labelShape).parse(JSON.parse(readFileSync(file, 'utf8')));
  const rows: Judged[] = [];
  let absent = 0;
  for (const label of labels) {
    const repository = repositoryOf(folder, label.repo);
    if (repository === null) absent++;
    else rows.push(await judged(repository, label));
  }
  for (const row of rows) if (row.missed.length > 0 || row.ratio > 1.5) console.log(JSON.stringify(row));
  for (const fleet of new Set(rows.map((row) => row.fleet)))
    console.log(JSON.stringify({ fleet, ...figures(rows.filter((row) => row.fleet === fleet)) }));
  if (rows.length > 0) console.log(JSON.stringify({ fleet: 'all', ...figures(rows), absent }));
}

await main(process.argv.slice(2));
