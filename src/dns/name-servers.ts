import type { FleetConfig } from '../config/fleet-config.ts';
import { zoneServersOf } from '../config/host-target.ts';
import { canonicalName, isWithin, labelsOf } from './name.ts';
import { type OpenZone, zoneRecords } from './zone.ts';

/** A server of a zone that only its NS records tell of. */
export interface NameServer {
  /** Canonical. */
  readonly name: string;
  /** The name itself where no zone of the repository has its address. */
  readonly address: string;
}

/**
 * The servers that a zone's NS records name beside those of the configuration: somebody else's secondaries, mostly. One
 * that answers at an address of a host is that host, whether the configuration lists it for this zone or not.
 */
export function nameServersOf(
  zone: OpenZone,
  config: FleetConfig,
  others: readonly OpenZone[] = [],
): readonly NameServer[] {
  const source = Object.keys(config.zones).find((name) => canonicalName(name) === zone.name);
  const listed = source === undefined ? [] : zoneServersOf(config, source);
  const zones = [zone, ...others];
  const known = new Set([...listed.map(({ address }) => address), ...hostAddresses(config, zones)]);
  const named = new Set<string>();
  for (const { owner, type, data } of zoneRecords(zone)) if (owner === zone.name && type === 'NS') named.add(data);
  return [...named].flatMap((name) => {
    const addresses = addressesAt(zones, name);
    if (Object.hasOwn(config.hosts, labelsOf(name)[0] ?? '') && addresses.length === 0) return [];
    if (addresses.some((address) => known.has(address))) return [];
    return [{ name, address: addresses[0] ?? name.replace(/\.$/, '') }];
  });
}

/** What the configuration gives hosts, and what the zones have for names that begin with a host's own. */
function hostAddresses(config: FleetConfig, zones: readonly OpenZone[]): readonly string[] {
  const hosts = new Set(Object.keys(config.hosts).map((name) => name.toLowerCase()));
  const found = Object.values(config.hosts).map(({ address }) => address);
  for (const zone of zones)
    for (const { owner, type, data } of zoneRecords(zone))
      if ((type === 'A' || type === 'AAAA') && hosts.has(labelsOf(owner)[0] ?? '')) found.push(data);
  return found;
}

function addressesAt(zones: readonly OpenZone[], name: string): readonly string[] {
  const found: string[] = [];
  for (const zone of zones) {
    if (!isWithin(name, zone.name)) continue;
    for (const { owner, type, data } of zoneRecords(zone))
      if (owner === name && (type === 'A' || type === 'AAAA')) found.push(data);
  }
  // What most of the world reaches first.
  return found.toSorted((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
}

/** The zones in which the names of a zone's servers lie, where they lie in another one. */
export function zonesOfNameServers(zone: OpenZone, names: readonly string[]): readonly string[] {
  const wanted = new Set<string>();
  for (const { owner, type, data } of zoneRecords(zone)) {
    if (owner !== zone.name || type !== 'NS' || isWithin(data, zone.name)) continue;
    const [best] = names.filter((name) => isWithin(data, name)).toSorted((a, b) => b.length - a.length);
    if (best !== undefined) wanted.add(best);
  }
  return [...wanted];
}
