import type { Finding } from '../core/finding.ts';
import { isWithin, parentOf } from '../dns/name.ts';
import { type HeldRecord, setKey } from '../dns/record.ts';
import type { Guard } from './guard.ts';
import { changedZones, type ChangedZone, recordsMissing, recordsOf } from './zones-changed.ts';

/** Records by which a whole zone, its mail or its certificates stand: a mistake in one is not one name that is wrong. */
export const zonesCare: Guard = {
  id: 'zones-care',
  summary:
    'The zone’s own NS, SOA or MX, a DS, CAA, DKIM or TLSA record, a wildcard over existing names, or a delegation changes.',
  judge: (diff) => changedZones(diff).flatMap(careFindings),
};

function careFindings(zone: ChangedZone): readonly Finding[] {
  const { name, source } = zone;
  // A zone that is new has nobody who relies on it yet; one whose file is missing is an error of its own.
  if (zone.before === null || zone.after === null) return [];
  const [old, fresh] = [recordsOf(zone.before), recordsOf(zone.after)];
  const come = recordsMissing(fresh, old, { ttl: false });
  const gone = recordsMissing(old, fresh, { ttl: false });
  const seen = new Set<string>();
  // What comes is told first: its line is in the file as it will be.
  return [...come, ...gone].flatMap((record): readonly Finding[] => {
    const key = setKey(record.owner, record.type);
    const why = seen.has(key) ? null : reasonFor(record, name, fresh, come.includes(record));
    if (why === null) return [];
    seen.add(key);
    const there = come.includes(record) ? { file: record.file, line: record.line } : { file: source.file };
    return [{ check: 'zones-care', level: 'error', message: `needs a yes: ${why}`, risk: key, ...there }];
  });
}

function reasonFor(record: HeldRecord, zone: string, all: readonly HeldRecord[], comes: boolean): string | null {
  const { owner, type } = record;
  const apex = owner === zone;
  if (apex && type === 'NS') return `the name servers of ${zone} change`;
  if (apex && type === 'SOA') return `the SOA of ${zone} changes in more than its serial`;
  if (apex && type === 'MX') return `the mail servers of ${zone} change`;
  if (type === 'NS') return `the delegation of ${owner} changes${hidden(owner, all, comes)}`;
  if (type === 'DS')
    return `the DS of ${owner} changes: where it does not fit the child’s key, the child is gone for all`;
  if (type === 'CAA') return `the CAA of ${owner} changes: it says who may give certificates`;
  if (type === 'TLSA') return `the TLSA of ${owner} changes: where it does not fit the certificate, nobody connects`;
  if (owner.includes('._domainkey.'))
    return `the DKIM key ${owner} changes: mail that was signed before is judged by it`;
  return owner.startsWith('*.') && comes ? wildcard(owner, all) : null;
}

/** Names at and below a delegation are the child's to answer; what the zone says of them is glue at most. */
function hidden(owner: string, all: readonly HeldRecord[], comes: boolean): string {
  const below = all.filter((one) => isWithin(one.owner, owner) && !['NS', 'DS'].includes(one.type));
  const names = new Set(below.map((one) => one.owner));
  return comes && names.size > 0 ? `; ${listed(names)} in this zone is then answered by the child` : '';
}

/** Existing names keep what they have and get nothing of the wildcard (RFC 4592); all others begin to answer. */
function wildcard(owner: string, all: readonly HeldRecord[]): string | null {
  const parent = parentOf(owner);
  if (parent === null) return null;
  const names = new Set(
    all.map((one) => one.owner).filter((name) => name !== owner && name !== parent && isWithin(name, parent)),
  );
  return names.size === 0
    ? null
    : `${owner} answers for every name below ${parent} but those that exist already (${listed(names)})`;
}

function listed(names: ReadonlySet<string>): string {
  const [first, second, ...more] = names;
  const shown = [first, second].filter((name) => name !== undefined).join(', ');
  return more.length === 0 ? shown : `${shown} and ${more.length} more`;
}
