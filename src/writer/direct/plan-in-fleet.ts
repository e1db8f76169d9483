import { isRefusal, type Refusal } from '../../core/refusal.ts';
import type { Tree } from '../../core/tree.ts';
import type { RecordChange } from '../../dns/change.ts';
import { loadZoneTexts } from '../../dns/load-zone-texts.ts';
import { canonicalName } from '../../dns/name.ts';
import { type DnsPlan, planDnsChange } from '../../dns/plan-change.ts';
import type { KnownServers, ServerWitnesses } from '../../dns/serial-evidence.ts';
import type { ServerProgram } from '../../dns/server-programs.ts';
import { type OpenZone, openZone, type ZoneSource } from '../../dns/zone.ts';
import { sourcesToChange } from '../../dns/zones-for.ts';
import type { DnsAsk } from './ask.ts';
import type { FleetNames } from './fleet-names.ts';
import { resolveInFleet } from './resolve-in-fleet.ts';

/** A repository whose names are asked to change. */
export interface ChangingFleet {
  readonly zones: readonly ZoneSource[];
  readonly hosts: FleetNames['hosts'];
  /** What is changed. */
  readonly tree: Tree;
  /** What the serials count from: the default branch, which `tree` may have left. A zone that is past it is not raised again. */
  readonly base: Tree;
  /** Milliseconds since the epoch. */
  readonly now: number;
  knownServers(zones: readonly OpenZone[], neighbours: ServerWitnesses['neighbours']): Promise<KnownServers>;
}

/** A plan with what it was made from: the zones that it can reach, and no others. */
export interface PlanInFleet extends DnsPlan {
  readonly zones: readonly ZoneSource[];
  readonly files: ReadonlyMap<string, string>;
  readonly baseFiles: ReadonlyMap<string, string>;
  readonly programs: readonly ServerProgram[];
  readonly known: KnownServers['serials'];
}

/** The edits for asks that were read strictly, every name resolved against the fleet. One engine for every way in. */
export async function planInFleet(asks: readonly DnsAsk[], fleet: ChangingFleet): Promise<PlanInFleet | Refusal> {
  const sources = new Map(fleet.zones.map((source) => [canonicalName(source.zone), source]));
  const read = async (names: readonly string[]) => {
    const wanted = names.flatMap((name) => sources.get(name) ?? []);
    const texts = await loadZoneTexts(fleet.tree, wanted);
    return new Map(wanted.map((source) => [canonicalName(source.zone), openZone(source, texts)]));
  };
  const changes = await resolveInFleet(asks, { zones: [...sources.keys()], hosts: fleet.hosts, read });
  if (isRefusal(changes)) return changes;
  const touched = opened(await read([...new Set(changes.map(({ zone }) => zone))]));
  const zones = sourcesToChange(fleet.zones, touched, addressesIn(changes));
  const files = await loadZoneTexts(fleet.tree, zones);
  const baseFiles = fleet.base === fleet.tree ? files : await loadZoneTexts(fleet.base, zones);
  const reached = opened(new Map(zones.map((source) => [source.zone, openZone(source, files)])));
  const neighbours = async () => opened(await read([...sources.keys()]));
  const { serials, programs } = await fleet.knownServers(reached, neighbours);
  const planned = planDnsChange({ zones, files, baseFiles, serials }, changes, fleet.now);
  return isRefusal(planned) ? planned : { ...planned, zones, files, baseFiles, programs, known: serials };
}

function opened(zones: ReadonlyMap<string, OpenZone | Refusal>): readonly OpenZone[] {
  return [...zones.values()].flatMap((zone) => (isRefusal(zone) ? [] : [zone]));
}

function addressesIn(changes: readonly RecordChange[]): readonly string[] {
  return changes.flatMap((change) => ('before' in change ? [change.before, change.data] : [change.data]));
}
