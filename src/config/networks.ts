import type { FleetConfig } from './fleet-config.ts';

/** A block of addresses: its first bits, as a number. */
interface Prefix {
  readonly width: 32 | 128;
  readonly bits: number;
  readonly value: bigint;
}

/**
 * What people call the network that an address is in: the name of the narrowest VLAN of the config that holds it, else
 * its /24 (IPv4) or /64 (IPv6), else null, as for a name that only a resolver knows.
 */
export function networkOf(config: Pick<FleetConfig, 'vlans'>, address: string): string | null {
  const own = parsePrefix(address);
  if (own === null || own.bits !== own.width) return null;
  const holding = Object.entries(config.vlans)
    .flatMap(([name, prefixes]) => prefixes.map((text) => ({ name, prefix: parsePrefix(text) })))
    .filter(({ prefix }) => prefix !== null && holds(prefix, own))
    .sort((a, b) => (b.prefix?.bits ?? 0) - (a.prefix?.bits ?? 0))[0];
  if (holding !== undefined) return holding.name;
  if (own.width === 32) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  const groups = [0, 1, 2, 3].map((at) => ((own.value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  return `${groups.join(':')}::/64`;
}

/** `10.0.30.0/24`, `fd00:30::/64`, or an address, which holds itself only; null where it is none of these. */
export function parsePrefix(text: string): Prefix | null {
  const [address = '', length, ...rest] = text.split('/');
  const value = ipv4(address) ?? ipv6(address);
  if (value === null || rest.length > 0) return null;
  const width = address.includes(':') ? 128 : 32;
  if (length === undefined) return { width, bits: width, value };
  const bits = Number(length);
  return /^\d{1,3}$/.test(length) && bits <= width ? { width, bits, value } : null;
}

function holds(prefix: Prefix, { width, value }: Prefix): boolean {
  const shift = BigInt(prefix.width - prefix.bits);
  return prefix.width === width && prefix.value >> shift === value >> shift;
}

function ipv4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function ipv6(text: string): bigint | null {
  const halves = text.split('::');
  if (!text.includes(':') || halves.length > 2) return null;
  const [first = [], second] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - first.length - (second?.length ?? 0);
  if (second === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...first, ...Array<string>(second === undefined ? 0 : missing).fill('0'), ...(second ?? [])];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return groups.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}
