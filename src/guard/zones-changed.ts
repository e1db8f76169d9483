import { isRefusal } from '../core/refusal.ts';
import { mayInclude } from '../dns/load-zone-texts.ts';
import { canonicalName } from '../dns/name.ts';
import type { HeldRecord } from '../dns/record.ts';
import { openZone, type OpenZone, type ZoneSource, zoneRecords } from '../dns/zone.ts';
import type { Diff } from './guard.ts';

/** A zone that a diff touches, on both sides. Null: the zone's file is not there. */
export interface ChangedZone {
  readonly source: ZoneSource;
  /** Canonical. */
  readonly name: string;
  readonly before: OpenZone | null;
  readonly after: OpenZone | null;
}

// The guards of one diff look at the same zones; large ones are opened once.
const known = new WeakMap<Diff, readonly ChangedZone[]>();

/** The zones that a diff touches, in a file of their own or in one that they include. Others are not opened. */
export function changedZones(diff: Diff): readonly ChangedZone[] {
  const found = known.get(diff) ?? diff.zones.flatMap((source) => changedZone(diff, source));
  known.set(diff, found);
  return found;
}

function changedZone({ zoneTexts: { before, after } }: Diff, source: ZoneSource): readonly ChangedZone[] {
  const [old, fresh] = [before.get(source.file), after.get(source.file)];
  if (old === fresh && !mayInclude(old)) return [];
  const zone = {
    source,
    name: canonicalName(source.zone),
    before: opened(source, before),
    after: opened(source, after),
  };
  return textsOf(zone.before) === textsOf(zone.after) ? [] : [zone];
}

function opened(source: ZoneSource, texts: ReadonlyMap<string, string>): OpenZone | null {
  const zone = openZone(source, texts);
  return isRefusal(zone) ? null : zone;
}

function textsOf(zone: OpenZone | null): string {
  return JSON.stringify(zone?.documents.map(({ path, text }) => [path, text]) ?? null);
}

/** Data of a SOA without its serial, which changes with every change of the zone. */
function comparedData({ type, data }: HeldRecord): string {
  return type === 'SOA' ? data.split(' ').toSpliced(2, 1).join(' ') : data;
}

export function recordsOf(zone: OpenZone | null): readonly HeldRecord[] {
  return zone === null ? [] : [...zoneRecords(zone)];
}

/** The records of the first state that the second does not have, TTL counted or not. A SOA's serial never counts. */
export function recordsMissing(
  from: readonly HeldRecord[],
  to: readonly HeldRecord[],
  { ttl }: { readonly ttl: boolean },
): readonly HeldRecord[] {
  const key = (record: HeldRecord) =>
    `${record.owner} ${record.type} ${ttl ? (record.ttl ?? '') : ''} ${comparedData(record)}`;
  const there = new Set(to.map(key));
  return from.filter((record) => !there.has(key(record)));
}
