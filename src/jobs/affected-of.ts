import type { FleetConfig } from '../config/fleet-config.ts';
import type { CommitSha } from '../core/names.ts';
import { type AffectedHosts, affectedByImports, affectedByPaths, joined } from '../fleet/affected-hosts.ts';
import type { Reading } from '../fleet/reading.ts';
import type { Bot } from './bot.ts';
import type { RepositoryRef } from './forge.ts';

/** The commits that a change lies between. `merged`: the commit that brought it to the default branch. */
export interface Between {
  readonly base: CommitSha;
  readonly head: CommitSha;
  readonly merged: CommitSha | null;
}

/**
 * The hosts that a change reaches, read in the worker's own copy. Where there is none (no git, no network, a repository
 * that cannot be read) the answer is told by paths, which names more and never fewer.
 */
export async function affectedOf(
  bot: Bot,
  repository: RepositoryRef,
  config: FleetConfig,
  { base, head, merged }: Between,
  changed: readonly string[],
): Promise<AffectedHosts> {
  if (changed.length === 0) return affectedByPaths(config, changed);
  try {
    const at = (sha: CommitSha) => readingAt(bot, repository, sha);
    const [before, after, main] = await Promise.all([at(base), at(head), at(merged ?? head)]);
    const affected = affectedByImports(config, { before, after, changed });
    if (main === after) return affected;
    // On the default branch somebody may meanwhile use a file that the change touches. Hosts that others added are
    // none of it, so the machines of before are those of the merge, over the files of before.
    const asBefore = { ...main, repository: before.repository };
    return joined(affected, affectedByImports(config, { before: asBefore, after: main, changed }));
  } catch (error) {
    bot.log.warn('affected hosts are told by paths', { repository: repository.name, head, error });
    return affectedByPaths(config, changed);
  }
}

async function readingAt(bot: Bot, repository: RepositoryRef, sha: CommitSha): Promise<Reading> {
  const copied = await bot.copies.open(repository, sha);
  try {
    return await bot.readings.of(copied.treeId, copied.tree);
  } finally {
    copied.close();
  }
}
