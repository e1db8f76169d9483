import { CARRIAGE_RETURN, LINE_FEED } from './characters.ts';
import { END_OF_TEXT } from './units.ts';

const endsLine = new Uint8Array(256);
for (const unit of [LINE_FEED, CARRIAGE_RETURN, END_OF_TEXT]) endsLine[unit] = 1;

/** Where the line that goes on at `at` ends. A comment ends before `\r` as well as before `\n`. */
export function lineEnd(units: Uint8Array, at: number): number {
  let end = at;
  while (endsLine[units[end] as number] === 0) end++;
  return end;
}
