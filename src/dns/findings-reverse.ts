import type { Finding } from '../core/finding.ts';
import { type CheckedZone, findingAt } from './checked-zone.ts';
import { isWithin } from './name.ts';
import { reverseOwner } from './reverse.ts';

/** Reverse records that name somebody who does not have the address, in zones that the repository holds both sides of. */
export function reverseFindings(zone: CheckedZone, all: readonly CheckedZone[]): readonly Finding[] {
  if (zone.name.endsWith('.arpa.')) return strayPointers(zone, all);
  return [];
}

function strayPointers(zone: CheckedZone, all: readonly CheckedZone[]): readonly Finding[] {
  const forward = all.filter((other) => !other.name.endsWith('.arpa.'));
  const addresses = new Map<string, Set<string>>();
  for (const other of forward) {
    for (const record of other.records) {
      if (record.type !== 'A' && record.type !== 'AAAA') continue;
      const place = reverseOwner(record.data, [zone]);
      if (place === null) continue;
      const names = addresses.get(place.owner);
      if (names === undefined) addresses.set(place.owner, new Set([record.owner]));
      else names.add(record.owner);
    }
  }
  return zone.records.flatMap((record) => {
    if (record.type !== 'PTR' || !forward.some((other) => isWithin(record.data, other.name))) return [];
    if (addresses.get(record.owner)?.has(record.data) === true) return [];
    const names = [...(addresses.get(record.owner) ?? [])];
    const instead = names.length === 0 ? 'no name has that address' : `the address is that of ${names.join(', ')}`;
    return [findingAt('dns-reverse', 'warning', record, `${record.owner} names ${record.data}, but ${instead}`)];
  });
}
