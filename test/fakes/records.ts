import type { Clock } from '../../src/core/clock.ts';
import type { Records } from '../../src/core/records.ts';

/** Records in memory, held by the same laws as the real ones. Values travel as JSON, so no reference is shared. */
export function memoryRecords(clock: Pick<Clock, 'now'> = { now: () => Date.now() }): Records {
  const stored = new Map<string, { text: string; version: number; expiresAt: number }>();
  const current = (key: string) => {
    const found = stored.get(key);
    if (found === undefined || found.expiresAt > clock.now()) return found;
    stored.delete(key);
    return undefined;
  };
  return {
    async read(key) {
      const found = current(key);
      return found === undefined ? null : { value: JSON.parse(found.text) as unknown, version: found.version };
    },
    async write(key, expected, value, options = {}) {
      const version = current(key)?.version ?? 0;
      if (version !== expected) return false;
      const expiresAt =
        options.expireAfterMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + options.expireAfterMs;
      stored.set(key, { text: JSON.stringify(value) ?? 'null', version: version + 1, expiresAt });
      return true;
    },
    async remove(key) {
      stored.delete(key);
    },
    async keys(prefix) {
      return [...stored.keys()].filter((key) => key.startsWith(prefix) && current(key) !== undefined);
    },
  };
}
