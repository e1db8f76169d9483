import { refuse, type Refusal } from '../../core/refusal.ts';
import { absoluteName, canonicalName, isAbsolute, isWithin, labelsOf, nearNames } from '../../dns/name.ts';
import { isReverse, zoneOf, type Directory, type IndexedZone } from './fleet-names.ts';

export interface ResolvedName {
  readonly zone: IndexedZone;
  /** Canonical. */
  readonly owner: string;
}

/**
 * Which name is meant. A name with the zone in it is that name; a short one needs exactly one zone that it can be in.
 * `existing`: the ask is about something that is there already, so zones that have the name come first.
 */
export function resolveOwner(
  directory: Directory,
  ask: { readonly name: string; readonly zone: string | null },
  existing: boolean,
): ResolvedName | Refusal {
  if (ask.zone !== null) return inZone(directory, ask.name, ask.zone);
  if (ask.name !== '@') {
    const full = canonicalName(ask.name);
    const zone = zoneOf(directory, full);
    if (zone !== null && (isAbsolute(ask.name) || full !== zone.name || ask.name.includes('.')))
      return { zone, owner: full };
    if (isAbsolute(ask.name)) return noZone(directory, full);
  }
  const forward = directory.zones.filter((zone) => !isReverse(zone.name));
  // A new name is asked for in a zone by its name: no other zone is looked into for it.
  const having =
    ask.name === '@' || (!existing && forward.length > 1)
      ? []
      : forward.filter((zone) => zone.owners.has(absoluteName(ask.name, zone.name)));
  const candidates = existing && having.length > 0 ? having : forward;
  const [only] = candidates;
  if (only === undefined) return noZone(directory, ask.name);
  if (candidates.length > 1) return whichZone(ask.name, candidates);
  const owner = absoluteName(ask.name, only.name);
  // `consul.example.com` in a fleet that only has fleet.lan is far more likely that name than one below fleet.lan.
  const dotted = labelsOf(canonicalName(ask.name)).length > 1 && !/(^|\.)[_*]/.test(ask.name);
  if (dotted && having.length === 0 && !belowSomething(only, owner)) return noZone(directory, canonicalName(ask.name));
  return { zone: only, owner };
}

/** `db.lab` is short for `db.lab.fleet.lan` where the zone has names under `lab`. */
function belowSomething(zone: IndexedZone, owner: string): boolean {
  const parent = owner.slice(owner.indexOf('.') + 1);
  for (const name of zone.owners.keys()) if (name !== owner && isWithin(name, parent)) return true;
  return false;
}

function inZone(directory: Directory, name: string, said: string): ResolvedName | Refusal {
  const wanted = canonicalName(said);
  const zone = directory.zones.find((candidate) => candidate.name === wanted);
  if (zone === undefined) {
    return refuse('zone-not-found', { zone: wanted, zones: directory.zones.map((known) => known.name) });
  }
  const full = canonicalName(name);
  if (name !== '@' && isWithin(full, zone.name)) return { zone, owner: full };
  if (isAbsolute(name))
    return refuse('zone-not-found', { name: full, zone: zone.name, reason: 'the name is outside the zone' });
  return { zone, owner: absoluteName(name, zone.name) };
}

function noZone(directory: Directory, name: string): Refusal {
  return refuse(
    'zone-not-found',
    { name, zones: directory.zones.map((zone) => zone.name) },
    directory.zones.length === 0
      ? 'Name the zones and their files under zones: in .github/fleetwright.yml.'
      : 'Write the name with one of these zones at its end.',
  );
}

function whichZone(name: string, zones: readonly IndexedZone[]): Refusal {
  const choices = zones.map((zone) =>
    name === '@' ? zone.name.slice(0, -1) : absoluteName(name, zone.name).slice(0, -1),
  );
  return refuse(
    'ask-ambiguous',
    { name, question: 'which zone', choices },
    `Write the full name, for example ${choices[0] ?? name}.`,
  );
}

/** The name that data points to: in the zone, elsewhere in the fleet, or outside of it. */
export function resolveTarget(directory: Directory, zone: IndexedZone, text: string): string | Refusal {
  if (text === '@') return zone.name;
  const full = canonicalName(text);
  if (isAbsolute(text)) return full;
  const relative = absoluteName(text, zone.name);
  if (zone.owners.has(relative) || directory.missed.size > 0) return relative;
  if (zoneOf(directory, full) !== null && text.includes('.')) return full;
  const elsewhere = directory.zones
    .filter((other) => other !== zone && !isReverse(other.name))
    .map((other) => absoluteName(text, other.name))
    .filter((name) => zoneOf(directory, name)?.owners.has(name) === true);
  const [only] = elsewhere;
  if (elsewhere.length === 1 && only !== undefined) return only;
  if (elsewhere.length > 1) {
    return refuse('ask-ambiguous', {
      name: text,
      question: 'which name',
      choices: elsewhere.map((name) => name.slice(0, -1)),
    });
  }
  if (text.includes('.')) return full;
  return unknownTarget(directory, text);
}

export function unknownTarget(directory: Directory, text: string): Refusal {
  const names = new Set(directory.hosts.keys());
  for (const zone of directory.missed.size > 0 ? [] : directory.zones) {
    for (const owner of zone.owners.keys()) names.add(labelsOf(owner)[0] ?? '');
  }
  return refuse(
    'unknown-host',
    { name: text, near: nearNames(text.toLowerCase(), names) },
    'Write a host of the fleet, a name that is in a zone, a full name or an address.',
  );
}
