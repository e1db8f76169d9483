import { namesOf } from './names.ts';
import type { NixTree } from './parser.ts';
import { positionAt, type Position } from './source.ts';
import type { AttrName, AttrSet, Bind, Binding } from './syntax.ts';
import { bare, walk } from './walk.ts';

/** An attribute that one set defines twice, which Nix refuses after parsing. */
export interface Duplicate {
  readonly name: string;
  readonly at: Position;
  readonly first: Position;
}

interface Known {
  readonly offset: number;
  /** What a second spelling may add to: `a = { }` and `a.b = 1` are one set; null where the value is no written set. */
  readonly inner: Map<string, Known> | null;
}

/** Every attribute that is defined twice, by the rules of nix/src/libexpr/parser-state.hh `addAttr`. */
export function duplicateAttributes(tree: NixTree): Duplicate[] {
  if (tree.root === null) return [];
  const found: Duplicate[] = [];
  const report = (name: string, offset: number, first: number): void => {
    found.push({ name, at: positionAt(tree, offset), first: positionAt(tree, first) });
  };
  const merged = new Set<AttrSet>();
  walk(tree.root, (node) => {
    if (node.type !== 'let' && (node.type !== 'attrs' || merged.has(node))) return;
    addAll(tree, node.bindings, new Map(), { report, merged, depth: 0 });
  });
  return found;
}

interface Notes {
  readonly report: (name: string, offset: number, first: number) => void;
  /** Sets that were looked at as parts of others. */
  readonly merged: Set<AttrSet>;
  readonly depth: number;
}

/** Deeper than sets are written. One that is nested deeper is looked at by itself. */
const deepest = 200;

function addAll(tree: NixTree, bindings: readonly Binding[], into: Map<string, Known>, notes: Notes): void {
  for (const binding of bindings) {
    if (binding.type === 'bind') addBind(tree, binding, into, notes);
    else for (const name of binding.names) addLeaf(tree, name, into, notes);
  }
}

function addLeaf(tree: NixTree, step: AttrName, into: Map<string, Known>, notes: Notes): void {
  const [name] = namesOf(tree.text, [step]).names;
  if (name === undefined) return;
  const known = into.get(name);
  if (known === undefined) into.set(name, { offset: step.from, inner: null });
  else notes.report(name, step.from, known.offset);
}

function addBind(tree: NixTree, bind: Bind, into: Map<string, Known>, notes: Notes): void {
  const { names, all } = namesOf(tree.text, bind.path);
  if (!all && names.length === 0) return;
  let scope = into;
  const steps = all ? names.slice(0, -1) : names;
  for (const [index, name] of steps.entries()) {
    const known = scope.get(name);
    if (known !== undefined && known.inner === null) {
      notes.report(names.slice(0, index + 1).join('.'), bind.from, known.offset);
      return;
    }
    const inner = known?.inner ?? new Map<string, Known>();
    if (known === undefined) scope.set(name, { offset: bind.from, inner });
    scope = inner;
  }
  if (all) addValue(tree, bind, { names, scope }, notes);
}

function addValue(
  tree: NixTree,
  bind: Bind,
  { names, scope }: { readonly names: readonly string[]; readonly scope: Map<string, Known> },
  notes: Notes,
): void {
  const last = names[names.length - 1] as string;
  const known = scope.get(last);
  const value = bare(bind.value);
  // `let { }` is a selection in Nix's own tree, and no set that could be added to.
  const set = value.type === 'attrs' && value.kind !== 'let' ? value : null;
  if (known !== undefined && (known.inner === null || set === null)) {
    notes.report(names.join('.'), bind.from, known.offset);
    return;
  }
  const inner = known?.inner ?? new Map<string, Known>();
  if (known === undefined) scope.set(last, { offset: bind.from, inner: set === null ? null : inner });
  if (set === null || notes.depth > deepest) return;
  notes.merged.add(set);
  addAll(tree, set.bindings, inner, { ...notes, depth: notes.depth + 1 });
}
