import { nameOf } from '../names.ts';
import type { NixTree } from '../parser.ts';
import type { AttrSet, Bind, Expr, Inherit } from '../syntax.ts';
import { bare } from '../walk.ts';
import { markedContent, writtenSets } from './marks.ts';
import { refused, type Refused } from './nix-edit.ts';

/** A written set on the way to a path, with the path that leads to it. */
export interface Container {
  readonly set: AttrSet;
  readonly prefix: readonly string[];
}

/** Everything in a file that has to do with one attribute path. */
export interface Place {
  /** The path as it was looked for, from the top of the module. */
  readonly searched: readonly string[];
  /** Bindings of exactly the path. */
  readonly exact: readonly Bind[];
  /** Bindings of something below it. */
  readonly below: readonly Bind[];
  /** Bindings on the way to it whose value is not a written set. */
  readonly computed: readonly (Bind | Inherit)[];
  /** Bindings whose name an evaluation alone could tell, and which may be on the way. */
  readonly dynamic: readonly Bind[];
  /** Written sets on the way, outermost first. */
  readonly containers: readonly Container[];
  /** The parts of each `mkMerge` on the way: where the path is in none of them, it might be written in any. */
  readonly parts: readonly AttrSet[];
}

/** The set that a module file is, under its arguments, `let` and `with`. */
export function moduleSet(tree: NixTree): AttrSet | Refused {
  if (tree.root === null) {
    const error = tree.errors[0];
    return refused('syntax-error', error?.message ?? 'the file cannot be read', [error?.offset ?? 0]);
  }
  const body = underHeads(tree.root);
  return body.type === 'attrs' ? body : refused('not-a-module', 'the file is not an attribute set', [body.from]);
}

/** What is left of an expression without function heads, `let`, `with`, `assert`, `mkIf` and parentheses. */
export function underHeads(expr: Expr): Expr {
  let inner = bare(expr);
  for (;;) {
    const marked = markedContent(inner);
    if (inner.type === 'lambda' || inner.type === 'let' || inner.type === 'with' || inner.type === 'assert')
      inner = bare(inner.body);
    else if (marked !== null && marked.name !== 'mkMerge') inner = bare(marked.content);
    else return inner;
  }
}

/** Attributes that stand beside `config` in a module that has one, and not within it. */
const besideConfig = new Set([
  'imports',
  'options',
  'config',
  'meta',
  'disabledModules',
  'freeformType',
  '_file',
  'key',
]);

/** The place of a path in a module. A module with `options` keeps its settings under `config`. */
export function placeOf(tree: NixTree, module: AttrSet, path: readonly string[]): Place {
  const [head = ''] = path;
  const config = module.bindings.find(
    (binding): binding is Bind => binding.type === 'bind' && firstName(tree, binding) === 'config',
  );
  if (config === undefined || besideConfig.has(head)) return search(tree, module, path);
  return search(tree, module, ['config', ...path]);
}

interface Found {
  readonly searched: readonly string[];
  exact: Bind[];
  below: Bind[];
  computed: (Bind | Inherit)[];
  dynamic: Bind[];
  containers: Container[];
  parts: AttrSet[];
}

function search(tree: NixTree, set: AttrSet, path: readonly string[]): Place {
  const found: Found = { searched: path, exact: [], below: [], computed: [], dynamic: [], containers: [], parts: [] };
  const waiting: Container[] = [{ set, prefix: [] }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    found.containers.push(next);
    for (const binding of next.set.bindings) {
      const inner = match(tree, binding, path.slice(next.prefix.length), found);
      if (inner === null) continue;
      const prefix = [...next.prefix, ...inner.names];
      waiting.push(...inner.sets.map((each) => ({ set: each, prefix })));
    }
  }
  return found;
}

/** Files a binding under what it is to the path; returns the written sets that it leads to, if it is on the way. */
function match(
  tree: NixTree,
  binding: Bind | Inherit,
  path: readonly string[],
  found: Found,
): { readonly sets: readonly AttrSet[]; readonly names: readonly string[] } | null {
  if (binding.type === 'inherit') {
    if (binding.names.some((name) => nameOf(tree.text, name) === path[0])) found.computed.push(binding);
    return null;
  }
  const names: string[] = [];
  for (const [index, step] of binding.path.entries()) {
    const name = nameOf(tree.text, step);
    if (name === null) {
      found.dynamic.push(binding);
      return null;
    }
    if (index < path.length && name !== path[index]) return null;
    names.push(name);
  }
  if (names.length === path.length) found.exact.push(binding);
  else if (names.length > path.length) found.below.push(binding);
  else {
    const { sets, others } = writtenSets(binding.value);
    if (others.length > 0) found.computed.push(binding);
    if (sets.length > 1) found.parts.push(...sets);
    return { sets, names };
  }
  return null;
}

/** The one binding of a path; null where there is none and nothing is in the way of making it. */
export function theOne(place: Place, path: readonly string[]): Bind | null | Refused {
  const name = path.join('.');
  const [first, second] = place.exact;
  if (second !== undefined)
    return refused(
      'several-places',
      `${name} is set in several places`,
      place.exact.map(({ from }) => from),
    );
  if (first !== undefined) return first;
  if (place.computed.length > 0) {
    return refused(
      'computed',
      `${name} lies within a value that is computed`,
      place.computed.map(({ from }) => from),
    );
  }
  if (place.parts.length > 0) {
    return refused(
      'several-places',
      `${name} could be written in each of several parts`,
      place.parts.map(({ from }) => from),
    );
  }
  if (place.dynamic.length > 0) {
    return refused(
      'dynamic',
      `${name} may be set under a computed name`,
      place.dynamic.map(({ from }) => from),
    );
  }
  return null;
}

function firstName(tree: NixTree, binding: Bind): string | null {
  const [first] = binding.path;
  return first === undefined ? null : nameOf(tree.text, first);
}
