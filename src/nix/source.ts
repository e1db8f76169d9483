import type { NixTree } from './parser.ts';

/** Where something stands, as editors count: both from 1, the column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What stands between two tokens. */
export interface Trivia {
  readonly kind: 'blank' | 'line-comment' | 'block-comment';
  readonly from: number;
  readonly to: number;
}

/** The text that the tree was read from, put together again from its tokens and what lies between them. */
export function printNix(tree: NixTree): string {
  const { text, tokens } = tree;
  const pieces: string[] = [];
  let at = 0;
  for (let i = 0; i < tokens.count; i++) {
    const start = tokens.starts[i] as number;
    const end = tokens.ends[i] as number;
    if (start > at) pieces.push(text.slice(at, start));
    pieces.push(text.slice(start, end));
    at = end;
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}

const lineStarts = new WeakMap<NixTree, Int32Array>();

/** A lone carriage return ends a line too: Nix counts so, and so do editors. */
function startsOf(tree: NixTree): Int32Array {
  const known = lineStarts.get(tree);
  if (known !== undefined) return known;
  const starts = [0];
  const { text } = tree;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  const made = Int32Array.from(starts);
  lineStarts.set(tree, made);
  return made;
}

export function positionAt(tree: NixTree, offset: number): Position {
  const starts = startsOf(tree);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] as number) + 1 };
}

/** The offset in UTF-8 bytes of an offset in UTF-16 code units. A lone surrogate counts as the three bytes of U+FFFD. */
export function byteOffsetAt(text: string, offset: number): number {
  let bytes = 0;
  for (let i = 0; i < offset; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x80) bytes += 1;
    else if (c < 0x800) bytes += 2;
    else if (c >= 0xd800 && c < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}

/** Blanks and comments from `from` on, up to the first token or `to`. `from` must not lie within a token. */
export function triviaFrom(text: string, from: number, to: number = text.length): Trivia[] {
  const found: Trivia[] = [];
  let at = from;
  while (at < to) {
    const start = at;
    const c = text.charCodeAt(at);
    let kind: Trivia['kind'] = 'blank';
    if (c === 35) {
      kind = 'line-comment';
      while (at < to && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
    } else if (c === 47 && text.charCodeAt(at + 1) === 42) {
      kind = 'block-comment';
      const end = text.indexOf('*/', at + 2);
      if (end < 0) break;
      at = end + 2;
    } else {
      while (at < to && isBlank(text.charCodeAt(at))) at++;
      if (at === start) break;
    }
    found.push({ kind, from: start, to: at });
  }
  return found;
}

function isBlank(c: number): boolean {
  return c === 32 || c === 10 || c === 9 || c === 13;
}

/** The index of the first token that ends after `offset`: the one that holds it, or else the next. */
export function tokenAt(tree: NixTree, offset: number): number {
  const { ends, count } = tree.tokens;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
