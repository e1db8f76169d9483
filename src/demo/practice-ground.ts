import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { fleetConfigPath } from '../config/fleet-config.ts';
import { parseFleetConfig } from '../config/parse-fleet-config.ts';
import { assert } from '../core/bug.ts';
import { Fault } from '../core/fault.ts';
import { type CommitSha, parseCommitSha } from '../core/names.ts';
import { readProposal } from '../fleet/propose/read-proposal.ts';
import { writeConfig } from '../fleet/propose/write-config.ts';
import { filesOfFolder, programFolder } from './files-of-folder.ts';
import { readCommitFiles } from './hosts/commit-files.ts';
import { evaluateSystem } from './hosts/evaluate-system.ts';
import type { PracticeHostSpec } from './hosts/start-practice-hosts.ts';

const run = promisify(execFile);

/** What a practice world stands on: a git folder with a branch `main`, its config, and the hosts to play. */
export interface PracticeGround {
  readonly gitFolder: string;
  readonly sha: CommitSha;
  /** The config file as it is or as it was proposed, before practice hosts are written into it. */
  readonly config: string;
  readonly hosts: readonly PracticeHostSpec[];
  /** Hosts that cannot be played, and why. */
  readonly leftOut: readonly string[];
}

/** The sample fleet of this program, as one commit. */
export async function sampleGround(folder: string, author: string): Promise<PracticeGround> {
  const files = await filesOfFolder(path.join(programFolder(), 'examples', 'fleet'));
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), bytes);
  }
  const by = ['-c', `user.name=${author}`, '-c', `user.email=${author}@practice.invalid`, '-c', 'commit.gpgsign=false'];
  await git(folder, 'init', '--quiet', '-b', 'main');
  await git(folder, 'add', '--all');
  await git(folder, ...by, 'commit', '--quiet', '-m', 'Describe the fleet');
  const config = new TextDecoder().decode(files[fleetConfigPath]);
  return {
    gitFolder: path.join(folder, '.git'),
    sha: await headOf(folder),
    config,
    hosts: specsIn(config),
    leftOut: [],
  };
}

/**
 * A clone of somebody's own config repository, at its last commit. The original is only read: nothing is ever pushed
 * there, and the clone forgets where it came from. Without a config file of its own one is proposed.
 */
export async function ownGround(folder: string, repository: string): Promise<PracticeGround> {
  const top = await topOf(repository);
  await wholeHistory(top);
  await run('git', ['clone', '--quiet', '--no-hardlinks', '--', top, folder]);
  await git(folder, 'checkout', '--quiet', '-B', 'main');
  await git(folder, 'remote', 'remove', 'origin');
  const sha = await headOf(folder);
  const commit = await readCommitFiles(folder, sha);
  const own = commit.texts.get(fleetConfigPath);
  const config = own !== undefined && parseFleetConfig(own).kind === 'config' ? own : null;
  const proposal = config === null ? await readProposal(commit.tree) : null;
  const specs: readonly PracticeHostSpec[] =
    config === null
      ? (proposal?.hosts ?? []).map(({ name, attribute, addresses }) => ({
          name,
          addresses,
          attribute: attribute ?? name,
        }))
      : specsIn(config);
  const hosts: PracticeHostSpec[] = [];
  const leftOut: string[] = [];
  for (const spec of specs) {
    const evaluated = await evaluateSystem(commit, spec.attribute ?? spec.name);
    if (evaluated.kind === 'system') hosts.push(spec);
    else leftOut.push(`${spec.name}: ${evaluated.kind === 'no-such-host' ? 'no flake has it' : evaluated.message}`);
  }
  if (hosts.length === 0) {
    const why = leftOut.length === 0 ? 'it describes none in a layout that is known' : leftOut.slice(0, 5).join('; ');
    const detail = `no host of ${top} can be played: ${why}. \`fleetwright hosts --repo ${top}\` says what was found`;
    throw new Fault('git-failed', 'reading the repository', 'never', { detail });
  }
  const played = new Set<string>(hosts.map(({ name }) => name));
  const text =
    proposal === null
      ? (config ?? '')
      : writeConfig({ ...proposal, hosts: proposal.hosts.filter(({ name }) => played.has(name)) });
  return { gitFolder: path.join(folder, '.git'), sha, config: text, hosts, leftOut };
}

/** Every host of the config with all the addresses that its own section speaks of. */
function specsIn(config: string): PracticeHostSpec[] {
  const { hosts } = parse(config) as { readonly hosts: Readonly<Record<string, { readonly attribute?: string }>> };
  return Object.entries(hosts).map(([name, section]) => ({
    name,
    ...(section.attribute === undefined ? {} : { attribute: section.attribute }),
    addresses: [...new Set(JSON.stringify(section).match(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g) ?? [])],
  }));
}

async function topOf(repository: string): Promise<string> {
  try {
    return (await git(repository, 'rev-parse', '--show-toplevel')).trim();
  } catch (cause) {
    const detail = `${repository} is not a git checkout`;
    throw new Fault('git-failed', 'reading the repository', 'never', { cause, detail });
  }
}

/** A partial clone lacks what its origin has; it would be served as a broken repository, far from where that is found. */
async function wholeHistory(top: string): Promise<void> {
  const cannot = (detail: string, cause?: unknown) =>
    new Fault('git-failed', 'reading the repository', 'never', { detail, ...(cause === undefined ? {} : { cause }) });
  try {
    await git(top, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  } catch (cause) {
    throw cannot(`${top} has no commit yet`, cause);
  }
  const words = ['rev-list', '--objects', '--no-object-names', '--missing=print', 'HEAD'];
  const { stdout } = await run('git', ['-C', top, ...words], { maxBuffer: 1024 * 1024 * 1024 });
  const missing = stdout.split('\n').filter((line) => line.startsWith('?')).length;
  if (missing === 0) return;
  const objects = missing === 1 ? '1 object of its history is' : `${missing} objects of its history are`;
  throw cannot(`${objects} not in ${top} (a partial clone?). Try it on a full clone: git clone --no-local`);
}

async function headOf(folder: string): Promise<CommitSha> {
  const sha = parseCommitSha(await git(folder, 'rev-parse', 'HEAD'));
  assert(sha !== null, 'git to print a commit id');
  return sha;
}

async function git(folder: string, ...words: string[]): Promise<string> {
  return (await run('git', ['-C', folder, ...words])).stdout.trim();
}
