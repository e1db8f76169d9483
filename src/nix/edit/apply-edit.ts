import { parseNix, type NixTree } from '../parser.ts';
import { type Position, positionAt } from '../source.ts';
import type { NixNode } from '../syntax.ts';
import { quoteString } from '../string-text.ts';
import { childrenOf } from '../walk.ts';
import { addArgument } from './arguments.ts';
import { bindingSplice, insertBinding } from './insert.ts';
import { cutRange, indented, lineEnd, lineIndent } from './layout.ts';
import { addItem, asItem, listOf, newList, removeItem } from './lists.ts';
import { moduleSet, placeOf, theOne } from './locate.ts';
import { markedContent } from './marks.ts';
import { isKnownAt, namesFromOutside } from './names-in-scope.ts';
import { isRefused, refused, type EditResult, type NixEdit, type Refused, type Splice } from './nix-edit.ts';
import { setString } from './strings.ts';

const conditions = new Set(['mkIf', 'mkMerge']);

/**
 * Makes an edit in a file's text. The result differs in the lines that had to change and in no other; where the edit
 * cannot be made without guessing, it is refused and says which places stand in the way.
 */
export function applyEdit(text: string, edit: NixEdit): EditResult {
  const tree = parseNix(text);
  const made = splicesFor(tree, edit);
  if (isRefused(made)) {
    const at = [...made.offsets].sort((a, b) => a - b).map((offset) => positionAt(tree, offset));
    return { kind: 'refused', problem: made.problem, message: made.message, at };
  }
  const missing = missingName(tree, edit, made);
  if (missing !== null) return { ...missing, at: [] };
  const edited = splice(text, made);
  const orphan = edit.kind === 'remove' && edited !== text ? orphanedName(tree, made, edited) : null;
  if (orphan !== null) return orphan;
  return { kind: 'edited', text: edited, changed: edited !== text };
}

/** Nix refuses a file that names what it does not know, whatever else is right with it. */
function missingName(
  tree: NixTree,
  edit: NixEdit,
  splices: readonly Splice[],
): { readonly kind: 'refused'; readonly problem: 'unknown-name'; readonly message: string } | null {
  const written =
    edit.kind === 'set' ? edit.value : edit.kind === 'add-item' || edit.kind === 'add-import' ? edit.item : '';
  const [place] = splices;
  if (written === '' || place === undefined) return null;
  const unknown = namesFromOutside(parseNix(written)).filter((each) => !isKnownAt(tree, place.from, each));
  // A piece of a file that is put together elsewhere takes names from there.
  const name = unknown.length === 0 ? undefined : unknown.find((each) => !namesFromOutside(tree).includes(each));
  if (name === undefined) return null;
  const remedy = `a text is written with quotes, and what the module system gives is an argument of the module first`;
  return { kind: 'refused', problem: 'unknown-name', message: `this file does not know "${name}": ${remedy}` };
}

/** In a `rec` set a binding is also a name that its neighbours use: without it Nix refuses the file. */
function orphanedName(
  before: NixTree,
  removed: readonly Splice[],
  edited: string,
): Extract<EditResult, { readonly kind: 'refused' }> | null {
  const known = namesFromOutside(before);
  const after = parseNix(edited);
  const name = namesFromOutside(after).find((each) => !known.includes(each));
  if (name === undefined) return null;
  const message = `other places of this \`rec\` set use "${name}": change them first`;
  return { kind: 'refused', problem: 'unknown-name', message, at: usesOf(before, name, removed) };
}

function usesOf(tree: NixTree, name: string, removed: readonly Splice[]): readonly Position[] {
  const uses: Position[] = [];
  const waiting: NixNode[] = tree.root === null ? [] : [tree.root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const at = node.from;
    const goes = removed.some(({ from, to }) => at >= from && at < to);
    if (node.type === 'ident' && node.name === name && !goes) uses.push(positionAt(tree, at));
    waiting.push(...childrenOf(node));
  }
  return uses.sort((a, b) => a.line - b.line || a.column - b.column);
}

function splice(text: string, splices: readonly Splice[]): string {
  let result = text;
  for (const { from, to, text: piece } of [...splices].sort((a, b) => b.from - a.from)) {
    result = result.slice(0, from) + piece + result.slice(to);
  }
  return result;
}

function splicesFor(tree: NixTree, edit: NixEdit): readonly Splice[] | Refused {
  switch (edit.kind) {
    case 'set':
      return setAttribute(tree, edit.path, edit.value);
    case 'remove':
      return removeAttribute(tree, edit.path);
    case 'add-item':
      return changeList(tree, edit.path, edit.item, 'add');
    case 'remove-item':
      return changeList(tree, edit.path, edit.item, 'remove');
    case 'add-import':
      return changeList(tree, ['imports'], edit.item, 'add');
    case 'add-argument':
      return addArgument(tree, edit.name);
    case 'set-string':
      return changeString(tree, edit.path, edit.value);
  }
}

function setAttribute(tree: NixTree, path: readonly string[], value: string): readonly Splice[] | Refused {
  const trimmed = value.trim();
  if (parseNix(trimmed).root === null || path.length === 0) return refused('bad-value', 'the value is not Nix');
  const module = moduleSet(tree);
  if (isRefused(module)) return module;
  const place = placeOf(tree, module, path);
  const bind = theOne(place, path);
  if (bind !== null && isRefused(bind)) return bind;
  if (place.below.length > 0)
    return refused(
      'several-places',
      `parts of ${path.join('.')} are set one by one`,
      place.below.map(({ from }) => from),
    );
  if (bind === null) return [insertBinding(tree, place, place.searched, trimmed)];
  const before = tree.text.slice(bind.value.from, bind.value.to);
  if (before === trimmed) return [];
  const marked = markedContent(bind.value);
  const given = parseNix(trimmed).root;
  // To write over a condition would take it away unseen; whoever gives a new one has seen it.
  if (marked !== null && conditions.has(marked.name) && !conditions.has(markedContent(given ?? bind.value)?.name ?? ''))
    return refused('computed', `${path.join('.')} is set under a condition (${marked.name})`, [bind.value.from]);
  const indent = lineIndent(tree.text, bind.from);
  return [{ from: bind.value.from, to: bind.value.to, text: indented(trimmed, indent, lineEnd(tree.text)) }];
}

function removeAttribute(tree: NixTree, path: readonly string[]): readonly Splice[] | Refused {
  const module = moduleSet(tree);
  if (isRefused(module)) return module;
  const place = placeOf(tree, module, path);
  const gone = [...place.exact, ...place.below];
  if (gone.length === 0) {
    const none = theOne(place, path);
    return none !== null && isRefused(none) ? none : [];
  }
  if (place.computed.length > 0)
    return refused(
      'computed',
      `${path.join('.')} is also computed`,
      place.computed.map(({ from }) => from),
    );
  return gone.map((bind) => ({ ...cutRange(tree.text, bind.from, bind.to), text: '' }));
}

function changeList(
  tree: NixTree,
  path: readonly string[],
  item: string,
  how: 'add' | 'remove',
): readonly Splice[] | Refused {
  const written = asItem(item);
  if (typeof written !== 'string') return written;
  const module = moduleSet(tree);
  if (isRefused(module)) return module;
  const place = placeOf(tree, module, path);
  const bind = theOne(place, path);
  if (bind === null) {
    if (how === 'remove') return [];
    if (path.length === 1 && path[0] === 'imports') return [newImports(tree, module, written)];
    return [insertBinding(tree, place, place.searched, newList(written, false))];
  }
  if (isRefused(bind)) return bind;
  const list = listOf(bind);
  if (isRefused(list)) return list;
  return how === 'add' ? addItem(tree, list, written) : removeItem(tree, list, written);
}

/** A module's imports come first. */
function newImports(tree: NixTree, module: Exclude<ReturnType<typeof moduleSet>, Refused>, item: string): Splice {
  return bindingSplice(
    tree.text,
    module,
    null,
    (indent, eol) => `imports = ${indented(newList(item, indent !== ''), indent, eol)};`,
  );
}

function changeString(tree: NixTree, path: readonly string[], value: string): readonly Splice[] | Refused {
  const module = moduleSet(tree);
  if (isRefused(module)) return module;
  const place = placeOf(tree, module, path);
  const bind = theOne(place, path);
  if (bind === null)
    return value.includes('\0')
      ? refused('bad-value', 'Nix strings cannot hold a NUL')
      : [insertBinding(tree, place, place.searched, quoteString(value))];
  return isRefused(bind) ? bind : setString(tree, bind, value);
}
