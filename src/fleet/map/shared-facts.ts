import type { FoundHost } from '../../nix/hosts/found.ts';
import type { Fact } from '../fact.ts';

/** Facts that all hosts have in common, so that the map tells them once. */
export interface SharedFacts {
  readonly representatives: readonly Fact[];
  has(fact: Fact): boolean;
}

/** Two hosts that agree are no rule yet. */
const fewestHosts = 3;

export function sharedFacts(hosts: readonly FoundHost[], facts: readonly Fact[]): SharedFacts {
  const holders = new Map<string, { readonly first: Fact; readonly hosts: Set<string> }>();
  const names = new Set(hosts.map(({ name }) => name));
  for (const fact of facts) {
    if (fact.host === null || fact.guest !== undefined || !names.has(fact.host)) continue;
    const known = holders.get(keyOf(fact));
    if (known === undefined) holders.set(keyOf(fact), { first: fact, hosts: new Set([fact.host]) });
    else known.hosts.add(fact.host);
  }
  const shared = names.size < fewestHosts ? [] : [...holders].filter(([, holder]) => holder.hosts.size === names.size);
  const keys = new Set(shared.map(([key]) => key));
  return {
    representatives: shared.map(([, { first }]) => first),
    has: (fact) => fact.guest === undefined && fact.host !== null && keys.has(keyOf(fact)),
  };
}

function keyOf({ kind, name, value }: Fact): string {
  return [kind, name, value].join('\n');
}
