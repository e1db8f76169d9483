import { parseNix, type NixTree } from '../parser.ts';
import type { Bind, Expr, List } from '../syntax.ts';
import { bare } from '../walk.ts';
import { cutRange, indentOf, indented, lineEnd, lineIndent, restOfLine } from './layout.ts';
import { markedContent } from './marks.ts';
import { refused, type Refused, type Splice } from './nix-edit.ts';

/** The one written list that a binding's value is or ends up in: behind `with`, or within a chain of `++`. */
export function listOf(bind: Bind): List | Refused {
  const lists: List[] = [];
  const waiting: Expr[] = [bind.value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const inner = bare(next);
    if (inner.type === 'list') lists.push(inner);
    else if (inner.type === 'with') waiting.push(inner.body);
    else if (inner.type === 'binary' && inner.op === '++') waiting.push(inner.right, inner.left);
    else {
      const marked = markedContent(inner);
      // Under a condition a list is another list than the one that was asked for.
      if (marked !== null && marked.name !== 'mkIf' && marked.name !== 'mkMerge') waiting.push(marked.content);
    }
  }
  const [only, second] = lists;
  if (only === undefined) return refused('not-a-list', 'the value is not a written list', [bind.value.from]);
  if (second !== undefined)
    return refused(
      'several-places',
      'the value is made of several lists',
      lists.map(({ from }) => from),
    );
  return only;
}

/** An item as it may stand in a list: whatever is more than one word needs parentheses there. */
export function asItem(item: string): string | Refused {
  const { root } = parseNix(item);
  if (root === null) return refused('bad-value', `"${item}" is not Nix`);
  const needs = ['apply', 'binary', 'unary', 'lambda', 'let', 'with', 'if', 'assert', 'has-attr'].includes(root.type);
  return needs ? `(${item.trim()})` : item.trim();
}

export function addItem(tree: NixTree, list: List, item: string): readonly Splice[] {
  const { text } = tree;
  if (list.items.some((each) => sameCode(text.slice(each.from, each.to), item))) return [];
  const eol = lineEnd(text);
  const last = list.items[list.items.length - 1];
  if (last === undefined) return [intoEmpty(text, list, item)];
  if (!text.slice(list.from, list.to).includes('\n') || indentOf(text, last.from) === null) {
    if (indentOf(text, list.to - 1) === null || last === list.items[0])
      return [{ from: last.to, to: last.to, text: ` ${item}` }];
  }
  const after = sortedBefore(text, list, item) ?? last;
  const at =
    after === 'first' ? (restOfLine(text, list.from + 1) ?? list.from + 1) : (restOfLine(text, after.to) ?? after.to);
  const indent = after === 'first' ? lineIndent(text, list.items[0]?.from ?? last.from) : lineIndent(text, after.from);
  return [{ from: at, to: at, text: `${eol}${indent}${indented(item, indent, eol)}` }];
}

function intoEmpty(text: string, list: List, item: string): Splice {
  const inner = text.slice(list.from + 1, list.to - 1);
  if (!inner.includes('\n')) return { from: list.from + 1, to: list.to - 1, text: ` ${item} ` };
  const eol = lineEnd(text);
  const indent = `${lineIndent(text, list.to - 1)}  `;
  const at = restOfLine(text, list.from + 1) ?? list.from + 1;
  const lastComment = at + text.slice(at, list.to - 1).trimEnd().length;
  return { from: lastComment, to: lastComment, text: `${eol}${indent}${indented(item, indent, eol)}` };
}

/** In a list with a line for each item and the items in order, the item behind which the new one comes. */
function sortedBefore(text: string, list: List, item: string): Expr | 'first' | null {
  const written = list.items.map((each) => text.slice(each.from, each.to));
  const ownLines = list.items.every((each) => indentOf(text, each.from) !== null);
  if (
    !ownLines ||
    written.length < 3 ||
    !written.every((each, index) => index === 0 || (written[index - 1] ?? '') <= each)
  )
    return null;
  const index = written.findIndex((each) => each > item);
  if (index < 0) return null;
  return index === 0 ? 'first' : (list.items[index - 1] ?? null);
}

export function removeItem(tree: NixTree, list: List, item: string): readonly Splice[] {
  const { text } = tree;
  return list.items
    .filter((each) => sameCode(text.slice(each.from, each.to), item))
    .map((each) => ({ ...cutRange(text, each.from, each.to), text: '' }));
}

/** Equal but for blanks and parentheses around them. */
function sameCode(a: string, b: string): boolean {
  const plain = (code: string): string =>
    code
      .trim()
      .replace(/^\((.*)\)$/s, '$1')
      .replace(/\s+/g, ' ')
      .trim();
  return plain(a) === plain(b);
}

/** A new list, on lines of its own where its surroundings have them. */
export function newList(item: string, ownLines: boolean): string {
  return ownLines ? `[\n  ${item}\n]` : `[ ${item} ]`;
}
