import * as T from '../token.ts';

/** Units of a keyword, beginning with its first: what stands behind was measured before. */
type Spelling = readonly number[];

const spell = (word: string): Spelling => Array.from(word, (character) => character.charCodeAt(0));

const LET = spell('let');
const REC = spell('rec');
const THEN = spell('then');
const ELSE = spell('else');
const WITH = spell('with');
const ASSERT = spell('assert');
const INHERIT = spell('inherit');

/** The kind of the word at `start`: a keyword's own, or ID. Asked for every word of every file, hence by length first. */
export function keywordAt(units: Uint8Array, start: number, end: number): number {
  switch (end - start) {
    case 2:
      return word2(units[start] as number, units[start + 1] as number);
    case 3:
      if (says(units, start, LET)) return T.LET;
      return says(units, start, REC) ? T.REC : T.ID;
    case 4:
      if (says(units, start, THEN)) return T.THEN;
      if (says(units, start, ELSE)) return T.ELSE;
      return says(units, start, WITH) ? T.WITH : T.ID;
    case 6:
      return says(units, start, ASSERT) ? T.ASSERT : T.ID;
    case 7:
      return says(units, start, INHERIT) ? T.INHERIT : T.ID;
    default:
      return T.ID;
  }
}

function says(units: Uint8Array, start: number, word: Spelling): boolean {
  for (let i = 0; i < word.length; i++) if (units[start + i] !== word[i]) return false;
  return true;
}

function word2(first: number, second: number): number {
  if (first === 105) {
    if (second === 110) return T.IN;
    return second === 102 ? T.IF : T.ID;
  }
  return first === 111 && second === 114 ? T.OR_WORD : T.ID;
}
