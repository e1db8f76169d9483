import { parseZoneFile, zoneFileHolder } from '../../dns/zone-file/zone-file-holder.ts';
import { canonicalName } from '../../dns/name.ts';
import type { HeldRecord } from '../../dns/record.ts';

/** A zone as a name server holds it in memory. */
export interface LoadedZone {
  /** Canonical. */
  readonly name: string;
  readonly serial: number;
  readonly soa: HeldRecord;
  readonly byOwner: ReadonlyMap<string, readonly HeldRecord[]>;
}

/** Null where a name server would refuse to load the file: a place it cannot read, or no SOA record at the top. */
export function loadZone(zone: string, text: string): LoadedZone | null {
  const document = parseZoneFile(text, { path: `${zone}.zone`, zone });
  if (![...zoneFileHolder.unreadable(document)].every(() => false)) return null;
  const name = canonicalName(zone);
  const byOwner = new Map<string, HeldRecord[]>();
  for (const record of zoneFileHolder.records(document)) {
    byOwner.set(record.owner, [...(byOwner.get(record.owner) ?? []), record]);
  }
  const soa = byOwner.get(name)?.find((record) => record.type === 'SOA');
  const serial = Number(soa?.data.split(' ')[2]);
  return soa === undefined || !Number.isSafeInteger(serial) ? null : { name, serial, soa, byOwner };
}
