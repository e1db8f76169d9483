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

/** The serial wherever the zone's SOA stands: what a server hands over begins and ends with it (RFC 5936 section 2.2). */
export function serialWords(document: ZoneFileDocument): readonly PlacedWord[] {
  const first = soaOf(document)?.words[2];
  if (first === undefined) return [];
  const found: PlacedWord[] = [];
  const { entries } = document;
  for (let row = 0; row < entries.length; row += 1) {
    if (entries.type(row) !== 'SOA' || !entries.isOwnedBy(row, document.zone)) continue;
    const entry = entries.at(row);
    const word = entry === undefined ? undefined : dataWordsOf(document.text, entry)[2];
    if (word?.text === first.text) found.push(word);
  }
  return found;
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
