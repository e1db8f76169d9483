import { isWithin } from '../name.ts';
import { parseZoneFile } from '../zone-file/zone-file-holder.ts';

const nowhere = 'nowhere.invalid.';

/** The owner of the first SOA record in a zone's text: null name where it is relative to a zone that is not said. */
export function soaOwner(value: string): { readonly name: string | null } | null {
  // A SOA needs two names behind it; prose that speaks of one seldom has them.
  if (!/\bSOA[ \t]+\S+[ \t]+\S+/i.test(value)) return null;
  for (const entry of parseZoneFile(value, { path: '', zone: nowhere }).entries) {
    if (entry.type !== 'SOA' || entry.owner === '') continue;
    return { name: isWithin(entry.owner, nowhere) ? null : entry.owner };
  }
  return null;
}
