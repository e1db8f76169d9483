import { refuse, type Refusal } from '../core/refusal.ts';
import { canonicalIpv4, canonicalIpv6 } from './address.ts';
import { ownerTyped } from './asked-change.ts';
import { canonicalName, isAbsolute, isWithin } from './name.ts';
import { reverseOwner } from './reverse.ts';
import type { OpenZone, ZoneSource } from './zone.ts';

/** The one place that holds a typed name, by the names of the zones alone: no file needs to be read for it. */
export function zoneFor(sources: readonly ZoneSource[], name: string, said: string | null): ZoneSource | Refusal {
  const zones = sources.map((source) => ({ ...source, zone: canonicalName(source.zone) }));
  const names = [...new Set(zones.map(({ zone }) => zone).filter((zone) => zone !== '.'))];
  const oneFile = new Set(sources.map(({ file }) => file)).size === 1;
  const wanted = said === null ? zoneOfName(names, name, oneFile) : canonicalName(said);
  if (typeof wanted !== 'string') return wanted;
  const own = zones.filter(({ zone }) => zone === wanted);
  const [only] = own.length > 0 ? own : placesWithoutZone(zones, said);
  const several = own.length > 0 ? own : placesWithoutZone(zones, said);
  if (only === undefined)
    return refuse(
      'zone-not-found',
      { name: canonicalName(name), zones: names },
      'Name one of these with --zone, or a file with --file.',
    );
  if (several.length === 1) return only;
  const files = [...new Set(several.map(({ file }) => file))];
  if (files.length > 1)
    return refuse(
      'ask-ambiguous',
      { name, question: 'which file', choices: files },
      `Name the file with --file, for example --file ${only.file}.`,
    );
  // One file may keep names for a resolver and in a hosts file beside it.
  const kinds = [...new Set(several.flatMap(({ holder }) => holder ?? []))];
  const [kind] = kinds;
  if (kind === undefined || kinds.length === 1) return only;
  return refuse(
    'ask-ambiguous',
    { name, question: 'which of them', choices: kinds, file: only.file },
    `Name the kind with --format, for example --format ${kind}.`,
  );
}

/** Names without a zone are kept in places of their own; a zone that was asked for is what they must lie in. */
function placesWithoutZone(zones: readonly ZoneSource[], said: string | null): readonly ZoneSource[] {
  return zones.filter(({ zone }) => zone === '.').map((source) => (said === null ? source : { ...source, zone: said }));
}

function zoneOfName(names: readonly string[], typed: string, oneFile: boolean): string | Refusal {
  const full = canonicalName(typed);
  const holding = names.filter((zone) => isWithin(full, zone)).toSorted((a, b) => b.length - a.length);
  const [best] = typed === '@' ? [] : holding;
  if (best !== undefined) return best;
  if (names.length === 0 || isAbsolute(typed)) return '.';
  const forward = names.filter((zone) => !zone.endsWith('.arpa.'));
  const [only] = forward;
  // Of several files a dotted name is far more likely a whole name elsewhere than one below the only zone.
  const relative = oneFile || !typed.includes('.') || /(^|\.)[_*]/.test(typed);
  if (names.length === 1 && relative) return names[0] ?? '.';
  if (forward.length === 1 && only !== undefined && relative) return only;
  if (forward.length <= 1) return '.';
  const choices = forward.map((zone) => ownerTyped(typed, zone));
  return refuse(
    'ask-ambiguous',
    { name: typed, question: 'which zone', choices: choices.slice(0, 20) },
    'Write the full name, or name the zone with --zone.',
  );
}

/**
 * The zones that a change of `touched` can reach: those themselves, the reverse zones of the addresses, zones below
 * them, whose names answer for theirs, and every zone where one of them shares a file with others.
 */
export function sourcesToChange(
  sources: readonly ZoneSource[],
  touched: readonly OpenZone[],
  addresses: readonly string[],
): readonly ZoneSource[] {
  // A file with a SOA is nobody's part: no other zone takes it in. Only where there is one without must all be read.
  const shared = touched.some(({ documents }) => documents.length > 1 || documents[0]?.serial() === null);
  if (shared) return sources.filter(({ zone }) => zone !== '.' || touched.some(({ name }) => name === '.'));
  const names = touched.map(({ name }) => name);
  const reverse = new Set(reverseSources(sources, addresses));
  return sources.filter((source) => {
    const zone = canonicalName(source.zone);
    return names.includes(zone) || reverse.has(source) || names.some((name) => name !== '.' && isWithin(zone, name));
  });
}

/** The reverse zones that hold these addresses: the ones that an edit of the addresses may have to keep in step. */
export function reverseSources(sources: readonly ZoneSource[], values: readonly string[]): readonly ZoneSource[] {
  const arpa = sources
    .map((source) => ({ source, name: canonicalName(source.zone) }))
    .filter(({ name }) => name.endsWith('.arpa.'));
  const wanted = new Set(
    values
      .filter((value) => canonicalIpv4(value) !== null || canonicalIpv6(value) !== null)
      .flatMap((address) => reverseOwner(address, arpa)?.zone ?? []),
  );
  return arpa.filter(({ name }) => wanted.has(name)).map(({ source }) => source);
}
