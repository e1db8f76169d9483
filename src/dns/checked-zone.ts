import type { Finding } from '../core/finding.ts';
import type { HeldRecord } from './record.ts';
import { zoneRecords, type OpenZone } from './zone.ts';

/** A zone as its checks see it: every record once, and by owner. */
export interface CheckedZone {
  readonly zone: OpenZone;
  readonly name: string;
  readonly records: readonly HeldRecord[];
  readonly byOwner: ReadonlyMap<string, readonly HeldRecord[]>;
}

export function checkedZone(zone: OpenZone): CheckedZone {
  const records = [...zoneRecords(zone)];
  const byOwner = new Map<string, HeldRecord[]>();
  for (const record of records) {
    const own = byOwner.get(record.owner);
    if (own === undefined) byOwner.set(record.owner, [record]);
    else own.push(record);
  }
  return { zone, name: zone.name, records, byOwner };
}

/** A finding at a record's line. */
export function findingAt(check: string, level: Finding['level'], record: HeldRecord, message: string): Finding {
  return { check, level, message, file: record.file, line: record.line, column: record.column };
}
