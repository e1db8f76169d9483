import { nameOf } from '../names.ts';
import type { NixTree } from '../parser.ts';
import type { Binding, Lambda, NixNode } from '../syntax.ts';
import { childrenOf } from '../walk.ts';

/** Names that every Nix file knows (nix, src/libexpr/primops.cc: those without a leading `__`). */
const everywhere = new Set(
  [
    'abort baseNameOf break builtins derivation derivationStrict dirOf false fetchGit fetchMercurial fetchTarball fetchTree',
    'fromTOML import isNull map null placeholder removeAttrs scopedImport throw toString true',
  ].flatMap((line) => line.split(' ')),
);

/** The names that an expression takes from around it. Behind a `with` of its own none is certain, so none is named. */
export function namesFromOutside(tree: NixTree): readonly string[] {
  const found = new Set<string>();
  const waiting: { readonly node: NixNode; readonly known: Known | null }[] = [];
  if (tree.root !== null) waiting.push({ node: tree.root, known: null });
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, known } = next;
    if (node.type === 'ident') {
      if (!knows(known, node.name)) found.add(node.name);
    } else if (node.type === 'lambda') {
      const inner = { names: headNames(node), outer: known };
      const defaults = node.formals?.items.flatMap(({ fallback }) => fallback ?? []) ?? [];
      waiting.push(...[...defaults, node.body].map((each) => ({ node: each, known: inner })));
    } else if (node.type === 'let' || (node.type === 'attrs' && node.kind !== 'plain')) {
      const inner = { names: boundNames(tree.text, node.bindings), outer: known };
      waiting.push(...usedBy(node.bindings, known, inner));
      if (node.type === 'let') waiting.push({ node: node.body, known: inner });
    } else if (node.type === 'attrs') waiting.push(...usedBy(node.bindings, known, known));
    else if (node.type === 'with') waiting.push({ node: node.scope, known });
    else if (node.type === 'select' || node.type === 'has-attr') {
      const inner = node.type === 'select' && node.fallback !== null ? [node.base, node.fallback] : [node.base];
      const steps = node.path.filter(({ type }) => type !== 'ident');
      waiting.push(...[...inner, ...steps].map((each) => ({ node: each, known })));
    } else waiting.push(...childrenOf(node).map((each) => ({ node: each, known })));
  }
  return [...found];
}

interface Known {
  readonly names: ReadonlySet<string>;
  readonly outer: Known | null;
}

function knows(known: Known | null, name: string): boolean {
  for (let scope = known; scope !== null; scope = scope.outer) if (scope.names.has(name)) return true;
  return everywhere.has(name) || name.startsWith('__');
}

/** What the bindings of a set look up, and where: an `inherit` without a source looks around the set, not into it. */
function usedBy(
  bindings: readonly Binding[],
  outer: Known | null,
  inner: Known | null,
): { readonly node: NixNode; readonly known: Known | null }[] {
  return bindings.flatMap((binding) => {
    if (binding.type === 'inherit') {
      if (binding.source !== null) return [{ node: binding.source, known: inner }];
      return binding.names.map((node) => ({ node, known: outer }));
    }
    const steps = binding.path.filter(({ type }) => type !== 'ident');
    return [...steps, binding.value].map((node) => ({ node, known: inner }));
  });
}

function headNames({ name, formals }: Lambda): Set<string> {
  const names = new Set(formals?.items.map((formal) => formal.name.name));
  if (name !== null) names.add(name.name);
  return names;
}

function boundNames(text: string, bindings: readonly Binding[]): Set<string> {
  const names = bindings.flatMap((binding) => (binding.type === 'inherit' ? binding.names : binding.path.slice(0, 1)));
  return new Set(names.flatMap((name) => nameOf(text, name) ?? []));
}

/** Whether a file knows a name at an offset. A `with` around it may bring any name. */
export function isKnownAt(tree: NixTree, offset: number, name: string): boolean {
  if (knows(null, name)) return true;
  for (let node: NixNode | null = tree.root; node !== null; node = childAt(node, offset)) {
    if (node.type === 'with' && offset >= node.body.from) return true;
    if (node.type === 'lambda' && headNames(node).has(name)) return true;
    if ((node.type === 'let' || (node.type === 'attrs' && node.kind !== 'plain')) && binds(tree, node.bindings, name))
      return true;
  }
  return false;
}

function binds(tree: NixTree, bindings: readonly Binding[], name: string): boolean {
  return boundNames(tree.text, bindings).has(name);
}

function childAt(node: NixNode, offset: number): NixNode | null {
  return childrenOf(node).find(({ from, to }) => from <= offset && offset <= to) ?? null;
}
