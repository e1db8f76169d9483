import type { Fact } from '../fact.ts';
import { type NetworkAddress, readNetworkAddress, scopeOf } from './network-address.ts';

/** An address that some machine has, and where that is said. */
export interface HeldAddress {
  readonly fact: Fact;
  readonly address: NetworkAddress;
}

/** All addresses by which one machine may be told from another: those of machines alone, not loopback and its kin. */
export function heldAddresses(facts: readonly Fact[]): HeldAddress[] {
  return facts.flatMap((fact) => {
    const address = fact.kind === 'address' && fact.host !== null ? readNetworkAddress(fact.value) : null;
    return address === null || scopeOf(address) === 'no-machine' ? [] : [{ fact, address }];
  });
}
