import type { FleetConfig } from '../config/fleet-config.ts';
import { zoneServersOf } from '../config/host-target.ts';
import type { HostName } from '../core/names.ts';
import { isRefusal } from '../core/refusal.ts';
import { changedRecords } from '../dns/changed-records.ts';
import { canonicalName } from '../dns/name.ts';
import { nameServersOf, zonesOfNameServers } from '../dns/name-servers.ts';
import { OpenZones } from '../dns/open-zones.ts';
import type { KnownOfSerial } from '../dns/serial-decision.ts';
import type { OpenZone, ZoneSource } from '../dns/zone.ts';
import type { ExpectedRecord, OtherServer } from '../host/machine.ts';

interface ChangedZoneRecords {
  readonly zone: string;
  readonly open: OpenZone;
  readonly records: readonly ExpectedRecord[];
  readonly nameServers: readonly OtherServer[];
}

/** What a change brings to the zones, for the servers that are asked for it. */
export interface ChangedZones {
  readonly zones: readonly OpenZone[];
  /**
   * What a host must answer with, in a rollout to `among`. The first of the zone's hosts there also asks all its other
   * servers.
   */
  recordsOf(
    host: HostName,
    among: readonly HostName[],
    known: ReadonlyMap<string, KnownOfSerial>,
  ): readonly ExpectedRecord[];
}

export function changedZonesOf(
  config: FleetConfig,
  sources: readonly ZoneSource[],
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): ChangedZones {
  const all = new OpenZones(sources, after);
  const changed = sources.flatMap((source) => changedZone(config, source, { before, after, all }));
  return {
    zones: changed.map(({ open }) => open),
    recordsOf: (host, among, known) =>
      changed.flatMap((zone) => {
        const servers = zoneServersOf(config, zone.zone).flatMap((server) => server.host ?? []);
        if (!servers.includes(host)) return [];
        const asks = servers.find((server) => among.includes(server)) === host;
        const others = asks ? [...otherHosts(config, zone.zone, { asker: host, among }), ...zone.nameServers] : [];
        // A server that counts by itself serves a serial that the file does not tell.
        const counts = known.get(zone.open.name)?.setting?.by === 'server';
        // Told with the first record: thousands of them are stored with a rollout.
        return zone.records.map((record, at) => ({
          ...record,
          ...(counts ? { serial: null } : {}),
          ...(others.length === 0 || at > 0 ? {} : { others }),
        }));
      }),
  };
}

interface Texts {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  readonly all: OpenZones;
}

function changedZone(
  config: FleetConfig,
  source: ZoneSource,
  { before, after, all }: Texts,
): readonly ChangedZoneRecords[] {
  const records = changedRecords(source, before, after);
  const open = records.length === 0 ? null : all.zone(canonicalName(source.zone));
  if (open === null || isRefusal(open)) return [];
  const beside = zonesOfNameServers(open, all.names()).flatMap((name) => {
    const zone = all.zone(name);
    return isRefusal(zone) ? [] : [zone];
  });
  const nameServers = nameServersOf(open, config, beside).map(({ name, address }) => ({
    name: name.replace(/\.$/, ''),
    address,
    port: 53,
  }));
  return [{ zone: source.zone, open, records, nameServers }];
}

/** The zone's servers on other hosts. Those that are not deployed now fetch the change from those that are. */
function otherHosts(
  config: FleetConfig,
  zone: string,
  { asker, among }: { readonly asker: HostName; readonly among: readonly HostName[] },
): readonly OtherServer[] {
  return zoneServersOf(config, zone).flatMap(({ host, address, port }) =>
    host === null || host === asker ? [] : [{ name: host, deployed: among.includes(host), address, port }],
  );
}
