import type { AttrSet, Expr } from '../syntax.ts';
import { bare } from '../walk.ts';

/** Which argument of the module system's own functions holds the settings (nixpkgs lib/modules.nix). */
const settingsAt: Readonly<Record<string, number>> = {
  mkIf: 1,
  mkMerge: 0,
  mkForce: 0,
  mkDefault: 0,
  mkBefore: 0,
  mkAfter: 0,
  mkVMOverride: 0,
  mkOverride: 1,
  mkOrder: 1,
};

/** A call of such a function, whatever it is reached through: `mkIf`, `lib.mkIf`, `lib.modules.mkIf`. */
export interface Marked {
  readonly name: string;
  readonly content: Expr;
}

/** What stands behind `mkIf c`, `mkForce` and their kin; null for any other expression. */
export function markedContent(expr: Expr): Marked | null {
  const call = bare(expr);
  if (call.type !== 'apply') return null;
  const fn = bare(call.fn);
  const last = fn.type === 'select' && fn.fallback === null ? fn.path[fn.path.length - 1] : fn;
  if (last?.type !== 'ident') return null;
  const at = Object.hasOwn(settingsAt, last.name) ? settingsAt[last.name] : undefined;
  const content = at === undefined ? undefined : call.args[at];
  return content === undefined || call.args.length !== (at ?? 0) + 1 ? null : { name: last.name, content };
}

/** The sets that a value is written as, in all parts of a `mkMerge`, and the parts that are written as something else. */
export function writtenSets(value: Expr): { readonly sets: readonly AttrSet[]; readonly others: readonly Expr[] } {
  const sets: AttrSet[] = [];
  const others: Expr[] = [];
  const waiting: Expr[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const inner = bare(next);
    if (inner.type === 'attrs') sets.push(inner);
    else if (inner.type === 'let' || inner.type === 'with' || inner.type === 'assert') waiting.push(inner.body);
    else {
      const marked = markedContent(inner);
      const content = marked === null ? null : bare(marked.content);
      if (marked === null || content === null) others.push(inner);
      else if (marked.name !== 'mkMerge') waiting.push(content);
      else if (content.type === 'list') waiting.push(...[...content.items].reverse());
      else others.push(inner);
    }
  }
  return { sets, others };
}
