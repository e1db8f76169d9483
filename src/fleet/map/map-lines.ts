import type { Fact, FactKind } from '../fact.ts';
import { groupBy } from '../conflicts/things.ts';

/** One line of the map for a machine: some kinds of facts under one word. */
export interface MapLine {
  readonly label: string;
  readonly kinds: readonly FactKind[];
  readonly items: (facts: readonly Fact[]) => readonly string[];
}

/** The lines in the order in which they are read. */
export const mapLines: readonly MapLine[] = [
  { label: 'net', kinds: ['address', 'vlan', 'interface', 'prefix'], items: netItems },
  { label: 'runs', kinds: ['service', 'service-port'], items: serviceItems },
  { label: 'open', kinds: ['open-port'], items: portItems },
  { label: 'guests', kinds: ['container', 'virtual-machine'], items: named },
  { label: 'vhosts', kinds: ['vhost'], items: pointing },
  { label: 'monitors', kinds: ['monitor'], items: valued },
  { label: 'scrapes', kinds: ['scrape-target'], items: valued },
  { label: 'links', kinds: ['dashboard-link'], items: valued },
  { label: 'users', kinds: ['user'], items: named },
  { label: 'keys', kinds: ['key'], items: (facts) => counted(facts) },
  { label: 'secrets', kinds: ['secret'], items: named },
];

/** What gives way first where there is too little room. */
export const leastUseful: readonly string[] = [
  'keys',
  'users',
  'secrets',
  'links',
  'scrapes',
  'monitors',
  'vhosts',
  'names',
  'open',
  'guests',
  'runs',
  'net',
];

/** Interfaces with their VLAN and addresses: `svc vlan 20 10.0.20.12/24`. What is routed to comes behind. */
function netItems(facts: readonly Fact[]): readonly string[] {
  const routed = facts.filter(({ kind }) => kind === 'prefix');
  const byName = groupBy(
    facts.filter(({ kind }) => kind !== 'prefix'),
    ({ name }) => name,
  );
  const order = { address: 0, vlan: 1, interface: 2 };
  const rank = (of: readonly Fact[]): number =>
    Math.min(...of.map(({ kind }) => (kind in order ? order[kind as keyof typeof order] : 3)));
  const interfaces = [...byName].sort(([, a], [, b]) => rank(a) - rank(b));
  const words = interfaces.map(([name, of]) => {
    const vlan = of.find(({ kind }) => kind === 'vlan');
    const addresses = of.filter(({ kind }) => kind === 'address').map(({ value }) => value);
    return [name, ...(vlan === undefined ? [] : [`vlan ${vlan.value}`]), ...addresses].join(' ');
  });
  return [...words, ...routed.map(({ name, value }) => `${name} to ${value}`)];
}

/** Services with the ports that they are known to listen on; those with a port first. */
function serviceItems(facts: readonly Fact[]): readonly string[] {
  const byName = groupBy(facts, ({ name }) => name);
  const items = [...byName].map(([name, of]) => {
    const ports = of.filter(({ kind }) => kind === 'service-port').map(({ value }) => value.replace(/\/tcp$/, ''));
    return { text: [name, ...ports].join(' '), hasPort: ports.length > 0 };
  });
  return [...items.filter(({ hasPort }) => hasPort), ...items.filter(({ hasPort }) => !hasPort)].map(
    ({ text }) => text,
  );
}

/** Ports by interface, with numbers in their order: `22/tcp`, `53/udp on wg0`. */
function portItems(facts: readonly Fact[]): readonly string[] {
  const sorted = [...facts].sort((a, b) =>
    a.name === b.name ? Number.parseInt(a.value, 10) - Number.parseInt(b.value, 10) : a.name < b.name ? -1 : 1,
  );
  return sorted.map(({ name, value }) => {
    const port = value.replace(/\/tcp$/, '');
    return name === 'firewall' ? port : `${port} on ${name}`;
  });
}

function named(facts: readonly Fact[]): readonly string[] {
  return facts.map(({ name }) => name);
}

function valued(facts: readonly Fact[]): readonly string[] {
  return facts.map(({ name, value }) => (name === value || name === '' ? value : `${name} ${value}`));
}

function pointing(facts: readonly Fact[]): readonly string[] {
  return facts.map(({ name, value }) => (value === '' ? name : `${name} -> ${value}`));
}

function counted(facts: readonly Fact[]): readonly string[] {
  return [...groupBy(facts, ({ name }) => name)].map(([name, of]) => `${name} ${of.length}`);
}
