import { canonicalIpv4, canonicalIpv6, ipv6Groups } from '../../dns/address.ts';

/** An address as a number, with the length of its network's prefix where the text says one. */
export interface NetworkAddress {
  /** In its one canonical spelling, without the prefix length. */
  readonly text: string;
  readonly family: 4 | 6;
  readonly bits: bigint;
  readonly prefix: number | null;
}

/** Reads `10.0.20.14`, `10.0.20.14/24`, `fd42::14/64`; a zone (`fe80::1%eth0`) is left out. Null for anything else. */
export function readNetworkAddress(text: string): NetworkAddress | null {
  const [address = '', length, ...more] = text.trim().split('/');
  if (more.length > 0) return null;
  const plain = address.replace(/%.*$/, '').replace(/^\[(.*)\]$/, '$1');
  const ipv4 = canonicalIpv4(plain);
  const canonical = ipv4 ?? canonicalIpv6(plain);
  if (canonical === null) return null;
  const family = ipv4 === null ? 6 : 4;
  const prefix = length === undefined ? null : Number(length);
  if (prefix !== null && !(/^\d{1,3}$/.test(length ?? '') && prefix <= widthOf(family))) return null;
  return { text: canonical, family, bits: bitsOf(canonical, family), prefix };
}

function widthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

function bitsOf(text: string, family: 4 | 6): bigint {
  const [parts, width] = family === 4 ? [text.split('.').map(Number), 8n] : [ipv6Groups(text) ?? [], 16n];
  return parts.reduce((sum, part) => (sum << width) + BigInt(part), 0n);
}

/** The network of an address: the one that it says, or the usual one of its family. One key for one network. */
export function networkKey({ family, bits, prefix }: NetworkAddress): string {
  const length = prefix ?? (family === 4 ? 24 : 64);
  return `${family}:${bits >> BigInt(widthOf(family) - length)}/${length}`;
}

/** Whether the address lies in the network that the other one says. One without a prefix length is no network. */
export function isInNetwork(address: NetworkAddress, network: NetworkAddress): boolean {
  if (network.prefix === null || address.family !== network.family) return false;
  const rest = BigInt(widthOf(network.family) - network.prefix);
  return address.bits >> rest === network.bits >> rest;
}

/** Whether it stands for one machine alone: `/32` and `/128`, or no prefix length at all. */
export function isSingle({ family, prefix }: NetworkAddress): boolean {
  return prefix === null || prefix === widthOf(family);
}

/** The first or last usable address of its network, where people put routers. */
export function isAtTheEdge({ family, bits, prefix }: NetworkAddress): boolean {
  const length = BigInt(widthOf(family) - (prefix ?? (family === 4 ? 24 : 64)));
  if (length < 2n) return false;
  const own = bits & ((1n << length) - 1n);
  // In a larger network people still count in hundreds: 10.0.5.1/8 is a router's address too.
  return own === 1n || own === (1n << length) - 2n || (family === 4 && [1n, 254n].includes(own & 255n));
}

export type AddressScope = 'no-machine' | 'private' | 'public';

const scopes: readonly (readonly [string, AddressScope])[] = [
  ['0.0.0.0/8', 'no-machine'],
  ['127.0.0.0/8', 'no-machine'],
  ['169.254.0.0/16', 'no-machine'],
  ['224.0.0.0/3', 'no-machine'],
  ['10.0.0.0/8', 'private'],
  ['172.16.0.0/12', 'private'],
  ['192.168.0.0/16', 'private'],
  // Shared by carriers and by overlay networks (RFC 6598).
  ['100.64.0.0/10', 'private'],
  // 192.0.2.0/24 and its siblings are examples (RFC 5737), and stand for public ones.
  ['::/127', 'no-machine'],
  ['fe80::/10', 'no-machine'],
  ['ff00::/8', 'no-machine'],
  ['fc00::/7', 'private'],
];

/** `no-machine`: loopback, link-local, multicast or unspecified, which many machines have or none. */
export function scopeOf(address: NetworkAddress): AddressScope {
  return knownScopes.find(({ network }) => isInNetwork(address, network))?.scope ?? 'public';
}

const knownScopes = scopes.flatMap(([text, scope]) => {
  const network = readNetworkAddress(text);
  return network === null ? [] : [{ network, scope }];
});
