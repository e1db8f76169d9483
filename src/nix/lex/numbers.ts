import { classes, DIGIT, DOT, LOWER_E, MINUS, PLUS, ZERO } from './characters.ts';

/** Where the digits at `at` end. */
export function digitsEnd(units: Uint8Array, at: number): number {
  let end = at;
  while (((classes[units[end] as number] as number) & DIGIT) !== 0) end++;
  return end;
}

/**
 * Where the number with a point at `start` ends, or `start` where there is none. Nix's rule has two halves: `1.` is a
 * number and `0.` is not; `0.5` and `.5` are, and `00.5` reads as `00` and `.5`.
 */
export function floatEnd(units: Uint8Array, start: number): number {
  const point = digitsEnd(units, start);
  if (units[point] !== DOT) return start;
  const end = digitsEnd(units, point + 1);
  const isWhole = point > start && units[start] !== ZERO;
  const isFraction = point - start <= 1 && end > point + 1;
  return isWhole || isFraction ? exponentEnd(units, end) : start;
}

function exponentEnd(units: Uint8Array, at: number): number {
  if (((units[at] as number) | 32) !== LOWER_E) return at;
  const sign = units[at + 1];
  const digits = sign === PLUS || sign === MINUS ? at + 2 : at + 1;
  const end = digitsEnd(units, digits);
  return end > digits ? end : at;
}

/** What is wrong with a number that the grammar takes, or null. */
export function faultOfNumber(written: string, isFloat: boolean): string | null {
  if (isFloat) return Number.isFinite(Number(written)) ? null : 'invalid float';
  // Up to 18 digits always fit.
  const fits = written.length <= 18 || BigInt(written) <= 9_223_372_036_854_775_807n;
  return fits ? null : 'invalid integer: it does not fit in 64 bits';
}
