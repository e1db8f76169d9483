import type { FleetConfig } from '../config/fleet-config.ts';
import { type Edit, overlay } from '../core/edit.ts';
import { isRefusal } from '../core/refusal.ts';
import type { Tree } from '../core/tree.ts';
import { changedEntries } from '../core/tree-diff.ts';
import { loadZoneTexts, mayInclude } from '../dns/load-zone-texts.ts';
import type { KnownServers } from '../dns/serial-evidence.ts';
import { openZone, type OpenZone, type ZoneSource } from '../dns/zone.ts';
import type { CommitSha } from '../core/names.ts';
import { readFacts } from '../fleet/read-facts.ts';
import type { FactStates } from '../guard/guard.ts';
import { readFleet } from '../nix/hosts/find-hosts.ts';
import type { Bot } from './bot.ts';
import type { RepositoryRef } from './forge.ts';
import { knownServersIn } from './known-serials.ts';
import type { CopiedCommit } from './worker-copies.ts';
import { zoneSources } from './zone-texts.ts';

/** What a repository says before a change and after it: at another commit, or with edits that no commit holds yet. */
export interface ChangedFacts {
  readonly base: CommitSha;
  readonly head: CommitSha | readonly Edit[];
}

/**
 * The facts on both sides of a change, read in the worker's own copy. Null where there is none: asking a forge for every
 * file of a repository is no way to read it, and half of the facts would be worse than none.
 */
export async function factsOf(
  bot: Bot,
  repository: RepositoryRef,
  config: FleetConfig,
  { base, head }: ChangedFacts,
): Promise<FactStates | null> {
  const zones = zoneSources(config);
  const opened: CopiedCommit[] = [];
  const open = async (sha: CommitSha): Promise<CopiedCommit> => {
    const copied = await bot.copies.open(repository, sha);
    opened.push(copied);
    return copied;
  };
  try {
    const copied = await open(base);
    const before = await bot.readings.facts(copied, zones);
    if (typeof head === 'string') {
      const fresh = await open(head);
      const known = await serversKnown(bot, copied, fresh.tree, zones);
      return { before, after: await bot.readings.facts(fresh, zones), ...known };
    }
    // Nothing else will ever ask for this state: it is not kept.
    const edited = overlay(copied.tree, head);
    const known = await serversKnown(bot, copied, edited, zones);
    return { before, after: (await readFacts(await readFleet(edited), edited, zones)).facts, ...known };
  } catch (error) {
    bot.log.warn('conflicts are not looked for', { repository: repository.name, base, error });
    return null;
  } finally {
    for (const copied of opened) copied.close();
  }
}

/** What the base tells of the serials and servers of the zones that differ on the other side. */
async function serversKnown(
  bot: Bot,
  copied: CopiedCommit,
  after: Tree,
  zones: readonly ZoneSource[],
): Promise<KnownServers> {
  const changed = new Set((await changedEntries(copied.tree, after)).map(({ path }) => path));
  const texts = await loadZoneTexts(copied.tree, zones);
  const touched = zones.filter(({ file }) => changed.has(file) || mayInclude(texts.get(file)));
  const opened = (sources: readonly ZoneSource[]): readonly OpenZone[] =>
    sources.flatMap((source) => {
      const zone = openZone(source, texts);
      return isRefusal(zone) ? [] : [zone];
    });
  return knownServersIn(copied, opened(touched), async () => opened(zones), bot.clock.now());
}
