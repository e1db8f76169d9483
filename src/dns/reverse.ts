import { canonicalIpv4, ipv6Groups } from './address.ts';

/** The name under which an address is looked up backwards (RFC 1035 section 3.5, RFC 3596 section 2.5), or null. */
export function reverseName(address: string): string | null {
  if (canonicalIpv4(address) !== null) return `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
  const groups = ipv6Groups(address);
  if (groups === null) return null;
  const nibbles = groups.map((group) => group.toString(16).padStart(4, '0')).join('');
  return `${nibbles.split('').reverse().join('.')}.ip6.arpa.`;
}
