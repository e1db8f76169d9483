import type { CommitSha } from '../core/names.ts';
import { type KnownServers, knownServersOf, nothingKnown, type ServerWitnesses } from '../dns/serial-evidence.ts';
import type { OpenZone } from '../dns/zone.ts';
import type { Bot } from './bot.ts';
import type { RepositoryRef } from './forge.ts';
import type { CopiedCommit } from './worker-copies.ts';

/**
 * What a commit tells of the serials and servers of these zones, read in the worker's own copy. Where the repository
 * cannot be copied nothing is known, and a change is made all the same: a serial that is raised without need harms
 * nobody.
 */
export async function knownServersAt(
  bot: Bot,
  { repository, sha }: { readonly repository: RepositoryRef; readonly sha: CommitSha },
  zones: readonly OpenZone[],
  neighbours: ServerWitnesses['neighbours'],
): Promise<KnownServers> {
  if (zones.length === 0) return nothingKnown;
  let copied: CopiedCommit | null = null;
  try {
    copied = await bot.copies.open(repository, sha);
    return await knownServersIn(copied, zones, neighbours, bot.clock.now());
  } catch (error) {
    bot.log.warn('the servers and the history of a zone are not read', { repository: repository.name, sha, error });
    return nothingKnown;
  } finally {
    copied?.close();
  }
}

/** The same of a commit that is open already. */
export function knownServersIn(
  copied: CopiedCommit,
  zones: readonly OpenZone[],
  neighbours: ServerWitnesses['neighbours'],
  now: number,
): Promise<KnownServers> {
  const witnesses: ServerWitnesses = {
    pastTexts: (file) => copied.pastTexts(file),
    filesSaying: (...words) => copied.filesSaying(...words),
    neighbours,
  };
  return knownServersOf(zones, witnesses, now);
}
