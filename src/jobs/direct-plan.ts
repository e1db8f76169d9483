import type { FleetConfig, HostConfig } from '../config/fleet-config.ts';
import type { CommitSha } from '../core/names.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { Tree } from '../core/tree.ts';
import type { DnsPlan } from '../dns/plan-change.ts';
import type { ReportedDns } from '../report/dns-changes.ts';
import type { DnsAsk } from '../writer/direct/ask.ts';
import { planInFleet } from '../writer/direct/plan-in-fleet.ts';
import type { Bot } from './bot.ts';
import { dnsChangesOf } from './dns-changes.ts';
import type { RepositoryRef } from './forge.ts';
import { knownServersAt } from './known-serials.ts';
import { proveZones } from './prove-zones.ts';
import { zoneSources } from './zone-texts.ts';

/** The branch that is changed, and the default branch as it is at `sha`. */
export interface PlannedOn {
  readonly repository: RepositoryRef;
  readonly sha: CommitSha;
  readonly tree: Tree;
  readonly current: Tree;
}

/** A plan with what its pull request tells of it. */
export interface DirectPlan extends DnsPlan {
  readonly dns: ReportedDns;
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
): Promise<DirectPlan | Refusal> {
  const now = bot.clock.now();
  const planned = await planInFleet(asks, {
    zones: zoneSources(config),
    hosts: hostAddresses(config),
    tree,
    base: current,
    now,
    knownServers: (zones, neighbours) => knownServersAt(bot, { repository, sha }, zones, neighbours),
  });
  if (isRefusal(planned)) return planned;
  const { zones, files, baseFiles, programs, known } = planned;
  const after = new Map(files);
  for (const edit of planned.edits) if (edit.after !== null) after.set(edit.path, edit.after);
  const diff = { files: [], zones, zoneTexts: { before: files, after, current: baseFiles }, now };
  const proof = await proveZones(bot.zoneCompiler, programs, diff, planned);
  if (isRefusal(proof)) return proof;
  return { ...planned, findings: [...planned.findings, ...proof], dns: dnsChangesOf(diff, config, known) };
}

export function hostAddresses(config: FleetConfig): ReadonlyMap<string, string> {
  return new Map(Object.entries<HostConfig>(config.hosts).map(([name, { address }]) => [name, address]));
}
