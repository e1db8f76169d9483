import type { NixTree } from '../parser.ts';
import type { Binding, Expr } from '../syntax.ts';
import { bare } from '../walk.ts';
import { nameIn } from './changed-parts.ts';
import { tokenText } from './same-tokens.ts';

/**
 * What a flake writes of each of its inputs, as text to compare. Null where that is not all written out: Nix itself
 * wants `inputs` as a literal, so anything else is a flake that is not understood.
 */
export function declaredInputs(tree: NixTree): ReadonlyMap<string, string> | null {
  const top = tree.root === null || tree.errors.length > 0 ? null : writtenIn(tree, tree.root);
  if (top === null) return null;
  const declared = new Map<string, string[]>();
  for (const { path, value } of top.filter(({ path: [first] }) => first === 'inputs')) {
    const inner = path.length > 1 ? [{ path: path.slice(1), value }] : writtenIn(tree, value);
    if (inner === null) return null;
    for (const {
      path: [name = '', ...rest],
      value: held,
    } of inner) {
      const said = `${rest.join('.')}=${tokenText(tree, bare(held))}`;
      declared.set(name, [...(declared.get(name) ?? []), said]);
    }
  }
  return new Map([...declared].map(([name, said]) => [name, said.sort().join('\n')] as const));
}

interface Written {
  readonly path: readonly string[];
  readonly value: Expr;
}

/** The bindings of a set that is written out. */
function writtenIn(tree: NixTree, expr: Expr): Written[] | null {
  const set = bare(expr);
  if (set.type !== 'attrs') return null;
  const written = set.bindings.map((binding) => writtenBy(tree, binding));
  return written.every((each) => each !== null) ? written : null;
}

function writtenBy(tree: NixTree, binding: Binding): Written | null {
  if (binding.type !== 'bind') return null;
  const path = binding.path.map((step) => nameIn(tree, step));
  return path.every((name) => name !== null) ? { path, value: binding.value } : null;
}
