import { isBareName, nameOf } from '../names.ts';
import type { NixTree } from '../parser.ts';
import { quoteString } from '../string-text.ts';
import type { AttrSet, Binding } from '../syntax.ts';
import { indentOf, indented, lineEnd, lineIndent, restOfLine } from './layout.ts';
import type { Container, Place } from './locate.ts';
import type { Splice } from './nix-edit.ts';

/** A path as it is written before `=`. */
export function writtenPath(path: readonly string[]): string {
  return path.map((name) => (isBareName(name) ? name : quoteString(name))).join('.');
}

interface Spot {
  readonly container: Container;
  /** The binding after which to write; null for the beginning of the set. */
  readonly after: Binding | null;
}

/** A new binding next to the one that is most like it, at the deepest written set that leads there. */
export function insertBinding(tree: NixTree, place: Place, path: readonly string[], value: string): Splice {
  const { container, after } = spotFor(tree, place, path);
  const name = writtenPath(path.slice(container.prefix.length));
  return bindingSplice(tree.text, container.set, after, (indent, eol) => `${name} = ${indented(value, indent, eol)};`);
}

function spotFor(tree: NixTree, place: Place, path: readonly string[]): Spot {
  let best: Spot | null = null;
  let bestScore = -1;
  for (const container of place.containers) {
    const own = container.prefix.length;
    if (own >= bestScore) [best, bestScore] = [{ container, after: lastOf(container.set) }, own];
    for (const binding of container.set.bindings) {
      const score = own + shared(tree, binding, path.slice(own));
      // Among equals the deepest set and the last line win.
      if (score > own && score >= bestScore) [best, bestScore] = [{ container, after: binding }, score];
    }
  }
  const spot = best ?? { container: place.containers[0] as Container, after: null };
  return sortedSpot(tree, spot, path, bestScore);
}

function lastOf(set: AttrSet): Binding | null {
  return set.bindings[set.bindings.length - 1] ?? null;
}

/** How many steps of a path a binding shares. */
function shared(tree: NixTree, binding: Binding, path: readonly string[]): number {
  if (binding.type === 'inherit') return 0;
  let count = 0;
  for (const step of binding.path) {
    if (count >= path.length || nameOf(tree.text, step) !== path[count]) break;
    count++;
  }
  return count;
}

/** In a set whose names are in order the new one keeps the order. */
function sortedSpot(tree: NixTree, spot: Spot, path: readonly string[], score: number): Spot {
  const { container } = spot;
  if (score > container.prefix.length) return spot;
  const names = container.set.bindings.map((binding) =>
    binding.type === 'bind' ? writtenNames(tree, binding.path) : null,
  );
  const known = names.filter((name): name is string => name !== null);
  if (
    known.length < 3 ||
    known.length !== names.length ||
    !known.every((name, index) => index === 0 || (known[index - 1] ?? '') <= name)
  )
    return spot;
  const name = path.slice(container.prefix.length).join('.');
  const index = known.findIndex((each) => each > name);
  return index < 0 ? spot : { container, after: container.set.bindings[index - 1] ?? null };
}

function writtenNames(tree: NixTree, path: readonly Parameters<typeof nameOf>[1][]): string | null {
  const names = path.map((step) => nameOf(tree.text, step));
  return names.includes(null) ? null : names.join('.');
}

/** Writes a binding into a set in the set's own style: on a line of its own where the others have one. */
export function bindingSplice(
  text: string,
  set: AttrSet,
  after: Binding | null,
  write: (indent: string, eol: string) => string,
): Splice {
  const eol = lineEnd(text);
  const close = set.to - 1;
  const isOpen = text.slice(set.open, close).includes('\n');
  if (set.bindings.length === 0 && !isOpen) {
    const outer = lineIndent(text, set.open);
    // A module that is an empty set opens up; a small set within a line stays within it.
    if (text.slice(set.to).trim() === '' && indentOf(text, set.open) !== null) {
      return { from: set.open + 1, to: close, text: `${eol}${outer}  ${write(`${outer}  `, eol)}${eol}${outer}` };
    }
    return { from: set.open + 1, to: close, text: ` ${write(outer, eol)} ` };
  }
  const sibling = after ?? set.bindings[0] ?? null;
  const indent = sibling === null ? `${lineIndent(text, close)}  ` : indentOf(text, sibling.from);
  if (!isOpen || indent === null) return inlineSplice(text, set, after, write(lineIndent(text, set.open), eol));
  const written = write(indent, eol);
  const from = restOfLine(text, after === null ? set.open + 1 : after.to);
  // More code on the same line: to break that line would change two.
  if (from === null) return inlineSplice(text, set, after, written);
  return { from, to: from, text: `${eol}${indent}${written}` };
}

function inlineSplice(text: string, set: AttrSet, after: Binding | null, written: string): Splice {
  const from = after === null ? set.open + 1 : after.to;
  const space = text[from] === ' ' || text[from] === '\n' || text[from] === '\r' ? '' : ' ';
  return { from, to: from, text: ` ${written}${space}` };
}
