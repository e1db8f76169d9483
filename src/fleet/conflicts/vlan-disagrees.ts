import type { Finding } from '../../core/finding.ts';
import type { Fact } from '../fact.ts';
import type { Conflict } from './conflict.ts';
import { isSingle, networkKey, readNetworkAddress, scopeOf } from './network-address.ts';
import { byPlace, fewOf, findingAtFact, groupBy, machinesOf, placeWords } from './things.ts';

/** A VLAN id that the other hosts of the same subnet do not have. */
export const vlanDisagrees: Conflict = {
  id: 'vlan-disagrees',
  summary: 'An interface’s VLAN id is not the one by which the other hosts reach the same subnet.',
  find(facts) {
    const machineOf = machinesOf(facts);
    const vlans = new Map<string, Fact>();
    for (const fact of facts)
      if (fact.kind === 'vlan' && fact.host !== null && idOf(fact) !== null) vlans.set(interfaceKey(fact), fact);
    const tagged = facts.flatMap((fact): Tagged[] => {
      const address = fact.kind === 'address' && fact.host !== null ? readNetworkAddress(fact.value) : null;
      const vlan = vlans.get(interfaceKey(fact));
      if (address === null || vlan === undefined || isSingle(address) || scopeOf(address) === 'no-machine') return [];
      return [{ fact, vlan, id: idOf(vlan) ?? 0, subnet: networkKey(address), machine: machineOf(fact) }];
    });
    return [...groupBy(tagged, ({ subnet }) => subnet).values()].flatMap(disagreements);
  },
};

interface Tagged {
  readonly fact: Fact;
  readonly vlan: Fact;
  readonly id: number;
  readonly subnet: string;
  readonly machine: string;
}

function interfaceKey({ host, guest, name }: Fact): string {
  return `${host} ${guest ?? ''} ${name}`;
}

/** 12 bits, of which 0 and 4095 are no VLANs (IEEE 802.1Q). */
function idOf({ value }: Fact): number | null {
  const id = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  return id >= 1 && id <= 4094 ? id : null;
}

function disagreements(tagged: readonly Tagged[]): readonly Finding[] {
  const sorted = [...tagged].sort((a, b) => byPlace(a.vlan, b.vlan));
  const byId = [...groupBy(sorted, ({ id }) => String(id)).values()].sort((a, b) => machines(b) - machines(a));
  const [most, ...others] = byId;
  if (most === undefined) return [];
  const usual = new Set(most.map(({ machine }) => machine));
  return others.flatMap((group) =>
    // One machine with the subnet on two VLANs is a machine that joins them.
    group.flatMap((one) => (usual.has(one.machine) ? [] : [findingOf(one, most)])),
  );
}

function machines(group: readonly Tagged[]): number {
  return new Set(group.map(({ machine }) => machine)).size;
}

function findingOf({ fact, vlan, id }: Tagged, most: readonly Tagged[]): Finding {
  const others = [...new Set(most.map((one) => `${one.fact.host} (${placeWords(one.vlan)})`))];
  const message = `${fact.name} of ${fact.host} has ${fact.value} on VLAN ${id}; that subnet is VLAN ${most[0]?.id} on ${fewOf(others)}`;
  return findingAtFact(vlan, { check: vlanDisagrees.id, level: 'warning', message });
}
