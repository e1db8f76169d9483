import type { DataWord } from '../data.ts';
import { shapeOf } from '../record-types.ts';
import type { Splice } from './splice.ts';
import { endOfWord, wordLike } from './style.ts';
import type { Entry, ZoneFileDocument } from './syntax.ts';
import { dataWordsOf, type PlacedWord } from './words.ts';

/** Other data for a record, word by word: what stays the same is not touched, and lines and comments stay where they are. */
export function dataSplices(
  document: ZoneFileDocument,
  entry: Entry,
  type: string,
  words: readonly DataWord[],
): readonly Splice[] {
  const { text } = document;
  const placed = dataWordsOf(text, entry);
  const fresh = inChunks(
    type,
    placed,
    words.map((word, at) => wordLike(document, [entry], type, word, at, entry.scope)),
  );
  const splices: Splice[] = [];
  for (const [at, old] of placed.entries()) {
    const next = fresh[at];
    if (next === undefined) splices.push({ at: gapBefore(text, entry, placed, at), end: old.end, text: '' });
    else if (next !== text.slice(old.at, old.end)) splices.push({ at: old.at, end: old.end, text: next });
  }
  const more = fresh.slice(placed.length);
  const end = placed.at(-1)?.end ?? endOfWord(text, entry.typeAt);
  if (more.length > 0) splices.push({ at: end, end, text: more.map((word) => gapLike(text, placed) + word).join('') });
  return splices;
}

/** The whole data on one line, where its words cannot be exchanged one by one. */
export function wholeDataSplice(
  document: ZoneFileDocument,
  entry: Entry,
  type: string,
  words: readonly DataWord[],
): readonly Splice[] {
  const placed = dataWordsOf(document.text, entry);
  const [first, last] = [placed[0], placed.at(-1)];
  const text = words.map((word, at) => wordLike(document, [entry], type, word, at, entry.scope)).join(' ');
  return first === undefined || last === undefined ? [] : [{ at: first.at, end: last.end, text }];
}

/** Keys and digests that stand in several pieces are given in pieces of that size: they are one value, however parted. */
function inChunks(type: string, placed: readonly PlacedWord[], fresh: readonly string[]): readonly string[] {
  const shape = shapeOf(type);
  const at = shape.length - 1;
  const size = placed[at]?.text.length ?? 0;
  if ((shape[at] !== 'hex' && shape[at] !== 'base64') || placed.length <= shape.length || size === 0) return fresh;
  const value = fresh.slice(at).join('');
  return [...fresh.slice(0, at), ...(value.match(new RegExp(`.{1,${size}}`, 'g')) ?? [])];
}

/** From where a word that goes takes the blanks before it along: a comment or a parenthesis there stays. */
function gapBefore(text: string, entry: Entry, placed: readonly PlacedWord[], at: number): number {
  const from = placed[at - 1]?.end ?? endOfWord(text, entry.typeAt);
  const to = placed[at]?.at ?? from;
  return /^\s*$/.test(text.slice(from, to)) ? from : to;
}

/** What parts the last two words, so that one more stands as they do: on a line of its own, if so. */
function gapLike(text: string, placed: readonly PlacedWord[]): string {
  const [before, last] = placed.slice(-2);
  const gap = before === undefined || last === undefined ? '' : text.slice(before.end, last.at);
  return /^\s+$/.test(gap) ? gap : ' ';
}
