import type { Finding } from '../core/finding.ts';
import type { HeldRecord } from './record.ts';
import { zoneRecords, type OpenZone } from './zone.ts';

/** A zone as its checks see it: every record once, and by owner. */
export interface CheckedZone {
  readonly zone: OpenZone;
  readonly name: string;
  readonly records: readonly HeldRecord[];
  readonly byOwner: ReadonlyMap<string, readonly HeldRecord[]>;
  /** Names that have more than the records that can be read here. */
  readonly unread: ReadonlySet<string>;
  /** Something in the zone is not known here: a name that is not found may be there. */
  readonly isPartial: boolean;
}

export function checkedZone(zone: OpenZone): CheckedZone {
  const records = [...zoneRecords(zone)];
  const byOwner = new Map<string, HeldRecord[]>();
  for (const record of records) {
    const own = byOwner.get(record.owner);
    if (own === undefined) byOwner.set(record.owner, [record]);
    else own.push(record);
  }
  const places = zone.documents.flatMap((document) => [...document.unreadable()]);
  const unread = new Set(places.flatMap(({ owner }) => owner ?? []));
  const isPartial =
    zone.missing.length > 0 || places.some(({ owner, computed }) => owner === undefined && computed === true);
  return { zone, name: zone.name, records, byOwner, unread, isPartial };
}

/** A finding at a record's line. */
export function findingAt(check: string, level: Finding['level'], record: HeldRecord, message: string): Finding {
  return { check, level, message, file: record.file, line: record.line, column: record.column };
}
