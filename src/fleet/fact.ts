/**
 * What a fact is about. The order is the one of the map within a host: first where it is, then what it does, then who
 * looks at it.
 */
export const factKinds = [
  'host-name',
  'interface',
  'vlan',
  'address',
  'prefix',
  'container',
  'virtual-machine',
  'service',
  'service-port',
  'open-port',
  'vhost',
  'dns-name',
  'reverse-name',
  'monitor',
  'scrape-target',
  'dashboard-link',
  'user',
  'key',
  'secret',
] as const;

export type FactKind = (typeof factKinds)[number];

/**
 * Something that the repository says and that others must not contradict, with the place that says it.
 * `name` tells it from its siblings on the host (an interface, a unit, a vhost); `value` is what is said of it
 * (an address with its prefix length, a port with its protocol, a target). A secret's value is never read.
 */
export interface Fact {
  readonly kind: FactKind;
  /** The attribute that a deploy uses; null where it belongs to no host, such as a record of a zone. */
  readonly host: string | null;
  /** The container or virtual machine on the host that it belongs to, where it is not the host itself. */
  readonly guest?: string;
  readonly name: string;
  readonly value: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}
