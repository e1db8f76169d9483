import type { FleetConfig } from '../config/fleet-config.ts';
import { attributeOf } from '../config/host-target.ts';
import type { DerivedProbe } from '../core/derived-probe.ts';
import type { CommitSha, HostName } from '../core/names.ts';
import type { FactStates } from '../guard/guard.ts';
import { derivedProbes } from '../host/probes/derived-probes.ts';
import type { Bot } from './bot.ts';
import type { RepositoryRef } from './forge.ts';
import { zoneSources } from './zone-texts.ts';

/** What a change suggests to ask of a host after its deploy. */
export type DerivedOf = (host: HostName) => readonly DerivedProbe[];

/** As the facts on both sides say it; nothing of any host where they are not known. */
export function derivedFrom(config: FleetConfig, facts: Pick<FactStates, 'before' | 'after'> | null): DerivedOf {
  return (host) => {
    const probes = config.hosts[host]?.probes;
    if (facts === null || probes === undefined) return [];
    return derivedProbes(facts.before, facts.after, { attribute: attributeOf(config, host), probes });
  };
}

/**
 * As the two commits say it, read in the worker's own copy. A repository that cannot be read there is deployed all the
 * same: these probes are an addition, and whoever declared some has them.
 */
export async function derivedBetween(
  bot: Bot,
  repository: RepositoryRef,
  config: FleetConfig,
  { base, head }: { readonly base: CommitSha; readonly head: CommitSha },
): Promise<DerivedOf> {
  const wanted = Object.values(config.hosts).some(({ probes }) => probes.derived !== false);
  if (!wanted) return () => [];
  const zones = zoneSources(config);
  const factsAt = async (sha: CommitSha) => {
    const copied = await bot.copies.open(repository, sha);
    try {
      return await bot.readings.facts(copied, zones);
    } finally {
      copied.close();
    }
  };
  try {
    return derivedFrom(config, { before: await factsAt(base), after: await factsAt(head) });
  } catch (error) {
    bot.log.warn('what a change suggests to ask is not worked out', { repository: repository.name, head, error });
    return () => [];
  }
}
