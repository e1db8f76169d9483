import { isWithin } from '../name.ts';
import { zoneInFileName } from '../zone-in-file-name.ts';
import type { Entry, ZoneFileDocument } from './syntax.ts';
import { dataWordsOf, type PlacedWord } from './words.ts';

/** The SOA record of the document's zone, or null where the file holds none. */
export function soaOf(
  document: ZoneFileDocument,
): { readonly entry: Entry; readonly words: readonly PlacedWord[] } | null {
  for (const entry of document.entries) {
    if (entry.type !== 'SOA' || entry.owner !== document.zone) continue;
    return { entry, words: dataWordsOf(document.text, entry) };
  }
  return null;
}

/** Where a file is read whose zone nobody has told yet. */
export const nowhere = 'nowhere.invalid.';

/** The zone that a file holds: the owner of its first SOA where that is written in full, else what the file's name tells. */
export function zoneNamed(path: string, document: ZoneFileDocument): string | null {
  const soa = document.entries.find((entry) => entry.type === 'SOA' && entry.owner !== '');
  if (soa === undefined) return null;
  return isWithin(soa.owner, nowhere) ? zoneInFileName(path) : soa.owner;
}

/** The comment on the line of the serial, which often tells its format. */
export function serialComment(text: string, word: PlacedWord): string {
  const end = text.indexOf('\n', word.end);
  const rest = text.slice(word.end, end < 0 ? text.length : end);
  const at = rest.indexOf(';');
  return at < 0 ? '' : rest.slice(at + 1).trim();
}
