/** Octets that one character-string holds (RFC 1035 section 3.3). */
const most = 255;

/** A text of any length as the character-strings that hold it, in presentation form; where it can, it is parted behind a space. */
export function stringsOfText(text: string): readonly string[] {
  const units = text.match(/\\[0-2]\d\d|\\[^]|[^]/gu) ?? [];
  const strings: string[] = [];
  let current = '';
  let octets = 0;
  for (const unit of units) {
    const size = unit.startsWith('\\') ? 1 : new TextEncoder().encode(unit).length;
    if (octets + size > most) {
      strings.push(current);
      current = '';
      octets = 0;
    }
    current += unit === '"' ? '\\"' : unit === '\\' ? '\\\\' : unit;
    octets += size;
  }
  return [...strings, current];
}
