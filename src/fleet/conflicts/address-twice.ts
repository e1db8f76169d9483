import type { Finding } from '../../core/finding.ts';
import type { Fact } from '../fact.ts';
import type { Conflict } from './conflict.ts';
import { type HeldAddress, heldAddresses } from './held-addresses.ts';
import { isAtTheEdge, isSingle, networkKey, scopeOf } from './network-address.ts';
import { byPlace, findingAtFact, groupBy, listed, machinesOf, placeWords, thingWords } from './things.ts';

/** One address on two things. */
export const addressTwice: Conflict = {
  id: 'address-twice',
  summary: 'Two machines, two guests, or two interfaces of one machine have the same address.',
  find(facts) {
    const machineOf = machinesOf(facts);
    const held: Held[] = heldAddresses(facts)
      .filter(({ fact }) => !isDeliberate.test(fact.name))
      .map((each) => ({ ...each, machine: machineOf(each.fact) }));
    const neighbours = groupBy(held, ({ address }) => networkKey(address));
    return [...groupBy(held, ({ address }) => address.text).values()].flatMap((group) => findingsOf(group, neighbours));
  },
};

interface Held extends HeldAddress {
  readonly machine: string;
}

type Networks = ReadonlyMap<string, readonly Held[]>;

/** Addresses that several machines carry on purpose: announced from many places, or moved from one to the next. */
const isDeliberate = /^(lo\d*|dummy.*)$|loopback|anycast|vrrp|keepalived|virtual_?ip|\bvip|carp|failover|initrd/i;

/** Networks that a host makes for itself, or that a provider makes for each alike: the same numbers are other machines. */
const isLocal =
  /^(docker|podman|cni|virbr|vmnet|veth|ve-|vb-|lxc|lxd|incus|vnet|tap|vm-|microvm|br-)|nat\d*$|waydroid|wgcf|warp|wrap/i;

function findingsOf(group: readonly Held[], networks: Networks): readonly Finding[] {
  // One line that several hosts share is one declaration: whoever wrote it meant all of them.
  const sites = [...new Map(group.map((one) => [placeWords(one.fact), one])).values()].sort((a, b) =>
    byPlace(a.fact, b.fact),
  );
  const last = sites.at(-1);
  if (last === undefined) return [];
  const others = onePerMachine(sites, last);
  if (others.length === 0) return twoInterfaces(sites);
  const level = levelOf([last, ...others], networks);
  if (level === null) return [];
  const message = `${last.address.text} is on ${listed([...others, last].map(siteWords))}`;
  return [findingAtFact(last.fact, { check: addressTwice.id, level, message })];
}

function onePerMachine(sites: readonly Held[], last: Held): readonly Held[] {
  const firsts = new Map<string, Held>();
  for (const site of sites)
    if (!firsts.has(site.machine) && !isHandedOver(site.fact, last.fact)) firsts.set(site.machine, site);
  firsts.delete(last.machine);
  return [...firsts.values()];
}

/**
 * A host may give an interface away: the same name on it and in its container is one interface. What a container calls
 * its own end of the wire to its host is another one.
 */
function isHandedOver(a: Fact, b: Fact): boolean {
  const given = (a.guest === undefined) !== (b.guest === undefined) && a.host === b.host && a.name === b.name;
  return given && !/^(eth0|host0|mv-.*)$/.test(a.name);
}

function siteWords({ fact }: Held): string {
  return `${thingWords(fact)} (${fact.name}, ${placeWords(fact)})`;
}

/** Null: these may well be networks that never meet. */
function levelOf(sites: readonly Held[], networks: Networks): Finding['level'] | null {
  const [first] = sites;
  if (first === undefined) return null;
  const hosts = new Set(sites.map(({ fact }) => fact.host));
  if (hosts.size === 1 || sites.some(({ address }) => scopeOf(address) === 'public')) return 'error';
  if (sites.some(({ fact }) => isLocal.test(fact.name))) return null;
  const spans = sites.every(({ address }) =>
    (networks.get(networkKey(address)) ?? []).some(
      (other) => other.fact.guest === undefined && !hosts.has(other.fact.host) && !isLocal.test(other.fact.name),
    ),
  );
  if (spans) return 'error';
  // A provider gives each machine the same end of its tunnel.
  if (sites.length > 2 && sites.every(({ address }) => isSingle(address))) return null;
  // Every home has a 192.168.1.1, and every host a first address for its own guests.
  return sites.some(({ fact, address }) => fact.guest !== undefined || isAtTheEdge(address)) ? null : 'warning';
}

/** Two interfaces of one machine: a route chooses one of them, and the other is deaf. */
function twoInterfaces(sites: readonly Held[]): readonly Finding[] {
  const last = sites.at(-1);
  const other = sites.find(({ fact }) => fact.name !== last?.fact.name && fact.guest === last?.fact.guest);
  if (last === undefined || other === undefined) return [];
  // A single address is put on several interfaces on purpose where hosts are routed to, not switched.
  // So is one that a router has in two networks of different size.
  if ([last, other].some(({ address }) => isSingle(address)) || last.fact.host !== other.fact.host) return [];
  if (last.address.prefix !== other.address.prefix) return [];
  const message = `${last.address.text} is on two interfaces of ${thingWords(last.fact)}: ${other.fact.name} (${placeWords(other.fact)}) and ${last.fact.name} (${placeWords(last.fact)})`;
  return [findingAtFact(last.fact, { check: addressTwice.id, level: 'warning', message })];
}
