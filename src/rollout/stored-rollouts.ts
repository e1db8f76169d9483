import type { Records } from '../core/records.ts';
import { changeRecord, readRecord, type RecordKind } from './change-record.ts';
import { parseRollout, type Rollout, rolloutKey } from './rollout.ts';
import { parseProgress, progressKey, progressOf, type RolloutProgress, withProgress } from './rollout-progress.ts';

/** Long enough to be asked about later; the lasting record is on the forge. */
const keepMs = 30 * 24 * 3600 * 1000;

/** How many rollouts are kept as they were last read. */
const kept = 32;

/** A store may give the very same value again; a rollout of a thousand hosts is dear to parse, and never changes in place. */
const parsed = new WeakMap<object, Rollout>();

function parsedOnce(value: unknown): Rollout {
  if (typeof value !== 'object' || value === null) return parseRollout(value);
  const rollout = parsed.get(value) ?? parseRollout(value);
  parsed.set(value, rollout);
  return rollout;
}

/** A rollout as it began. It is written once; what came since is its progress. */
export const beginRecord = (id: string): RecordKind<Rollout> => ({ key: rolloutKey(id), parse: parsedOnce, keepMs });

const progressRecord = (id: string): RecordKind<RolloutProgress> => ({
  key: progressKey(id),
  parse: parseProgress,
  keepMs,
});

/** Rollouts in the store, each put together from how it began and how far it came. */
export interface StoredRollouts {
  read(id: string): Promise<Rollout | null>;
  /** As `changeRecord`. */
  change(
    id: string,
    change: (rollout: Rollout) => Rollout,
  ): Promise<{ readonly before: Rollout | null; readonly after: Rollout | null }>;
}

export function storedRollouts(records: Records): StoredRollouts {
  const last = new Map<string, { readonly begin: Rollout; readonly version: number; readonly rollout: Rollout }>();
  return {
    async read(id) {
      const [begin, found] = await Promise.all([readRecord(records, beginRecord(id)), records.read(progressKey(id))]);
      if (begin === null || found === null) return begin;
      const known = last.get(id);
      // A store that was lost and made anew gives another begin, so an equal version is then no sign.
      if (known?.begin === begin && known.version === found.version) return known.rollout;
      const rollout = withProgress(begin, parseProgress(found.value));
      last.delete(id);
      last.set(id, { begin, version: found.version, rollout });
      const [oldest] = last.keys();
      if (last.size > kept && oldest !== undefined) last.delete(oldest);
      return rollout;
    },
    async change(id, change) {
      const begin = await readRecord(records, beginRecord(id));
      if (begin === null) return { before: null, after: null };
      let before = begin;
      let after = begin;
      await changeRecord(records, progressRecord(id), (progress) => {
        before = progress === null ? begin : withProgress(begin, progress);
        after = change(before);
        return after === before ? progress : progressOf(begin, after);
      });
      return { before, after };
    },
  };
}
