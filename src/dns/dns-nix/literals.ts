import type { NixTree } from '../../nix/parser.ts';
import { nameOf } from '../../nix/names.ts';
import type { Expr, StringLiteral } from '../../nix/syntax.ts';
import { bare } from '../../nix/walk.ts';
import { canonicalData } from '../data.ts';
import { hole, writtenText } from '../nix-text/written-text.ts';

/** A record that an item of a dns.nix list writes out. */
export interface Literal {
  readonly data: string;
  readonly ttl: number | null;
  /** The one string that holds all of the data, where there is one. */
  readonly string: StringLiteral | null;
}

const oneString: ReadonlySet<string> = new Set(['A', 'AAAA', 'NS', 'CNAME', 'PTR', 'TXT', 'DNAME']);

/** Reads `"10.0.0.1"`, `(a "10.0.0.1")`, `(ttl 60 (a …))`, `(mx 10 "mail")`, `(mx.mx 10 "mail")`; null for the rest. */
export function literalOf(tree: NixTree, type: string, item: Expr, zone: string): Literal | null {
  const node = bare(item);
  if (node.type === 'string') {
    const value = writtenText(tree.text, node)?.value;
    if (value === undefined || value.includes(hole) || !oneString.has(type)) return null;
    const reading = canonicalData(
      type,
      [{ text: type === 'TXT' ? value.replace(/["\\]/g, '\\$&') : value, quoted: type === 'TXT' }],
      zone,
    );
    return reading.kind === 'wrong' ? null : { data: reading.data, ttl: null, string: node };
  }
  if (node.type === 'attrs') return fromSet(tree, type, node, zone);
  if (node.type !== 'apply') return null;
  const word = tree.text.slice(node.fn.from, node.fn.to).replace(/^.*\./, '');
  const [first, second] = node.args;
  if (word === 'ttl' && first !== undefined && second !== undefined) {
    const inner = literalOf(tree, type, second, zone);
    // Many give every record one TTL by a name: what it is stands elsewhere, the data stands here.
    const seconds = first.type === 'int' ? Number(tree.text.slice(first.from, first.to)) : null;
    return inner === null ? null : { ...inner, ttl: seconds };
  }
  if (word === type.toLowerCase() && node.args.length === 1 && first !== undefined && bare(first).type === 'string')
    return literalOf(tree, type, first, zone);
  return word === 'mx' && type === 'MX' && first !== undefined && second !== undefined
    ? mx(tree, first, second, zone)
    : null;
}

function mx(tree: NixTree, preference: Expr, exchange: Expr, zone: string): Literal | null {
  const name = bare(exchange);
  const value = name.type === 'string' ? writtenText(tree.text, name)?.value : undefined;
  if (preference.type !== 'int' || value === undefined || value.includes(hole)) return null;
  const words = [tree.text.slice(preference.from, preference.to), value].map((text) => ({ text, quoted: false }));
  const reading = canonicalData('MX', words, zone);
  return reading.kind === 'wrong' ? null : { data: reading.data, ttl: null, string: null };
}

function fromSet(tree: NixTree, type: string, set: Expr & { readonly type: 'attrs' }, zone: string): Literal | null {
  const values = new Map<string, Expr>();
  for (const bind of set.bindings) {
    const [step, ...more] = bind.type === 'bind' ? bind.path : [];
    const name = step === undefined || more.length > 0 ? null : nameOf(tree.text, step);
    if (bind.type !== 'bind' || name === null) return null;
    values.set(name, bind.value);
  }
  const ttl = values.get('ttl');
  if (ttl !== undefined && ttl.type !== 'int') return null;
  const seconds = ttl === undefined ? null : Number(tree.text.slice(ttl.from, ttl.to));
  const [preference, exchange] = [values.get('preference'), values.get('exchange')];
  const address = values.get(type === 'MX' ? '' : 'address');
  const inner =
    type === 'MX' && preference !== undefined && exchange !== undefined
      ? mx(tree, preference, exchange, zone)
      : address !== undefined && /^A(AAA)?$/.test(type) && bare(address).type === 'string'
        ? literalOf(tree, type, address, zone)
        : null;
  return inner === null ? null : { ...inner, ttl: seconds };
}
