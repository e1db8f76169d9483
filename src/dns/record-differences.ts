import type { HeldRecord } from './record.ts';

/** One record that two states of a repository tell differently. */
export interface RecordDifference {
  readonly action: 'create' | 'update' | 'delete';
  readonly zone: string;
  readonly owner: string;
  readonly type: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly ttl: { readonly before: number | null; readonly after: number | null };
  /** Where it stands; of one that went, where it stood. */
  readonly file: string;
  readonly line: number;
}

/** What went and came, SOA records left out. In a set, one that went and one that came are one record that changed. */
export function recordDifferences(
  before: readonly HeldRecord[],
  after: readonly HeldRecord[],
): readonly RecordDifference[] {
  const old = bySet(before);
  const now = bySet(after);
  const found: RecordDifference[] = [];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const fresh = now.get(key) ?? [];
    const stale = old.get(key) ?? [];
    const gone = stale.filter(({ data }) => !fresh.some((one) => one.data === data));
    const come = fresh.filter(({ data }) => !stale.some((one) => one.data === data));
    for (let at = 0; at < Math.max(gone.length, come.length); at += 1)
      found.push(difference(gone[at] ?? null, come[at] ?? null));
    for (const one of stale) {
      const same = fresh.find(({ data, ttl }) => data === one.data && ttl !== one.ttl);
      const kept = fresh.some(({ data, ttl }) => data === one.data && ttl === one.ttl);
      if (same !== undefined && !kept) found.push(difference(one, same));
    }
  }
  return found.flatMap((one) => one ?? []);
}

function difference(gone: HeldRecord | null, come: HeldRecord | null): RecordDifference {
  const there = come ?? gone;
  if (there === null) throw new Error('bug: expected a record on one side');
  return {
    action: gone === null ? 'create' : come === null ? 'delete' : 'update',
    zone: there.zone,
    owner: there.owner,
    type: there.type,
    before: gone?.data ?? null,
    after: come?.data ?? null,
    ttl: { before: gone?.ttl ?? null, after: come?.ttl ?? null },
    file: there.file,
    line: there.line,
  };
}

/** Two views of one zone, or two resolvers, may say different things of one name: the file belongs to the set. */
function bySet(records: readonly HeldRecord[]): ReadonlyMap<string, readonly HeldRecord[]> {
  const sets = new Map<string, HeldRecord[]>();
  for (const record of records) {
    if (record.type === 'SOA') continue;
    const key = `${record.zone} ${record.owner} ${record.type} ${record.file}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [record]);
    else set.push(record);
  }
  return sets;
}
