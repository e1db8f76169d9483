import { triviaFrom } from '../source.ts';

/** The offset at which the line of `offset` begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The blanks before `offset`, if nothing else stands on its line before it; else null. */
export function indentOf(text: string, offset: number): string | null {
  const before = text.slice(lineStart(text, offset), offset);
  return /^[ \t]*$/.test(before) ? before : null;
}

/** The blanks with which the line of `offset` begins. */
export function lineIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';
}

/** How the text ends its lines. */
export function lineEnd(text: string): string {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n';
}

/** The end of what stands behind `offset` on its line, if that is blanks and comments only; else null. */
export function restOfLine(text: string, offset: number): number | null {
  let at = offset;
  for (const { kind, from, to } of triviaFrom(text, offset)) {
    const piece = text.slice(from, to);
    const stop = piece.search(/\r?\n/);
    if (kind === 'blank' && stop >= 0) return at;
    if (kind === 'block-comment' && stop >= 0) return null;
    // Blanks at the end of a line belong to it only if a comment follows them.
    if (kind !== 'blank') at = to;
    if (kind === 'blank' && to === text.length) return at;
  }
  return at === offset && at < text.length
    ? null
    : at === text.length || /^\s*(?:\r?\n|$)/.test(text.slice(at))
      ? at
      : null;
}

/** Where a stretch may be cut so that its lines go with it: the whole lines if it has them for itself. */
export function cutRange(text: string, from: number, to: number): { readonly from: number; readonly to: number } {
  const end = restOfLine(text, to);
  if (indentOf(text, from) !== null && end !== null) {
    const next = text.indexOf('\n', end);
    if (next >= 0) return { from: lineStart(text, from), to: next + 1 };
  }
  let start = from;
  while (start > 0 && (text[start - 1] === ' ' || text[start - 1] === '\t')) start--;
  return { from: indentOf(text, from) === null ? start : from, to };
}

/** Puts `indent` before every line but the first. */
export function indented(value: string, indent: string, eol: string): string {
  return value
    .split(/\r?\n/)
    .map((line, index) => (index === 0 || line === '' ? line : indent + line))
    .join(eol);
}
