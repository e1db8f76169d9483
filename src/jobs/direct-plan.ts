import type { FleetConfig, HostConfig } from '../config/fleet-config.ts';
import type { CommitSha } from '../core/names.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { Tree } from '../core/tree.ts';
import { canonicalName, isWithin } from '../dns/name.ts';
import { type DnsPlan, planDnsChange } from '../dns/plan-change.ts';
import { type OpenZone, openZone } from '../dns/zone.ts';
import type { DnsAsk } from '../writer/direct/ask.ts';
import { resolveAsks } from '../writer/direct/resolve-ask.ts';
import type { Bot } from './bot.ts';
import type { RepositoryRef } from './forge.ts';
import { knownSerials } from './known-serials.ts';
import { proveZones } from './prove-zones.ts';
import { zoneSources, zoneTexts } from './zone-texts.ts';

/** The branch that is changed, and the default branch as it is at `sha`. */
export interface PlannedOn {
  readonly repository: RepositoryRef;
  readonly sha: CommitSha;
  readonly tree: Tree;
  readonly current: Tree;
}

/**
 * The edits for asks that were read strictly: every name resolved against the fleet, every changed zone proven. The
 * serials count from `current`, the default branch as it is; on a branch they are raised once.
 */
export async function directPlan(
  bot: Bot,
  config: FleetConfig,
  { repository, sha, tree, current }: PlannedOn,
  asks: readonly DnsAsk[],
): Promise<DnsPlan | Refusal> {
  const zones = zoneSources(config);
  const files = await zoneTexts(tree, config);
  const baseFiles = current === tree ? files : await zoneTexts(current, config);
  // A zone whose file is missing is missed by the asks for its own names only; the plan of the pull request tells of it.
  const all = zones.map((source) => openZone(source, files));
  const opened = all.flatMap((zone) => (isRefusal(zone) ? [] : [zone]));
  const hosts = new Map(Object.entries<HostConfig>(config.hosts).map(([name, { address }]) => [name, address]));
  const changes = resolveAsks(asks, { zones: opened, hosts });
  if (isRefusal(changes)) return changes.code === 'zone-not-found' ? (unopened(asks, all) ?? changes) : changes;
  const now = bot.clock.now();
  const serials = await knownSerials(bot, { repository, sha }, opened, changes);
  const planned = planDnsChange({ zones, files, baseFiles, serials }, changes, now);
  if (isRefusal(planned)) return planned;
  const after = new Map(files);
  for (const edit of planned.edits) if (edit.after !== null) after.set(edit.path, edit.after);
  const diff = { files: [], zones, zoneTexts: { before: files, after, current: baseFiles }, now };
  const proof = await proveZones(bot.zoneCompiler, diff, planned);
  return isRefusal(proof) ? proof : { ...planned, findings: [...planned.findings, ...proof] };
}

/** Why the zone of an asked name could not be opened, where that is what is missing. */
function unopened(asks: readonly DnsAsk[], zones: readonly (OpenZone | Refusal)[]): Refusal | null {
  const names = asks.map(({ name }) => canonicalName(name));
  const found = zones
    .filter(isRefusal)
    .find(({ facts }) => names.some((name) => isWithin(name, String(facts['zone']))));
  return found ?? null;
}
