/** One DNS record as every holder tells it. Names are canonical (see `name.ts`), data is canonical (see `data.ts`). */
export interface DnsRecord {
  /** The zone that holds it, canonical; empty where names are kept without a zone. */
  readonly zone: string;
  readonly owner: string;
  /** In upper case: `A`, `TYPE731`. */
  readonly type: string;
  /** In seconds; null where the holder keeps none. */
  readonly ttl: number | null;
  readonly data: string;
}

/** A record and where it stands. */
export interface HeldRecord extends DnsRecord {
  readonly holder: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Records of one owner and type: what a server answers with, and what has one TTL (RFC 2181 section 5). */
export interface RecordSet {
  readonly owner: string;
  readonly type: string;
  readonly records: readonly HeldRecord[];
}

export function recordSets(records: Iterable<HeldRecord>): ReadonlyMap<string, RecordSet> {
  const sets = new Map<string, { owner: string; type: string; records: HeldRecord[] }>();
  for (const record of records) {
    const key = setKey(record.owner, record.type);
    const set = sets.get(key);
    if (set === undefined) sets.set(key, { owner: record.owner, type: record.type, records: [record] });
    else set.records.push(record);
  }
  return sets;
}

export function setKey(owner: string, type: string): string {
  return `${owner} ${type}`;
}
