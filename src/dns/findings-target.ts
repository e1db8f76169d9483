import type { Finding } from '../core/finding.ts';
import { type CheckedZone, findingAt } from './checked-zone.ts';
import { isWithin, labelsOf, parentOf } from './name.ts';
import { targetField } from './record-types.ts';
import type { HeldRecord } from './record.ts';

/** Names that records point to: the forgotten dot, what is an alias, what is nowhere, and servers without addresses. */
export function targetFindings(zone: CheckedZone, all: readonly CheckedZone[]): readonly Finding[] {
  const cuts = delegationsOf(zone);
  const findings: Finding[] = [];
  for (const record of zone.records) {
    const own = doubledZone(record.owner, zone.name);
    if (own)
      findings.push(
        findingAt(
          'dns-missing-dot',
          'warning',
          record,
          `${record.owner} ends in the zone twice: a dot is missing after the name`,
        ),
      );
    const field = targetField(record.type);
    const target = field === null ? undefined : record.data.split(' ')[field];
    if (target === undefined || target === '.') continue;
    if (doubledZone(target, zone.name)) {
      findings.push(
        findingAt(
          'dns-missing-dot',
          'error',
          record,
          `${target} ends in the zone twice: a dot is missing after ${target.slice(0, -zone.name.length - 1)}`,
        ),
      );
      continue;
    }
    findings.push(...pointing(record, target, { zone, all, cuts }));
  }
  return findings;
}

/** `ns1.example.org.example.org.`: written without its closing dot. */
function doubledZone(name: string, zone: string): boolean {
  return labelsOf(zone).length > 1 && isWithin(name, `${zone.slice(0, -1)}.${zone}`);
}

interface Around {
  readonly zone: CheckedZone;
  readonly all: readonly CheckedZone[];
  readonly cuts: ReadonlySet<string>;
}

function pointing(record: HeldRecord, target: string, { zone, all, cuts }: Around): readonly Finding[] {
  const holder = longest(all, target);
  if (holder === null) return [];
  const there = holder.byOwner.get(target) ?? wildcardFor(holder, target);
  const strict = record.type === 'MX' || record.type === 'NS' || record.type === 'SRV';
  if (strict && there.some((other) => other.type === 'CNAME')) {
    return [
      findingAt(
        'dns-target',
        'error',
        record,
        `${record.type} points to ${target}, which is a CNAME (RFC 2181 section 10.3)`,
      ),
    ];
  }
  // Names below a delegation are another zone's to know, but for the addresses of its own servers.
  const delegated = cutAbove(target, holder === zone ? cuts : delegationsOf(holder));
  const addressed = there.some((other) => other.type === 'A' || other.type === 'AAAA');
  const isKnown = !holder.unread.has(target) && !holder.isPartial;
  if (record.type === 'NS' && delegated !== null && isWithin(target, record.owner) && !addressed && isKnown) {
    return [
      findingAt(
        'dns-glue',
        'error',
        record,
        `the server ${target} of ${record.owner} is below it and has no address here (glue)`,
      ),
    ];
  }
  if (delegated !== null || !isKnown) return [];
  if (strict && !addressed) {
    return [
      findingAt(
        'dns-target',
        'error',
        record,
        `${record.type} points to ${target}, which has no address in ${holder.name}`,
      ),
    ];
  }
  if (there.length === 0 && !emptyNonTerminal(holder, target)) {
    return [
      findingAt('dns-target', 'warning', record, `${record.type} points to ${target}, which is not in ${holder.name}`),
    ];
  }
  return [];
}

function longest(all: readonly CheckedZone[], name: string): CheckedZone | null {
  let best: CheckedZone | null = null;
  for (const zone of all) {
    if (isWithin(name, zone.name) && (best === null || zone.name.length > best.name.length)) best = zone;
  }
  return best;
}

/** The names below the top that the zone hands to other servers. */
function delegationsOf(zone: CheckedZone): ReadonlySet<string> {
  return new Set(
    zone.records.filter((record) => record.type === 'NS' && record.owner !== zone.name).map((record) => record.owner),
  );
}

function cutAbove(name: string, cuts: ReadonlySet<string>): string | null {
  if (cuts.size === 0) return null;
  for (let at: string | null = name; at !== null; at = parentOf(at)) if (cuts.has(at)) return at;
  return null;
}

/** The nearest wildcard answers for names that are not there (RFC 4592). */
function wildcardFor(zone: CheckedZone, name: string): readonly HeldRecord[] {
  for (let at = parentOf(name); at !== null && isWithin(at, zone.name); at = parentOf(at)) {
    const wild = zone.byOwner.get(`*.${at}`);
    if (wild !== undefined) return wild;
  }
  return [];
}

function emptyNonTerminal(zone: CheckedZone, name: string): boolean {
  if (zone.records.length > 20_000) return false;
  for (const owner of zone.byOwner.keys()) if (owner !== name && isWithin(owner, name)) return true;
  return false;
}
