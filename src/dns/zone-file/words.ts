import { canonicalData, type DataReading, type DataWord } from '../data.ts';
import { wordEnd } from './scan.ts';
import type { Entry, ZoneFileDocument } from './syntax.ts';

/** One word of an entry and where it stands, quotes included. */
export interface PlacedWord extends DataWord {
  readonly at: number;
  readonly end: number;
}

/** The words of a record's data. A quoted value after `key=` belongs to its key for SVCB and HTTPS only. */
export function dataWordsOf(text: string, entry: Pick<Entry, 'dataAt' | 'wordsEnd' | 'type'>): readonly PlacedWord[] {
  if (entry.dataAt < 0) return [];
  const pairs = entry.type === 'SVCB' || entry.type === 'HTTPS';
  const last = entry.wordsEnd;
  const words: PlacedWord[] = [];
  for (let at = entry.dataAt; at < last; ) {
    const char = text.charAt(at);
    if (char === ';') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? last : end;
    } else if (/[\s()]/.test(char)) at += 1;
    else {
      const reached = wordEnd(text, at);
      let end = reached < 0 ? ~reached : reached;
      const quoted = char === '"';
      if (!quoted && pairs && text.charAt(end) === '"' && text.charAt(end - 1) === '=') {
        const closing = wordEnd(text, end);
        end = closing < 0 ? ~closing : closing;
      }
      words.push({
        at,
        end,
        quoted,
        text: quoted ? text.slice(at + 1, reached < 0 ? end : end - 1) : text.slice(at, end),
      });
      at = end;
    }
  }
  return words;
}

/** The data of a record in its one spelling, or what is wrong with it. */
export function dataOf(document: ZoneFileDocument, entry: Entry): DataReading {
  return canonicalData(entry.type, dataWordsOf(document.text, entry), entry.scope.origin);
}
