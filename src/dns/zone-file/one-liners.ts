import type { Entry, ZoneFileDocument } from './syntax.ts';

/** Records that take one line: only these have columns to take after. */
export function oneLiners(document: ZoneFileDocument, entries: Iterable<Entry>, most = Infinity): readonly Entry[] {
  const found: Entry[] = [];
  for (const entry of entries) {
    if (found.length >= most) break;
    if (isOneLiner(document, entry)) found.push(entry);
  }
  return found;
}

/** The last of the file, in order. */
export function lastOneLiners(document: ZoneFileDocument, most: number): readonly Entry[] {
  const found: Entry[] = [];
  document.entries.findLast((entry) => {
    if (isOneLiner(document, entry)) found.unshift(entry);
    return found.length >= most;
  });
  return found;
}

function isOneLiner(document: ZoneFileDocument, entry: Entry): boolean {
  if (entry.kind !== 'record' || entry.foreignClass || entry.type === 'SOA') return false;
  const newline = document.text.indexOf('\n', entry.start);
  return newline < 0 || newline >= entry.end - 1;
}

/** The one that begins nearest to the offset. */
export function nearest(entries: readonly Entry[], at: number): Entry | null {
  let best: Entry | null = null;
  for (const entry of entries) {
    if (best === null || Math.abs(entry.start - at) < Math.abs(best.start - at)) best = entry;
  }
  return best;
}
