import type { FleetConfig } from '../config/fleet-config.ts';
import { attributeOf } from '../config/host-target.ts';
import type { CommitSha, HostName } from '../core/names.ts';
import { changedEntries } from '../core/tree-diff.ts';
import {
  type AffectedHosts,
  affectedByImports,
  affectedByPaths,
  affectedExactly,
  joined,
} from '../fleet/affected-hosts.ts';
import { exactlyReached, type ExactlyReached, treeOfPullRequest } from '../fleet/evaluation.ts';
import type { ReachedMachines } from '../fleet/reached-machines.ts';
import type { Bot } from './bot.ts';
import type { RepositoryRef } from './forge.ts';
import type { CopiedCommit } from './worker-copies.ts';

/** The commits that a change lies between. `merged`: the commit that brought it to the default branch. */
export interface Between {
  readonly base: CommitSha;
  readonly head: CommitSha;
  readonly merged: CommitSha | null;
  /** Where it was proposed. */
  readonly pullRequest: number;
}

/**
 * The hosts that a change reaches, read in the worker's own copy. Where there is none (no git, no network, a repository
 * that cannot be read) the answer is told by paths, which names more and never fewer.
 */
export async function affectedOf(
  bot: Bot,
  repository: RepositoryRef,
  config: FleetConfig,
  between: Between,
  changed: readonly string[],
): Promise<AffectedHosts> {
  if (changed.length === 0) return affectedByPaths(config, changed);
  const opened: CopiedCommit[] = [];
  const open = async (sha: CommitSha): Promise<CopiedCommit> => {
    const copied = await bot.copies.open(repository, sha);
    opened.push(copied);
    return copied;
  };
  const compare = async (before: CopiedCommit, after: CopiedCommit): Promise<AffectedHosts> => {
    const machines = await bot.readings.reached(before, after, changed);
    const exact = await exactlyOf(bot, { repository, config, ...between }, { before, after }, machines);
    return exact === null ? affectedByImports(config, machines, changed) : affectedExactly(config, exact, changed);
  };
  try {
    const landed = between.merged === null ? null : await asItLanded(open, between.merged, changed);
    if (landed !== null) return await compare(landed.before, landed.after);
    const before = await open(between.base);
    const affected = await compare(before, await open(between.head));
    // On the default branch somebody may meanwhile use a file that the change touches.
    return between.merged === null
      ? affected
      : joined(affected, await compare(before, await open(between.merged)), changed);
  } catch (error) {
    bot.log.warn('affected hosts are told by paths', { repository: repository.name, head: between.head, error });
    return affectedByPaths(config, changed);
  } finally {
    for (const copied of opened) copied.close();
  }
}

/**
 * Whose system differs, by Nix. Null where the operator wants none of it, where nobody is left to ask for, and for a
 * fork: whether it is one is asked of the forge, because nothing that was stored may decide whose program is run.
 */
async function exactlyOf(
  bot: Bot,
  asking: Between & { readonly repository: RepositoryRef; readonly config: FleetConfig },
  trees: { readonly before: CopiedCommit; readonly after: CopiedCommit },
  machines: ReachedMachines,
): Promise<ExactlyReached | null> {
  const { evaluation } = bot;
  const { repository, config, pullRequest } = asking;
  const asked = new Set((Object.keys(config.hosts) as HostName[]).map((host) => attributeOf(config, host)));
  if (evaluation === null || !machines.reached.some(({ name }) => asked.has(name))) return null;
  const proposed = await bot.forge.pullRequest(repository, pullRequest);
  const [before, after] = [treeOfPullRequest(proposed, trees.before), treeOfPullRequest(proposed, trees.after)];
  if (before === null || after === null) return null;
  return exactlyReached(evaluation, before, after, machines, (name) => asked.has(name));
}

/**
 * The default branch right before a merge and right after it, where nothing else lies between them: a merge commit, or
 * one commit that holds all of it. Null where a pull request came as several commits.
 */
async function asItLanded(
  open: (sha: CommitSha) => Promise<CopiedCommit>,
  merged: CommitSha,
  changed: readonly string[],
): Promise<{ readonly before: CopiedCommit; readonly after: CopiedCommit } | null> {
  const after = await open(merged);
  if (after.firstParent === null) return null;
  const before = await open(after.firstParent);
  const landed = (await changedEntries(before.tree, after.tree)).map(({ path }) => path);
  return landed.length === changed.length && landed.every((path, at) => path === changed[at])
    ? { before, after }
    : null;
}
