import { canonicalIpv4, canonicalIpv6, ipv6Groups } from './address.ts';
import type { RecordChange } from './change.ts';
import { isWithin, labelsOf } from './name.ts';
import type { HeldRecord } from './record.ts';

/** The name under which an address is looked up backwards (RFC 1035 section 3.5, RFC 3596 section 2.5), or null. */
export function reverseName(address: string): string | null {
  if (canonicalIpv4(address) !== null) return `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
  const groups = ipv6Groups(address);
  if (groups === null) return null;
  const nibbles = groups.map((group) => group.toString(16).padStart(4, '0')).join('');
  return `${nibbles.split('').reverse().join('.')}.ip6.arpa.`;
}

/** The address that a name stands for backwards, in its one spelling, or null. */
export function addressOfReverse(name: string): string | null {
  const ipv4 = /^((?:\d{1,3}\.){4})in-addr\.arpa\.$/.exec(name)?.[1];
  if (ipv4 !== undefined) return canonicalIpv4(ipv4.slice(0, -1).split('.').reverse().join('.'));
  const nibbles = /^((?:[0-9a-f]\.){32})ip6\.arpa\.$/.exec(name)?.[1]?.slice(0, -1).split('.').reverse().join('');
  return nibbles === undefined ? null : canonicalIpv6((nibbles.match(/.{4}/g) ?? []).join(':'));
}

/** A zone as the reverse rules need it. */
export interface ReverseZone {
  /** Canonical. */
  readonly name: string;
  readonly records: readonly HeldRecord[];
}

/** Where an address's reverse record lives among the zones of a repository; null where none of them holds it. */
export function reverseOwner(
  address: string,
  zones: readonly { readonly name: string }[],
): { readonly zone: string; readonly owner: string } | null {
  const plain = reverseName(address);
  if (plain === null) return null;
  let best: { readonly zone: string; readonly owner: string } | null = null;
  for (const zone of zones) {
    const owner =
      isWithin(plain, zone.name) && zone.name.endsWith('.arpa.') ? plain : classlessOwner(address, zone.name);
    if (owner !== null && (best === null || zone.name.length > best.zone.length)) best = { zone: zone.name, owner };
  }
  return best;
}

/** RFC 2317: `0/25.2.0.192.in-addr.arpa.` or `0-127.2.0.192.in-addr.arpa.` holds a part of a network of 256 addresses. */
function classlessOwner(address: string, zone: string): string | null {
  if (canonicalIpv4(address) === null || !zone.endsWith('.in-addr.arpa.')) return null;
  const [a, b, c, d = ''] = address.split('.');
  const [range = '', ...parent] = labelsOf(zone);
  if (parent.join('.') !== `${c}.${b}.${a}.in-addr.arpa`) return null;
  const host = Number(d);
  const prefix = /^(\d{1,3})[/_](\d{2})$/.exec(range);
  if (prefix !== null) {
    const [start, bits] = [Number(prefix[1]), Number(prefix[2])];
    return bits >= 25 && bits <= 32 && host >= start && host < start + 2 ** (32 - bits) ? `${d}.${zone}` : null;
  }
  const span = /^(\d{1,3})-(\d{1,3})$/.exec(range);
  return span !== null && host >= Number(span[1]) && host <= Number(span[2]) ? `${d}.${zone}` : null;
}

/**
 * The changes of reverse records that go with changes of addresses, for the reverse zones that the repository holds.
 * A reverse record that names somebody else stays: an address can have several names, and only one is its own.
 */
export function reverseChanges(
  changes: readonly RecordChange[],
  zones: readonly ReverseZone[],
): readonly RecordChange[] {
  const asked = new Set(changes.filter((change) => change.type === 'PTR').map((change) => change.owner));
  const out: RecordChange[] = [];
  for (const change of changes) {
    if (change.type !== 'A' && change.type !== 'AAAA') continue;
    // A wildcard is no name that an address could have, and neither is one of the reverse tree.
    if (change.owner.startsWith('*.') || change.owner.endsWith('.arpa.')) continue;
    const old = change.action === 'update' ? change.before : change.action === 'delete' ? change.data : null;
    const now = change.action === 'delete' ? null : change.data;
    if (old !== null && old === now) continue;
    const going = old === null ? null : pointerOf(old, change.owner, zones);
    const place = now === null ? null : reverseOwner(now, zones);
    if (going !== null && !asked.has(going.owner)) out.push({ action: 'delete', ...going });
    if (place === null || asked.has(place.owner)) continue;
    const taken = pointersAt(place, zones);
    const freed = out.some((one) => one.action === 'delete' && one.owner === place.owner);
    if (taken.length > 0 && !freed) continue;
    if (out.some((one) => one.action === 'create' && one.owner === place.owner)) continue;
    out.push({ action: 'create', ...place, type: 'PTR', ttl: null, data: change.owner });
  }
  return out;
}

function pointersAt(
  place: { readonly zone: string; readonly owner: string },
  zones: readonly ReverseZone[],
): readonly HeldRecord[] {
  const zone = zones.find((candidate) => candidate.name === place.zone);
  return (zone?.records ?? []).filter(
    (record) => record.owner === place.owner && (record.type === 'PTR' || record.type === 'CNAME'),
  );
}

/** The reverse record of an address that names this owner. */
function pointerOf(
  address: string,
  owner: string,
  zones: readonly ReverseZone[],
): { readonly zone: string; readonly owner: string; readonly type: string; readonly data: string } | null {
  const place = reverseOwner(address, zones);
  const pointer =
    place === null
      ? undefined
      : pointersAt(place, zones).find((record) => record.type === 'PTR' && record.data === owner);
  return pointer === undefined || place === null ? null : { ...place, type: 'PTR', data: owner };
}
