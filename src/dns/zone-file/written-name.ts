/**
 * Names as a file writes them, compared without making their canonical form. That form is made from left to right, and
 * `plain` characters stand for themselves in it (see `name.ts`): what differs in those differs in the name.
 */

/** True for a character that is written in one way only; A to Z may be in either case. */
function isPlain(code: number): boolean {
  switch (code) {
    case 34: // "
    case 36: // $
    case 40: // (
    case 41: // )
    case 59: // ;
    case 64: // @
    case 92: // \
      return false;
    default:
      return code > 32 && code < 127;
  }
}

/** DNS compares without case for A to Z and nothing else (RFC 4343 section 3). */
function lowerCode(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

/** True where the text from `from` on cannot be the canonical name: its first character says so. */
export function beginsOtherwise(text: string, from: number, name: string): boolean {
  const code = text.charCodeAt(from);
  return isPlain(code) && lowerCode(code) !== name.charCodeAt(0);
}

/** True where every character is plain: the canonical form is then as long as the text. */
export function isPlainName(text: string, from: number, end: number): boolean {
  for (let at = from; at < end; at += 1) if (!isPlain(text.charCodeAt(at))) return false;
  return true;
}

const DOT = 46;

/** Whether two names as written are spelled alike; `unknown` where only their canonical forms can tell. */
// oxlint-disable-next-line max-params
export function compareWritten(
  text: string,
  from: number,
  end: number,
  there: number,
  thereEnd: number,
): 'alike' | 'different' | 'unknown' {
  const least = Math.min(end - from, thereEnd - there);
  for (let at = 0; at < least; at += 1) {
    const one = text.charCodeAt(from + at);
    const other = text.charCodeAt(there + at);
    if (!isPlain(one) || !isPlain(other)) return 'unknown';
    if (one !== other && lowerCode(one) !== lowerCode(other)) return 'different';
  }
  if (end - from === thereEnd - there) return 'alike';
  // A relative name goes on with the dot before its origin, an absolute one not at all.
  const next = text.charCodeAt((end - from > least ? from : there) + least);
  return isPlain(next) && next !== DOT ? 'different' : 'unknown';
}
