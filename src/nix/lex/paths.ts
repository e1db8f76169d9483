import { classes, COLON, GREATER, PATH_CHAR, SCHEME_CHAR, SLASH, URI_CHAR } from './characters.ts';

/** Where the run of units of a class at `at` ends. */
export function runEnd(units: Uint8Array, at: number, bits: number): number {
  let end = at;
  while (((classes[units[end] as number] as number) & bits) !== 0) end++;
  return end;
}

/** The end of `(/chars)+/?` at `at`, or `at` where there is none. */
export function pathTailEnd(units: Uint8Array, at: number): number {
  let end = at;
  while (units[end] === SLASH && isPathChar(units[end + 1] as number)) end = runEnd(units, end + 2, PATH_CHAR);
  return end > at && units[end] === SLASH ? end + 1 : end;
}

/** The end of `<nixpkgs/nixos>` at `start`, or `start`. A slash stands between characters, so `<a/>` is none. */
export function searchPathEnd(units: Uint8Array, start: number): number {
  let end = start + 1;
  while (isPathChar(units[end] as number)) {
    end = runEnd(units, end, PATH_CHAR);
    if (units[end] === SLASH) end++;
  }
  const closes = end > start + 1 && units[end] === GREATER && units[end - 1] !== SLASH;
  return closes ? end + 1 : start;
}

/** The end of the URI whose scheme ends at `schemeEnd`, or -1 where it is none. */
export function uriEnd(units: Uint8Array, schemeEnd: number): number {
  if (units[schemeEnd] !== COLON) return -1;
  const end = runEnd(units, schemeEnd + 1, URI_CHAR);
  return end > schemeEnd + 1 ? end : -1;
}

/**
 * The ends of the runs last measured. A run's end is the same from all its units: measured once, `a.a.a.…` is read in
 * time that grows with its length, not with its square.
 */
export class Runs {
  private pathEnd = -1;
  private schemeEnd = -1;

  forget(): void {
    this.pathEnd = -1;
    this.schemeEnd = -1;
  }

  pathChars(units: Uint8Array, start: number): number {
    if (start >= this.pathEnd) this.pathEnd = runEnd(units, start, PATH_CHAR);
    return this.pathEnd;
  }

  scheme(units: Uint8Array, start: number): number {
    if (start >= this.schemeEnd) this.schemeEnd = runEnd(units, start, SCHEME_CHAR);
    return this.schemeEnd;
  }
}

function isPathChar(unit: number): boolean {
  return ((classes[unit] as number) & PATH_CHAR) !== 0;
}
