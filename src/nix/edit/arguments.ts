import type { NixTree } from '../parser.ts';
import type { Formals } from '../syntax.ts';
import { bare } from '../walk.ts';
import { lineEnd } from './layout.ts';
import { refused, type Refused, type Splice } from './nix-edit.ts';

/** Gives a module an argument, in the style of those that it has. */
export function addArgument(tree: NixTree, name: string): readonly Splice[] | Refused {
  if (!/^[A-Za-z_][A-Za-z0-9_'-]*$/.test(name)) return refused('bad-value', `"${name}" is not a name`);
  if (tree.root === null) return refused('syntax-error', 'the file cannot be read', [tree.errors[0]?.offset ?? 0]);
  const root = bare(tree.root);
  if (root.type !== 'lambda') {
    const eol = lineEnd(tree.text);
    return [{ from: root.from, to: root.from, text: `{ ${name}, ... }:${eol}` }];
  }
  const { formals } = root;
  if (formals === null)
    return refused('computed', `the module takes all its arguments as "${root.name?.name ?? ''}"`, [root.from]);
  if (formals.items.some((formal) => formal.name.name === name)) return [];
  return [splice(tree.text, formals, name)];
}

function splice(text: string, formals: Formals, name: string): Splice {
  const { items } = formals;
  const last = items[items.length - 1];
  if (last === undefined) {
    const at = formals.ellipsis ?? formals.from + 1;
    return { from: at, to: at, text: formals.ellipsis === null ? ` ${name}` : `${name}, ` };
  }
  const before = items[items.length - 2];
  const between =
    before === undefined ? text.slice(last.to, formals.ellipsis ?? last.to) : text.slice(before.to, last.from);
  // Whatever stands between the last two arguments stands between the new one and its neighbour, comments left out.
  const separator = /^\s*,\s*$/.test(between) && /\S/.test(between) ? between : ', ';
  return { from: last.to, to: last.to, text: separator + name };
}
