import { canonicalName } from './name.ts';
import { isRefusal } from '../core/refusal.ts';
import { serialNumber } from './serial-reading.ts';
import { openZone, zoneRecords, type OpenZone, type ZoneSource } from './zone.ts';

/** A record set that the zone's servers must answer with once a change is live. */
export interface ChangedRecord {
  readonly zone: string;
  /** The zone's serial after the change; null where the file does not say one. */
  readonly serial: number | null;
  /** Canonical. */
  readonly name: string;
  readonly type: string;
  /** In presentation form, sorted; empty: the record set must be gone. */
  readonly data: readonly string[];
}

/**
 * The record sets that differ between two states of a repository, for one zone. A zone that is new brings all of its
 * sets; one that is gone brings none, because nobody is left to ask. The SOA itself is told by its serial.
 */
export function changedRecords(
  source: ZoneSource,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly ChangedRecord[] {
  const now = openZone(source, after);
  if (isRefusal(now)) return [];
  const then = openZone(source, before);
  const old = isRefusal(then) ? new Map<string, Answer>() : answersOf(then);
  const current = answersOf(now);
  const serial = serialNumber(now);
  const changed: ChangedRecord[] = [];
  for (const [key, answer] of current) {
    if (old.get(key)?.data.join('\n') !== answer.data.join('\n'))
      changed.push({ zone: canonicalName(source.zone), serial, ...answer });
  }
  for (const [key, answer] of old) {
    if (!current.has(key)) changed.push({ zone: canonicalName(source.zone), serial, ...answer, data: [] });
  }
  return changed;
}

interface Answer {
  readonly name: string;
  readonly type: string;
  readonly data: readonly string[];
}

/** What the zone answers with, by name and type. */
function answersOf(zone: OpenZone): ReadonlyMap<string, Answer> {
  const sets = new Map<string, { name: string; type: string; data: string[] }>();
  for (const record of zoneRecords(zone)) {
    if (record.type === 'SOA') continue;
    const key = `${record.owner} ${record.type}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, { name: record.owner, type: record.type, data: [record.data] });
    else if (!set.data.includes(record.data)) set.data.push(record.data);
  }
  for (const set of sets.values()) set.data.sort();
  return sets;
}
