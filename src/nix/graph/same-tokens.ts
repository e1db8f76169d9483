import type { NixTree } from '../parser.ts';
import { tokenAt } from '../source.ts';
import type { Expr } from '../syntax.ts';

/** A piece of a file's text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * True where two pieces of Nix say the same: all that differs are comments and the blanks between tokens. What stands
 * within a string is part of a token, so the indentation of an indented string counts.
 */
export function sameTokens(a: NixTree, b: NixTree, inA: Span = whole(a), inB: Span = whole(b)): boolean {
  const [first, end] = tokensIn(a, inA);
  const [other, otherEnd] = tokensIn(b, inB);
  if (end - first !== otherEnd - other) return false;
  for (let i = 0; i < end - first; i++) {
    if (a.tokens.kinds[first + i] !== b.tokens.kinds[other + i]) return false;
    const from = a.tokens.starts[first + i] as number;
    const length = (a.tokens.ends[first + i] as number) - from;
    const otherFrom = b.tokens.starts[other + i] as number;
    if (length !== (b.tokens.ends[other + i] as number) - otherFrom) return false;
    if (!a.text.startsWith(b.text.slice(otherFrom, otherFrom + length), from)) return false;
  }
  return true;
}

/** The tokens of a piece in one text: two pieces with the same one say the same. */
export function tokenText(tree: NixTree, span: Span): string {
  const [first, end] = tokensIn(tree, span);
  const pieces: string[] = [];
  for (let i = first; i < end; i++)
    pieces.push(`${tree.tokens.kinds[i]}:${tree.text.slice(tree.tokens.starts[i], tree.tokens.ends[i])}`);
  return pieces.join('\0');
}

/** Nix can tell a program where something stands; then a line more in a comment is a change. */
export function asksForPositions(tree: NixTree): boolean {
  return /__curPos|unsafeGetAttrPos|unsafeGetLambdaPos/.test(tree.text);
}

/** Whether two readings of one file are both free of errors, so that their trees can be compared. */
export function areReadable(a: NixTree, b: NixTree): a is NixTree & { readonly root: Expr } {
  return a.errors.length === 0 && b.errors.length === 0 && a.root !== null && b.root !== null;
}

function whole(tree: NixTree): Span {
  return { from: 0, to: tree.text.length };
}

/** The first token that begins in the span, and the first behind it. Empty tokens end a path and stand at its end. */
function tokensIn(tree: NixTree, { from, to }: Span): readonly [number, number] {
  const { starts, ends, count } = tree.tokens;
  if (count === 0 || from >= to) return [0, 0];
  let first = tokenAt(tree, from);
  while (first < count && (starts[first] as number) < from) first++;
  let end = first;
  while (end < count && (starts[end] as number) < to && (ends[end] as number) <= to) end++;
  return [first, end];
}
