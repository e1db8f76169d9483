import type { FleetConfig } from '../config/fleet-config.ts';
import { isRefusal } from '../core/refusal.ts';
import { nameServersOf, zonesOfNameServers } from '../dns/name-servers.ts';
import { OpenZones } from '../dns/open-zones.ts';
import { recordDifferences } from '../dns/record-differences.ts';
import { decideSerial, type KnownOfSerial } from '../dns/serial-decision.ts';
import { numberAt, serialOf } from '../dns/serial-reading.ts';
import type { OpenZone } from '../dns/zone.ts';
import type { Diff } from '../guard/guard.ts';
import { type ChangedZone, changedZones, recordsOf } from '../guard/zones-changed.ts';
import type { ReportedDns, ReportedZone } from '../report/dns-changes.ts';

/** What a diff does to the zones, as its pull request tells it: the same for every way by which it came about. */
export function dnsChangesOf(
  diff: Diff,
  config: FleetConfig,
  known: ReadonlyMap<string, KnownOfSerial> = diff.facts?.serials ?? new Map(),
): ReportedDns {
  const zones = changedZones(diff);
  const records = zones.flatMap(({ before, after }) => recordDifferences(recordsOf(before), recordsOf(after)));
  return {
    records: records.map(({ owner, ...record }) => ({ ...record, name: owner })),
    zones: zones.map((zone) => reportedZone(zone, diff, config, known.get(zone.name) ?? {})),
  };
}

function reportedZone(zone: ChangedZone, diff: Diff, config: FleetConfig, known: KnownOfSerial): ReportedZone {
  const before = zone.before === null ? null : serialOf(zone.before);
  const after = zone.after === null ? null : serialOf(zone.after);
  const servers = config.zones[zone.source.zone]?.servers ?? [];
  return {
    zone: zone.name,
    before: before?.serial.text ?? null,
    after: after?.serial.text ?? null,
    rule: ruleOf({ before, after }, known, diff.now),
    servers,
    others: zone.after === null ? [] : otherServers(zone.after, diff, config, servers.length > 0),
  };
}

/** A name without an address in the repository may well be one of the servers that are told already. */
function otherServers(zone: OpenZone, diff: Diff, config: FleetConfig, told: boolean): readonly string[] {
  const all = new OpenZones(diff.zones, diff.zoneTexts.after);
  const beside = zonesOfNameServers(zone, all.names()).flatMap((name) => {
    const other = all.zone(name);
    return isRefusal(other) ? [] : [other];
  });
  const found = nameServersOf(zone, config, beside);
  return found.flatMap(({ name, address }) => (told && !/^[\d.]+$|:/.test(address) ? [] : [name]));
}

type Site = ReturnType<typeof serialOf>;

function ruleOf(
  { before, after }: { readonly before: Site; readonly after: Site },
  known: KnownOfSerial,
  now: number,
): string {
  if (before === null || after === null) return '';
  const next = decideSerial(before.serial, { now, known });
  if (isRefusal(next)) return '';
  if (next.kind === 'stays') return next.reason;
  if (before.serial.text === after.serial.text) return '';
  // Raised on another day, past a default branch that moved on, or by hand: what it was then is not known any more.
  return numberAt(after.serial) === next.serial ? next.rule : `${next.format}: once for this pull request`;
}
