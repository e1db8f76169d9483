/** The first words of one entry, and where it ends. One object is used for a whole file. */
export interface Scan {
  /** Starts and ends of the first eight words: owner, TTL, class, type and the beginning of the data fit. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** How many words there are, at most eight are kept. */
  count: number;
  wordsEnd: number;
  /** After the line end. */
  end: number;
  /** How many lines the entry takes. */
  lines: number;
  /** Where it stops making sense, or -1. */
  problemAt: number;
  problem: string;
}

const TAB = 9;
const LF = 10;
const VT = 11;
const FF = 12;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const OPEN = 40;
const CLOSE = 41;
const SEMICOLON = 59;
const BACKSLASH = 92;

/**
 * Finds the end of the entry that starts at `from`, as BIND's lexer does (lib/isc/lex.c): a comment starts anywhere
 * outside quotes, parentheses make line ends count as spaces, a quote does not reach over a line end.
 */
export function scanEntry(text: string, from: number, scan: Scan): void {
  const length = text.length;
  let at = from;
  let depth = 0;
  let openAt = -1;
  scan.count = 0;
  scan.wordsEnd = from;
  scan.lines = 0;
  scan.problemAt = -1;
  while (at < length) {
    const code = text.charCodeAt(at);
    if (code === SPACE || code === TAB || code === FF || code === VT) at += 1;
    else if (code === LF || code === CR) {
      // A line end is LF, CR LF, or a lone CR, which BIND reads as one too.
      if (code === CR && text.charCodeAt(at + 1) === LF) at += 1;
      if (text.charCodeAt(at) === LF) scan.lines += 1;
      at += 1;
      if (depth === 0) {
        scan.end = at;
        return;
      }
    } else if (code === SEMICOLON) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? length : text.charCodeAt(end - 1) === CR ? end - 1 : end;
    } else if (code === OPEN) {
      depth += 1;
      openAt = at;
      at += 1;
      scan.wordsEnd = at;
    } else if (code === CLOSE) {
      if (depth === 0) note(scan, at, 'a closing parenthesis without an opening one');
      else depth -= 1;
      at += 1;
      scan.wordsEnd = at;
    } else {
      let end = wordEnd(text, at);
      if (end < 0) {
        end = ~end;
        note(scan, at, 'a double quote is not closed on its line');
        depth = 0;
      }
      if (scan.count < 8) {
        scan.starts[scan.count] = at;
        scan.ends[scan.count] = end;
      }
      scan.count += 1;
      if (code === QUOTE) scan.lines += linesIn(text, at, end);
      at = end;
      scan.wordsEnd = end;
    }
  }
  if (depth > 0) note(scan, openAt, 'a parenthesis is not closed');
  scan.end = length;
}

function note(scan: Scan, at: number, message: string): void {
  if (scan.problemAt >= 0) return;
  scan.problemAt = at;
  scan.problem = message;
}

/** Line ends inside quotes: only escaped ones occur. */
function linesIn(text: string, at: number, end: number): number {
  let lines = 0;
  for (let next = text.indexOf('\n', at); next >= 0 && next < end; next = text.indexOf('\n', next + 1)) lines += 1;
  return lines;
}

/** The end of the word that starts at `at`. Of a quoted one that is not closed: the bitwise complement of the line end that it ran into. */
export function wordEnd(text: string, at: number): number {
  const length = text.length;
  let next = at;
  if (text.charCodeAt(at) === QUOTE) {
    for (next = at + 1; next < length; next += 1) {
      const code = text.charCodeAt(next);
      if (code === QUOTE) return next + 1;
      if (code === LF || code === CR) return ~next;
      if (code === BACKSLASH) next += 1;
    }
    return ~length;
  }
  for (; next < length; next += 1) {
    const code = text.charCodeAt(next);
    if (code === BACKSLASH) {
      const escaped = text.charCodeAt(next + 1);
      if (escaped !== LF && escaped !== CR) next += 1;
      continue;
    }
    if (code <= SPACE && (code === SPACE || (code >= TAB && code <= CR))) break;
    if (code === SEMICOLON || code === OPEN || code === CLOSE || code === QUOTE) break;
  }
  return Math.min(next, length);
}

/** True for `3600`, `1h30m`: what stands where a TTL may stand and is one. */
export function isTimeToLive(text: string, at: number, end: number): boolean {
  let digits = false;
  let units = false;
  for (let next = at; next < end; next += 1) {
    const code = text.charCodeAt(next);
    if (code >= 48 && code <= 57) digits = true;
    else {
      // w d h m s, in either case
      const letter = code | 32;
      if (!digits || (letter !== 119 && letter !== 100 && letter !== 104 && letter !== 109 && letter !== 115))
        return false;
      digits = false;
      units = true;
    }
  }
  return digits ? !units : units;
}
