import type { Fact } from '../fact.ts';
import type { Finding } from '../../core/finding.ts';
import type { Conflict } from './conflict.ts';
import { type HeldAddress, heldAddresses } from './held-addresses.ts';
import {
  isAtTheEdge,
  isInNetwork,
  isSingle,
  type NetworkAddress,
  networkKey,
  readNetworkAddress,
  scopeOf,
} from './network-address.ts';
import { reverseName } from '../../dns/reverse.ts';
import { fewOf, findingAtFact, firstLabel, groupBy, machinesOf, placeWords } from './things.ts';

/** A DNS name to an address that nothing in the repository has, in a network that the fleet itself lives in. */
export const nameWithoutAddress: Conflict = {
  id: 'name-without-address',
  summary: 'A DNS name points to an address of the fleet’s own networks that nothing in the repository has.',
  find(facts) {
    const held = heldAddresses(facts);
    const taken = new Set(held.map(({ address }) => address.text));
    const networks = networksOf(held);
    const names = facts.flatMap((fact): Named[] => {
      const address = fact.kind === 'dns-name' ? readNetworkAddress(fact.value) : null;
      const network = address === null ? null : narrowest(address, networks);
      return address === null || network === null ? [] : [{ fact, address, network, known: taken.has(address.text) }];
    });
    const own = ownNames(facts, held);
    const reverse = new Set(
      facts.filter(({ kind }) => kind === 'reverse-name').map(({ name, value }) => `${name} ${value}`),
    );
    const right = new Set(names.filter(({ known }) => known).map(({ fact }) => fact.name));
    return [...groupBy(names, ({ network }) => networkKey(network)).values()].flatMap((group) =>
      group.flatMap((name) => findingsOf(name, { own, right, reverse, strangers: mostlyStrangers(group) })),
    );
  },
};

interface Named extends HeldAddress {
  readonly network: NetworkAddress;
  readonly known: boolean;
}

function networksOf(held: readonly HeldAddress[]): readonly NetworkAddress[] {
  const networks = held.flatMap(({ address }) => (isSingle(address) ? [] : [address]));
  return [...new Map(networks.map((network) => [networkKey(network), network])).values()];
}

function narrowest(address: NetworkAddress, networks: readonly NetworkAddress[]): NetworkAddress | null {
  let best: NetworkAddress | null = null;
  for (const network of networks)
    if (isInNetwork(address, network) && (best === null || (network.prefix ?? 0) > (best.prefix ?? 0))) best = network;
  return best;
}

/** The machines' addresses by the names that are theirs. */
function ownNames(facts: readonly Fact[], held: readonly HeldAddress[]): ReadonlyMap<string, readonly HeldAddress[]> {
  const machineOf = machinesOf(facts);
  const own = new Map<string, HeldAddress[]>();
  for (const one of held) {
    if (one.fact.guest !== undefined) continue;
    for (const name of new Set([machineOf(one.fact), firstLabel(one.fact.host ?? '')]))
      own.set(name, [...(own.get(name) ?? []), one]);
  }
  return own;
}

/** Where most names of a network are of things that the repository does not describe, one more is no news. */
function mostlyStrangers(group: readonly Named[]): boolean {
  const unknown = group.filter(({ known }) => !known).length;
  return unknown * 2 > group.length;
}

interface Around {
  readonly own: ReadonlyMap<string, readonly HeldAddress[]>;
  /** Names that also have an address which something has. */
  readonly right: ReadonlySet<string>;
  readonly strangers: boolean;
  /** Reverse names with what they name. */
  readonly reverse: ReadonlySet<string>;
}

function findingsOf(
  { fact, address, network, known }: Named,
  { own, right, strangers, reverse }: Around,
): readonly Finding[] {
  if (known) return [];
  const sameNetwork = (own.get(firstLabel(fact.name)) ?? []).filter((one) => isInNetwork(one.address, network));
  if (sameNetwork.length > 0 && !right.has(fact.name)) {
    const addresses = sameNetwork.map((one) => `${one.address.text} (${placeWords(one.fact)})`);
    const host = sameNetwork[0]?.fact.host ?? '';
    const message = `${fact.name} points to ${address.text}, which nothing in the repository has; ${host} has ${fewOf(addresses)}`;
    return [findingAtFact(fact, { check: nameWithoutAddress.id, level: 'warning', message })];
  }
  // Printers and neighbours are no NixOS machines, routers seldom, and a provider's network is not the fleet's own.
  if (strangers || isAtTheEdge({ ...address, prefix: network.prefix }) || scopeOf(address) === 'public') return [];
  // Whoever wrote both ways down meant this thing, whatever it is.
  if (reverse.has(`${reverseName(address.text)?.replace(/\.$/, '') ?? ''} ${fact.name}`)) return [];
  const message = `${fact.name} points to ${address.text}, which nothing in the repository has`;
  return [findingAtFact(fact, { check: nameWithoutAddress.id, level: 'note', message })];
}
