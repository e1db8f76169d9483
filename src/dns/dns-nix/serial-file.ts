import { nameOf } from '../../nix/names.ts';
import type { NixTree } from '../../nix/parser.ts';
import type { Expr } from '../../nix/syntax.ts';
import { bare, walk } from '../../nix/walk.ts';
import { sitesOf } from '../nix-text/sites.ts';

/** The file that a zone's SOA is imported from, as the zone names it; null where it stands here, or is made. */
export function serialFile(tree: NixTree): { readonly file: string; readonly at: number } | null {
  for (const { expr, at } of soaSources(tree)) {
    const file = importedFile(tree, expr);
    if (file !== null) return { file, at };
  }
  return null;
}

/** What `SOA` is taken from: `inherit (common) SOA`, `SOA = common.SOA`, `SOA = import ./soa.nix`. */
function soaSources(tree: NixTree): readonly { readonly expr: Expr; readonly at: number }[] {
  const found: { readonly expr: Expr; readonly at: number }[] = [];
  if (tree.root === null) return found;
  walk(tree.root, (node) => {
    if (node.type === 'inherit' && node.source !== null && node.names.some((name) => nameOf(tree.text, name) === 'SOA'))
      found.push({ expr: node.source, at: node.from });
  });
  for (const { path, bind, value } of sitesOf(tree)) {
    if (path.at(-1) !== 'SOA' || bind.value !== value) continue;
    const own = bare(value);
    const selected = own.type === 'select' && own.path.length === 1 && own.path[0] !== undefined;
    if (selected && own.path[0] !== undefined && nameOf(tree.text, own.path[0]) === 'SOA')
      found.push({ expr: own.base, at: bind.from });
    else if (own.type === 'apply') found.push({ expr: own, at: bind.from });
  }
  return found;
}

/** `import ./common.nix`, or a name that is bound to that in this file. */
function importedFile(tree: NixTree, expr: Expr): string | null {
  const own = bare(expr);
  if (own.type === 'apply') {
    const [arg] = own.args;
    const fn = bare(own.fn);
    if (fn.type === 'apply' || arg === undefined) return importedFile(tree, fn);
    const isImport =
      tree.text.slice(fn.from, fn.to) === 'import' || tree.text.slice(fn.from, fn.to) === 'builtins.import';
    return isImport ? pathOf(tree, arg) : null;
  }
  if (own.type !== 'ident') return null;
  const bound = sitesOf(tree).filter(({ path, bind, value }) => path.join('.') === own.name && bind.value === value);
  const [only] = bound;
  return bound.length !== 1 || only === undefined || bare(only.value).type !== 'apply'
    ? null
    : importedFile(tree, only.value);
}

function pathOf(tree: NixTree, expr: Expr): string | null {
  const own = bare(expr);
  if (own.type !== 'path' || own.parts.some((part) => part.type !== 'text')) return null;
  const text = tree.text.slice(own.from, own.to);
  if (!/^\.\.?\//.test(text)) return null;
  return text.endsWith('.nix') ? text : `${text.replace(/\/$/, '')}/default.nix`;
}
