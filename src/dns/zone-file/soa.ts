import { isWithin } from '../name.ts';
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

/** The zone that a file says it holds: the owner of its first SOA, where that is written with an absolute name. */
export function zoneSaidBy(document: ZoneFileDocument): string | null {
  for (const entry of document.entries) {
    if (entry.type === 'SOA' && entry.owner !== '' && entry.owner !== '.' && isWithin(entry.owner, '.'))
      return entry.owner;
  }
  return null;
}

/** The comment on the line of the serial, which often tells its format. */
export function serialComment(text: string, word: PlacedWord): string {
  const end = text.indexOf('\n', word.end);
  const rest = text.slice(word.end, end < 0 ? text.length : end);
  const at = rest.indexOf(';');
  return at < 0 ? '' : rest.slice(at + 1).trim();
}
