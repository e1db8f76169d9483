import { refuse, type Refusal } from '../../core/refusal.ts';
import { reparseEntries } from './reparse.ts';
import { differsOnlyBy } from './proof.ts';
import { endOfWord } from './style.ts';
import type { Entry, ZoneFileDocument } from './syntax.ts';

/** Text that takes the place of `[at, end)`. */
export interface Splice {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

/** The document with its text spliced, read anew. Splices do not overlap. */
export function spliced(document: ZoneFileDocument, splices: readonly Splice[]): ZoneFileDocument {
  let text = '';
  let from = 0;
  const sorted = splices.toSorted((a, b) => a.at - b.at);
  for (const splice of sorted) {
    text += document.text.slice(from, splice.at) + splice.text;
    from = splice.end;
  }
  text += document.text.slice(from);
  return { ...document, text, entries: reparseEntries(document.entries, text, document.start, sorted) };
}

/** The first way of editing that changes the asked records and no other. */
export function firstProven(
  document: ZoneFileDocument,
  ways: Iterable<readonly Splice[]>,
  expected: Parameters<typeof differsOnlyBy>[2],
): ZoneFileDocument | undefined {
  for (const splices of ways) {
    const next = spliced(document, splices);
    if (differsOnlyBy(document, next, expected)) return next;
  }
  return undefined;
}

export function ttlSplice(document: ZoneFileDocument, entry: Entry, ttl: number): Splice {
  if (entry.ttlAt >= 0) return { at: entry.ttlAt, end: endOfWord(document.text, entry.ttlAt), text: String(ttl) };
  const at = entry.classAt >= 0 ? Math.min(entry.classAt, entry.typeAt) : entry.typeAt;
  return { at, end: at, text: `${ttl} ` };
}

/** Other lines take their name or TTL from this one in a way that no edit of ours can keep. */
export function entangled(document: ZoneFileDocument, entry: Entry, name: string): Refusal {
  const reason = 'other lines take their name or TTL from this line, and would change with it';
  return refuse('zone-unreadable', { zone: document.zone, file: document.path, line: entry.line, name, reason });
}
