import { nameOf } from '../../nix/names.ts';
import type { NixTree } from '../../nix/parser.ts';
import type { Bind, Expr } from '../../nix/syntax.ts';
import { childrenOf } from '../../nix/walk.ts';

/** A value that is written in a Nix file, and the attribute path under which it stands. */
export interface Site {
  /** Null for a step that only an evaluation could tell. Through sets in sets, and through `mkIf`, `mkMerge`, `//`. */
  readonly path: readonly (string | null)[];
  readonly bind: Bind;
  readonly value: Expr;
  /** An argument of a call, such as the condition of `mkIf`: not the value itself, if it is not written out. */
  readonly argument: boolean;
}

/** All values of a file, those of inner sets behind those of outer ones. */
export function sitesOf(tree: NixTree): readonly Site[] {
  const sites: Site[] = [];
  if (tree.root === null) return sites;
  type Waiting = {
    readonly expr: Expr;
    readonly path: readonly (string | null)[];
    readonly under: Site | null;
    readonly argument: boolean;
  };
  const waiting: Waiting[] = [{ expr: tree.root, path: [], under: null, argument: false }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { expr, path, under } = next;
    const bindings = expr.type === 'attrs' || expr.type === 'let' ? expr.bindings : [];
    const inside: Waiting[] = [];
    for (const bind of bindings) {
      if (bind.type !== 'bind') continue;
      const steps = bind.path.map((step) => nameOf(tree.text, step));
      // What `let` names is no part of the path above it.
      const own = expr.type === 'let' ? steps : [...path, ...steps];
      const site = { path: own, bind, value: bind.value, argument: false };
      sites.push(site);
      inside.push({ expr: bind.value, path: own, under: site, argument: false });
    }
    if (expr.type === 'let') inside.push({ expr: expr.body, path, under, argument: next.argument });
    else if (expr.type !== 'attrs') {
      for (const child of below(expr)) {
        // What a function given to `map` makes is not written anywhere.
        if (expr.type === 'lambda' && next.argument && child.type === 'string') continue;
        // What stands in a list is not the option's value, except in the list that a call such as `mkMerge` is given.
        const own = expr.type === 'list' && (!next.argument || child.type === 'string') ? [...path, null] : path;
        const argument = expr.type === 'apply' || (expr.type === 'paren' && next.argument);
        inside.push({ expr: child, path: own, under, argument });
        if (under !== null) sites.push({ ...under, path: own, value: child, argument });
      }
    }
    waiting.push(...inside.toReversed());
  }
  return sites;
}

/** The expressions whose value an expression can hand on. */
function below(expr: Expr): readonly Expr[] {
  switch (expr.type) {
    case 'paren':
      return [expr.expr];
    case 'lambda':
    case 'with':
    case 'assert':
      return [expr.body];
    case 'if':
      return [expr.whenTrue, expr.whenFalse];
    case 'binary':
      return [expr.left, expr.right];
    case 'apply':
      return expr.args;
    case 'list':
      return expr.items;
    case 'string':
      return expr.parts.flatMap((part) => (part.type === 'interpolation' ? [part.expr] : []));
    default:
      return childrenOf(expr).filter((child): child is Expr => child.type === 'paren' || child.type === 'apply');
  }
}
