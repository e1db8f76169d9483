import type { Records } from '../core/records.ts';

/** As long as a pull request may stay open, and longer. Whoever merges later is asked again, which is the safe side. */
const keptMs = 180 * 24 * 60 * 60 * 1000;

/** Writes what is known last about a commit, over whatever stood there. */
export async function keepLatest(records: Records, key: string, value: unknown): Promise<void> {
  for (;;) {
    const found = await records.read(key);
    if (await records.write(key, found?.version ?? 0, value, { expireAfterMs: keptMs })) return;
  }
}
