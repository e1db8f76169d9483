import { refuse, type Refusal } from '../core/refusal.ts';
import { holders, openHeld, type HeldDocument } from './holders.ts';
import { canonicalName } from './name.ts';
import type { HeldRecord } from './record.ts';

/** Where the configuration says that a zone is kept. */
export interface ZoneSource {
  readonly zone: string;
  readonly file: string;
}

/** A zone with the documents that hold it: its own file first, then those that it includes. */
export interface OpenZone {
  /** Canonical. */
  readonly name: string;
  readonly documents: readonly HeldDocument[];
}

/** Opens a zone from the texts of a repository. */
export function openZone(source: ZoneSource, files: ReadonlyMap<string, string>): OpenZone | Refusal {
  const name = canonicalName(source.zone);
  const text = files.get(source.file);
  if (text === undefined) {
    return refuse(
      'zone-not-found',
      { zone: name, file: source.file, reason: 'the file is not in the repository, or it is not text' },
      `Name the zone's file under zones: "${source.zone}": in .github/fleetwright.yml.`,
    );
  }
  const context = { path: source.file, zone: source.zone };
  // A file that the configuration names as a zone is opened as a zone file, also where its own text does not tell.
  const document = openHeld(text, context) ?? holders.find((holder) => holder.id === 'zone-file')?.open(text, context);
  if (document === undefined) return refuse('zone-unreadable', { zone: name, file: source.file });
  return { name, documents: [document] };
}

export function* zoneRecords(zone: OpenZone): Generator<HeldRecord> {
  for (const document of zone.documents) yield* document.records();
}
