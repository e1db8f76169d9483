import { APOSTROPHE, BACKSLASH, DOLLAR, DOUBLE_QUOTE, NUL, OPEN_BRACE } from './characters.ts';
import { END_OF_TEXT } from './units.ts';

/** Units that may end a string's text or begin an escape in it. */
const notable = flagged([DOUBLE_QUOTE, DOLLAR, BACKSLASH, NUL, END_OF_TEXT]);
const notableIndented = flagged([APOSTROPHE, DOLLAR, NUL, END_OF_TEXT]);

function flagged(units: readonly number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const unit of units) table[unit] = 1;
  return table;
}

/**
 * Where the literal text at `start` ends between plain quotes: before `${`, before `"`, before a NUL that no escape
 * covers, or with the file.
 */
export function plainTextEnd(units: Uint8Array, start: number): number {
  let end = start;
  for (;;) {
    while (notable[units[end] as number] === 0) end++;
    const unit = units[end];
    if (unit === DOUBLE_QUOTE || unit === NUL || unit === END_OF_TEXT) return end;
    const next = units[end + 1];
    if (unit === BACKSLASH) end += next === END_OF_TEXT ? 1 : 2;
    else if (next === OPEN_BRACE) return end;
    // `$$` is taken as one, so the brace in `$${` opens nothing.
    else end += next === DOLLAR ? 2 : 1;
  }
}

/** The same between `''`. */
export function indentedTextEnd(units: Uint8Array, start: number): number {
  let end = start;
  for (;;) {
    while (notableIndented[units[end] as number] === 0) end++;
    const unit = units[end];
    const next = units[end + 1];
    if (unit === NUL || unit === END_OF_TEXT) return end;
    if (next === END_OF_TEXT) return end + 1;
    if (unit === DOLLAR) {
      if (next === OPEN_BRACE) return end;
      // What follows a dollar or a quote is taken with it, unless it could begin something itself.
      end += next === APOSTROPHE || next === NUL ? 1 : 2;
    } else if (next === APOSTROPHE) {
      const length = escapeLength(units, end);
      if (length === 0) return end;
      end += length;
    } else end += next === DOLLAR || next === NUL ? 1 : 2;
  }
}

/** How long the escape is that `''` begins: `''$`, `'''`, or `''\` and a character. 0 where the quotes close. */
function escapeLength(units: Uint8Array, at: number): number {
  const third = units[at + 2];
  if (third === DOLLAR || third === APOSTROPHE) return 3;
  if (third !== BACKSLASH) return 0;
  return units[at + 3] === END_OF_TEXT ? 3 : 4;
}
