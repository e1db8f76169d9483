import type { NixTree } from '../../nix/parser.ts';
import type { Expr } from '../../nix/syntax.ts';
import { bare } from '../../nix/walk.ts';
import { type Site, sitesOf } from '../nix-text/sites.ts';
import type { LineFormat } from './line-format.ts';
import { joined, type Reading } from './piece.ts';
import { singleString, stringItems } from './string-items.ts';

/** The values that a file gives an option, by the end of its attribute path. */
export function valuesOf(tree: NixTree, ...paths: readonly (readonly string[])[]): readonly Site[] {
  return sitesOf(tree).filter(({ path }) => paths.some((tail) => endsWith(path, tail)));
}

export function endsWith(path: readonly (string | null)[], tail: readonly string[]): boolean {
  const from = path.length - tail.length;
  return from >= 0 && tail.every((step, at) => path[from + at] === step);
}

/** An option that is a list of strings, or one string. */
export function stringsOption(tree: NixTree, format: LineFormat, ...paths: readonly (readonly string[])[]): Reading {
  const readings: Reading[] = [];
  for (const { value, argument } of valuesOf(tree, ...paths)) {
    const node = bare(value);
    // A value in parentheses comes twice.
    if (value.type === 'paren') continue;
    if (node.type === 'list') readings.push(stringItems(tree, node, format));
    else if (node.type === 'string') readings.push(singleString(tree, node, format));
    else if (isComputed(tree, node) && !argument)
      readings.push({
        pieces: [],
        opaque: [{ at: node.from, message: 'the value is computed', owners: [] }],
        starts: [],
      });
  }
  return joined(readings);
}

/** A name, or a call that does more than to mark a written value, as `mkForce [ … ]` does. */
function isComputed(tree: NixTree, node: Expr): boolean {
  if (node.type === 'ident' || node.type === 'select') return true;
  const called = node.type === 'apply' ? tree.text.slice(node.fn.from, node.fn.to) : '';
  return called !== '' && !/(?:^|\.)(?:mk[A-Z][a-z]+|optionals?)$/.test(called);
}
