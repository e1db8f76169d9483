import * as T from './token.ts';

/** The kind of the word at `start`: a keyword's own, or ID. Asked for every word of every file, hence by length first. */
export function keywordAt(text: string, start: number, end: number): number {
  switch (end - start) {
    case 2:
      return word2(text.charCodeAt(start), text.charCodeAt(start + 1));
    case 3:
      if (text.startsWith('let', start)) return T.LET;
      return text.startsWith('rec', start) ? T.REC : T.ID;
    case 4:
      if (text.startsWith('then', start)) return T.THEN;
      if (text.startsWith('else', start)) return T.ELSE;
      return text.startsWith('with', start) ? T.WITH : T.ID;
    case 6:
      return text.startsWith('assert', start) ? T.ASSERT : T.ID;
    case 7:
      return text.startsWith('inherit', start) ? T.INHERIT : T.ID;
    default:
      return T.ID;
  }
}

function word2(first: number, second: number): number {
  if (first === 105) {
    if (second === 110) return T.IN;
    return second === 102 ? T.IF : T.ID;
  }
  return first === 111 && second === 114 ? T.OR_WORD : T.ID;
}
