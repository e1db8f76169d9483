import type { HostConfig } from '../config/fleet-config.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { canonicalName, isWithin } from '../dns/name.ts';
import { type OpenZone, openZone } from '../dns/zone.ts';
import { planDnsChange } from '../dns/plan-change.ts';
import { directTitle, renderDirectChange } from '../report/change.ts';
import type { DnsAsk } from '../writer/direct/ask.ts';
import { readAsk } from '../writer/direct/read-ask.ts';
import { resolveAsks } from '../writer/direct/resolve-ask.ts';
import type { Bot } from './bot.ts';
import { openPullRequest } from './change-postings.ts';
import type { ChangeJob } from './change-job.ts';
import type { Fleet } from './read-fleet.ts';
import { zoneSources, zoneTexts } from './zone-texts.ts';

/** The words that ask: the comment's where one asked, else the issue's own. */
export function wordsOf(job: ChangeJob): string {
  return job.said ?? `${job.title}\n${job.body}`;
}

/**
 * Makes a change that needs no model: the words are read strictly, resolved against the fleet, and turned into edits by
 * code. Refuses with `ask-not-understood` what is anything else than DNS; every other refusal is about the ask itself.
 */
export async function changeDirectly(bot: Bot, job: ChangeJob, fleet: Fleet): Promise<Refusal | null> {
  const asks = readAsk(wordsOf(job));
  if (isRefusal(asks)) return asks;
  const zones = zoneSources(fleet.config);
  const files = await zoneTexts(fleet.tree, fleet.config);
  // A zone whose file is missing is missed by the asks for its own names only; the plan of the pull request tells of it.
  const all = zones.map((source) => openZone(source, files));
  const opened = all.flatMap((zone) => (isRefusal(zone) ? [] : [zone]));
  const hosts = new Map(Object.entries<HostConfig>(fleet.config.hosts).map(([name, { address }]) => [name, address]));
  const changes = resolveAsks(asks, { zones: opened, hosts });
  if (isRefusal(changes)) return changes.code === 'zone-not-found' ? (unopened(asks, all) ?? changes) : changes;
  const planned = planDnsChange({ zones, files }, changes, bot.clock.now());
  if (isRefusal(planned)) return planned;
  const serials = planned.serials.map((bump) => ({ ...bump, before: String(bump.old), after: String(bump.new) }));
  const body = renderDirectChange({
    issue: job.issue,
    asker: job.asker,
    records: planned.rows,
    serials,
    findings: planned.findings,
  });
  await openPullRequest(bot, job, fleet, { title: directTitle(planned.rows), body, edits: planned.edits });
  bot.tell({ step: 'change-written', issue: job.issue, text: directTitle(planned.rows) });
  return null;
}

/** Why the zone of an asked name could not be opened, where that is what is missing. */
function unopened(asks: readonly DnsAsk[], zones: readonly (OpenZone | Refusal)[]): Refusal | null {
  const names = asks.map(({ name }) => canonicalName(name));
  const found = zones
    .filter(isRefusal)
    .find(({ facts }) => names.some((name) => isWithin(name, String(facts['zone']))));
  return found ?? null;
}
