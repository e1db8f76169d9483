import { canonicalIpv4, canonicalIpv6 } from '../../dns/address.ts';
import { canonicalName, isWithin } from '../../dns/name.ts';
import type { HeldRecord } from '../../dns/record.ts';
import { zoneRecords, type OpenZone } from '../../dns/zone.ts';

/** What the asks are resolved against: the zones of the fleet, and where the configuration says its hosts are. */
export interface FleetNames {
  readonly zones: readonly (OpenZone | UnreadZone)[];
  /** Host name to `address` as configured: an address or a name. */
  readonly hosts: ReadonlyMap<string, string>;
}

/** A zone of which only the name is known so far. */
export interface UnreadZone {
  readonly name: string;
  readonly documents: null;
}

export interface IndexedZone {
  readonly name: string;
  readonly owners: ReadonlyMap<string, readonly HeldRecord[]>;
}

/** Everything that names and addresses are looked up in, made once for all asks of a change. */
export interface Directory {
  readonly zones: readonly IndexedZone[];
  readonly hosts: ReadonlyMap<string, string>;
  /** Zones that were looked into and are not read yet. With one here all is a guess: no zone is looked into only for it. */
  readonly missed: ReadonlySet<string>;
}

export function directoryOf(fleet: FleetNames, missed: Set<string>): Directory {
  const zones = fleet.zones.map((zone) => indexedZone(zone, missed));
  return { zones, hosts: new Map([...fleet.hosts].map(([name, address]) => [name.toLowerCase(), address])), missed };
}

const nobody: ReadonlyMap<string, readonly HeldRecord[]> = new Map();

function indexedZone(zone: OpenZone | UnreadZone, missed: Set<string>): IndexedZone {
  let owners: ReadonlyMap<string, readonly HeldRecord[]> | null = null;
  return {
    name: zone.name,
    get owners() {
      if (zone.documents === null) {
        missed.add(zone.name);
        return nobody;
      }
      owners ??= recordsByOwner(zone);
      return owners;
    },
  };
}

function recordsByOwner(zone: OpenZone): ReadonlyMap<string, readonly HeldRecord[]> {
  const owners = new Map<string, HeldRecord[]>();
  for (const record of zoneRecords(zone)) {
    const own = owners.get(record.owner);
    if (own === undefined) owners.set(record.owner, [record]);
    else own.push(record);
  }
  return owners;
}

/** The zone that a canonical name belongs to: the longest that holds it. */
export function zoneOf(directory: Directory, name: string): IndexedZone | null {
  let best: IndexedZone | null = null;
  for (const zone of directory.zones) {
    if (isWithin(name, zone.name) && (best === null || zone.name.length > best.name.length)) best = zone;
  }
  return best;
}

export function recordsAt(directory: Directory, name: string): readonly HeldRecord[] {
  return zoneOf(directory, name)?.owners.get(name) ?? [];
}

export function isReverse(zone: string): boolean {
  return zone.endsWith('.in-addr.arpa.') || zone.endsWith('.ip6.arpa.');
}

export interface Addresses {
  readonly A: readonly string[];
  readonly AAAA: readonly string[];
}

/** The addresses of a canonical name in the zones of the fleet, through at most eight CNAMEs. */
export function addressesOf(directory: Directory, name: string): Addresses {
  let at = name;
  for (let hop = 0; hop < 8; hop += 1) {
    const records = recordsAt(directory, at);
    const alias = records.find((record) => record.type === 'CNAME');
    if (alias === undefined) {
      const of = (type: string): readonly string[] => [
        ...new Set(records.filter((record) => record.type === type).map((record) => record.data)),
      ];
      return { A: of('A'), AAAA: of('AAAA') };
    }
    at = alias.data;
  }
  return { A: [], AAAA: [] };
}

/** The addresses that the configuration gives a host, where its `address` is one or names one. */
export function configuredAddresses(directory: Directory, host: string): Addresses {
  const address = directory.hosts.get(host.toLowerCase());
  if (address === undefined) return { A: [], AAAA: [] };
  const ipv4 = canonicalIpv4(address);
  const ipv6 = canonicalIpv6(address);
  if (ipv4 !== null) return { A: [ipv4], AAAA: [] };
  if (ipv6 !== null) return { A: [], AAAA: [ipv6] };
  return addressesOf(directory, canonicalName(address));
}
