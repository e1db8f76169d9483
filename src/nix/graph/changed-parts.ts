import type { DataWatch, Watch, WatchedNames } from '../eval/watch.ts';
import type { NixTree } from '../parser.ts';
import type { AttrSet, Bind, Binding, Expr, Formals, Lambda, Let, List } from '../syntax.ts';
import { bare, walk } from '../walk.ts';
import { alignItems } from './align-items.ts';
import { areReadable, sameTokens, tokenText, type Span } from './same-tokens.ts';

/** The two sides of a comparison, each with what an evaluation of it must note. */
export interface ChangedParts {
  readonly before: Watch;
  readonly after: Watch;
}

/** A file that nests deeper is compared as far as this, and what is below counts as one piece. */
const deepest = 200;

/**
 * Compares two readings of one Nix file down to the smallest pieces that differ while everything around them says the
 * same. A host that evaluates none of them cannot tell the readings apart. Null where one of them cannot be read.
 */
export function changedParts(file: string, before: NixTree, after: NixTree): ChangedParts | null {
  if (!areReadable(before, after) || after.root === null) return null;
  const comparison = new Comparison(file, before, after);
  if (!sameTokens(before, after)) comparison.compare(bare(before.root), bare(after.root), 0);
  return comparison.result();
}

/** One name that a set or `let` binds, and the node that is touched when its value is evaluated. */
interface Bound {
  readonly key: string;
  readonly name: string | null;
  readonly steps: number;
  readonly node: object;
  readonly value: Expr | null;
}

class Side {
  readonly tree: NixTree;
  readonly nodes = new Map<object, string[]>();
  readonly names = new Map<object, WatchedNames>();

  constructor(tree: NixTree) {
    this.tree = tree;
  }

  mark(node: object, mark: string): void {
    const known = this.nodes.get(node);
    if (known === undefined) this.nodes.set(node, [mark]);
    else known.push(mark);
  }
}

class Comparison {
  private readonly file: string;
  private readonly a: Side;
  private readonly b: Side;
  private count = 0;

  constructor(file: string, before: NixTree, after: NixTree) {
    this.file = file;
    this.a = new Side(before);
    this.b = new Side(after);
  }

  result(): ChangedParts {
    const data = new Map<string, DataWatch>();
    return {
      before: { nodes: this.a.nodes, names: this.a.names, data },
      after: { nodes: this.b.nodes, names: this.b.names, data },
    };
  }

  /** Marks what differs between two expressions of which it is known that they do. */
  compare(a: Expr, b: Expr, depth: number): void {
    if (depth > deepest || a.type !== b.type || !this.inner(a, b, depth + 1)) this.spot(a, b);
  }

  private spot(a: object | null, b: object | null, kind: '!' | '+' = '!'): void {
    const mark = `${kind}${this.file}#${this.count++}`;
    if (a !== null) this.a.mark(a, mark);
    if (b !== null) this.b.mark(b, mark);
  }

  private same(a: Span, b: Span): boolean {
    return sameTokens(this.a.tree, this.b.tree, a, b);
  }

  private pair(a: Expr | null, b: Expr | null, depth: number): boolean {
    if (a === null || b === null) return a === b;
    const [inner, other] = [bare(a), bare(b)];
    if (!this.same(inner, other)) this.compare(inner, other, depth);
    return true;
  }

  /** False where the difference is not within the children. */
  private inner(a: Expr, b: Expr, depth: number): boolean {
    switch (a.type) {
      case 'attrs':
        return b.type === a.type && a.kind === b.kind && this.bindings(a, b, depth);
      case 'let':
        return b.type === a.type && this.bindings(a, b, depth) && this.pair(a.body, b.body, depth);
      case 'list':
        return b.type === a.type && this.items(a, b, depth);
      case 'lambda':
        return b.type === a.type && this.heads(a, b) && this.pair(a.body, b.body, depth);
      case 'with':
        return b.type === a.type && this.pair(a.scope, b.scope, depth) && this.pair(a.body, b.body, depth);
      case 'assert':
        return b.type === a.type && this.pair(a.condition, b.condition, depth) && this.pair(a.body, b.body, depth);
      case 'if':
        return (
          b.type === a.type &&
          this.pair(a.condition, b.condition, depth) &&
          this.pair(a.whenTrue, b.whenTrue, depth) &&
          this.pair(a.whenFalse, b.whenFalse, depth)
        );
      case 'apply':
        return b.type === a.type && this.application(a.fn, b.fn, a.args, b.args, depth);
      case 'select':
        return (
          b.type === a.type &&
          (a.fallback === null) === (b.fallback === null) &&
          this.samePath(a.path, b.path) &&
          this.pair(a.base, b.base, depth) &&
          this.pair(a.fallback, b.fallback, depth)
        );
      case 'has-attr':
        return b.type === a.type && this.samePath(a.path, b.path) && this.pair(a.base, b.base, depth);
      case 'unary':
        return b.type === a.type && a.op === b.op && this.pair(a.operand, b.operand, depth);
      case 'binary':
        return (
          b.type === a.type && a.op === b.op && this.pair(a.left, b.left, depth) && this.pair(a.right, b.right, depth)
        );
      default:
        return false;
    }
  }

  private application(a: Expr, b: Expr, args: readonly Expr[], others: readonly Expr[], depth: number): boolean {
    if (args.length !== others.length) return false;
    this.pair(a, b, depth);
    args.forEach((arg, index) => this.pair(arg, others[index] ?? null, depth));
    return true;
  }

  private samePath(a: readonly Span[], b: readonly Span[]): boolean {
    return a.length === b.length && a.every((step, index) => this.same(step, b[index] as Span));
  }

  /** Names that a function takes may come and go where nothing but what differs anyway speaks of them. */
  private heads(a: Lambda, b: Lambda): boolean {
    if ((a.name?.name ?? null) !== (b.name?.name ?? null)) return false;
    if (a.formals === null || b.formals === null) return a.formals === b.formals;
    const [mine, theirs] = [this.formalsOf(this.a.tree, a.formals), this.formalsOf(this.b.tree, b.formals)];
    for (const [name, text] of mine) {
      const other = theirs.get(name);
      if (other === undefined ? mentions(this.b.tree, name) : other !== text) return false;
    }
    return [...theirs.keys()].every((name) => mine.has(name) || !mentions(this.a.tree, name));
  }

  private formalsOf(tree: NixTree, formals: Formals): Map<string, string> {
    return new Map(formals.items.map((item) => [item.name.name, tokenText(tree, item)]));
  }

  private bindings(a: AttrSet | Let, b: AttrSet | Let, depth: number): boolean {
    const [mine, theirs] = [boundNames(this.a.tree, a.bindings), boundNames(this.b.tree, b.bindings)];
    if (mine === null || theirs === null) return false;
    const [gone, come] = [missingFrom(mine, theirs), missingFrom(theirs, mine)];
    const names = new Set([...gone, ...come].map(({ name }) => name));
    if (names.has(null)) return false;
    for (const each of [mine, theirs]) {
      const claims = [...each.values()].filter(({ name }) => names.has(name));
      if (new Set(claims.map(({ name }) => name)).size !== claims.length) return false;
    }
    const both = new Set(gone.filter(({ name }) => come.some((other) => other.name === name)).map(({ name }) => name));
    // `a.b` that became `a.c` changes the names of a set that is written nowhere.
    if ([...gone, ...come].some(({ name, steps }) => both.has(name) && steps > 1)) return false;
    const isPlain = a.type === 'attrs' && a.kind === 'plain';
    const mark = `~${this.file}#${this.count++}`;
    const arrivals = new Set([...names].filter((name): name is string => name !== null && !both.has(name)));
    if (a.type === 'attrs' && arrivals.size > 0) {
      this.a.names.set(a, { mark, arrivals });
      this.b.names.set(b, { mark, arrivals });
    }
    // A new name of a `let` may stand before an outer one, so whoever meets it is reached.
    for (const { name, node } of gone) this.spot(node, null, isPlain && !both.has(name) ? '+' : '!');
    for (const { name, node } of come) this.spot(null, node, isPlain && !both.has(name) ? '+' : '!');
    for (const [key, bound] of mine) this.pair(bound.value, theirs.get(key)?.value ?? bound.value, depth);
    return true;
  }

  private items(a: List, b: List, depth: number): boolean {
    if (a.items.length === b.items.length) {
      a.items.forEach((item, index) => this.pair(item, b.items[index] ?? null, depth));
      return true;
    }
    const texts = (side: Side, items: readonly Expr[]): string[] => items.map((item) => tokenText(side.tree, item));
    const pairs = alignItems(texts(this.a, a.items), texts(this.b, b.items));
    if (pairs === null) return false;
    const mark = `${this.file}#${this.count++}`;
    this.a.mark(a, `~${mark}`);
    this.b.mark(b, `~${mark}`);
    for (const [index, [at, otherAt]] of pairs.entries()) {
      const [item, other] = [at === null ? null : a.items[at], otherAt === null ? null : b.items[otherAt]];
      const isShared = item !== null && item !== undefined && other !== null && other !== undefined;
      if (item) this.a.mark(item, `${isShared ? '=' : '+'}${mark}.${index}`);
      if (other) this.b.mark(other, `${isShared ? '=' : '+'}${mark}.${index}`);
    }
    return true;
  }
}

/** By what they say. Null where two say the same, which is an error that Nix reports. */
function boundNames(tree: NixTree, bindings: readonly Binding[]): Map<string, Bound> | null {
  const bound: Bound[] = bindings.flatMap((binding) =>
    binding.type === 'bind' ? [boundBy(tree, binding)] : inheritedBy(tree, binding),
  );
  const byKey = new Map(bound.map((each) => [each.key, each]));
  return byKey.size === bound.length ? byKey : null;
}

function boundBy(tree: NixTree, bind: Bind): Bound {
  const [first] = bind.path;
  const key = tokenText(tree, { from: bind.from, to: bind.equals });
  return { key, name: nameIn(tree, first), steps: bind.path.length, node: bind.value, value: bind.value };
}

function inheritedBy(tree: NixTree, binding: Extract<Binding, { type: 'inherit' }>): Bound[] {
  const source = binding.source === null ? '' : tokenText(tree, binding.source);
  return binding.names.map((step) => {
    const name = nameIn(tree, step);
    return { key: `inherit ${source} ${tokenText(tree, step)}`, name, steps: 1, node: step, value: null };
  });
}

/** Null for a name that is computed or written with an escape. */
export function nameIn(tree: NixTree, step: Bind['path'][number] | undefined): string | null {
  if (step === undefined) return null;
  if (step.type === 'ident') return step.name;
  if (step.type !== 'string' || step.indented || step.parts.some(({ type }) => type !== 'text')) return null;
  const text = tree.text.slice(step.from + 1, step.to - 1);
  return text.includes('\\') ? null : text;
}

function missingFrom(these: ReadonlyMap<string, Bound>, those: ReadonlyMap<string, Bound>): Bound[] {
  return [...these.values()].filter(({ key }) => !those.has(key));
}

function mentions(tree: NixTree, name: string): boolean {
  let found = false;
  if (tree.root !== null)
    walk(tree.root, (node) => {
      if (node.type === 'ident' && node.name === name) found = true;
    });
  return found;
}
