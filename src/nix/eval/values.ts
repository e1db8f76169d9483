import type { Expr, Lambda } from '../syntax.ts';
import type { Deps } from './deps.ts';
import type { WatchedNames } from './watch.ts';

/**
 * What the static evaluator knows of a Nix value. Nothing is ever guessed: what it cannot know is a `symbol`, which
 * still remembers everything that went into it, so that a file that matters is never lost on the way.
 */
export type Value =
  | Plain
  | StringValue
  | PathValue
  | ListValue
  | AttrsValue
  | LambdaValue
  | BuiltinValue
  | SymbolValue
  | ChoiceValue
  | SystemValue;

export interface Plain {
  readonly kind: 'null' | 'bool' | 'number';
  readonly value: null | boolean | number;
}

/** Where something was written. */
export interface Site {
  readonly file: string;
  readonly offset: number;
}

/** Stands in a text for a piece that is not known. Not a character: no text in UTF-8 may hold it. */
export const hole = '\uffff';

export interface StringValue {
  readonly kind: 'string';
  /** With a `hole` for each piece that is not known. */
  readonly text: string;
  readonly site: Site | null;
  /** What the holes were made of. */
  readonly parts: readonly Thunk[];
}

/** A path of the repository, from its top, `''` being the top itself. May hold holes, and end with a slash. */
export interface PathValue {
  readonly kind: 'path';
  readonly path: string;
  /** The file that names it. */
  readonly origin: string;
  readonly parts: readonly Thunk[];
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Thunk[];
  /** More items that are not known one by one: each may be there any number of times. */
  readonly more: readonly Thunk[];
}

export interface AttrsValue {
  readonly kind: 'attrs';
  readonly slots: ReadonlyMap<string, Thunk>;
  /** What answers for names that are not in `slots`; null where there are no others. */
  readonly rest: Value | null;
  /** The flake itself: it holds everything, so whoever walks values stays out of it. */
  readonly isFlake?: true;
  /** Watched sets whose names are among these. */
  readonly names?: readonly WatchedNames[];
  /** What `mkIf` and its kin made, while the evaluator keeps their marks: the set itself is then empty. */
  readonly mark?: Mark;
}

/** What the module system is told of a value. A condition is asked only where somebody needs what it stands before. */
export type Mark =
  | { readonly kind: 'if'; readonly condition: Thunk; readonly content: Thunk }
  | { readonly kind: 'merge'; readonly contents: Thunk }
  | { readonly kind: 'override'; readonly priority: number; readonly content: Thunk };

export interface LambdaValue {
  readonly kind: 'lambda';
  readonly node: Lambda;
  readonly env: Env;
}

export interface BuiltinValue {
  readonly kind: 'builtin';
  readonly name: string;
  readonly arity: number;
  readonly args: readonly Thunk[];
  readonly run: (args: readonly Thunk[]) => Value;
}

export interface SymbolValue {
  readonly kind: 'symbol';
  /** How one came to it: `inputs`, `nixpkgs`, `lib`; `()` stands for a call. */
  readonly path: readonly string[];
  readonly parts: readonly Thunk[];
}

/** One of several, where a condition is not known. */
export interface ChoiceValue {
  readonly kind: 'choice';
  readonly options: readonly Thunk[];
}

/** What `nixosSystem` and its kin return, not evaluated: the module system is beyond a static look. */
export interface SystemValue {
  readonly kind: 'system';
  readonly flavour: 'nixos' | 'darwin' | 'home' | 'other';
  readonly args: Value;
}

/** A scope. Names are looked up along `parent`; `with` scopes answer only where no other does. */
export interface Env {
  readonly parent: Env | null;
  readonly names: ReadonlyMap<string, Thunk> | null;
  readonly scope: Thunk | null;
  readonly source: Source;
}

/** The file that an expression stands in. */
export interface Source {
  readonly file: string;
  readonly folder: string;
  readonly text: string;
}

/** A value that is worked out when somebody asks, once. */
export class Thunk {
  expr: Expr | null;
  env: Env | null;
  make: (() => Value) | null;
  value: Value | null = null;
  busy = false;
  deps: Deps | null = null;
  readonly site: Site | null;

  constructor(from: { readonly expr: Expr; readonly env: Env } | (() => Value) | null, site: Site | null) {
    this.expr = from !== null && typeof from !== 'function' ? from.expr : null;
    this.env = from !== null && typeof from !== 'function' ? from.env : null;
    this.make = typeof from === 'function' ? from : null;
    this.site = site;
  }
}

/** A path as files are named. */
export function trimmed(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

export function ready(value: Value, site: Site | null = null): Thunk {
  const thunk = new Thunk(null, site);
  thunk.value = value;
  return thunk;
}

export const nullValue: Plain = { kind: 'null', value: null };
export const trueValue: Plain = { kind: 'bool', value: true };
export const falseValue: Plain = { kind: 'bool', value: false };
export const emptyAttrs: AttrsValue = { kind: 'attrs', slots: new Map(), rest: null };
export const emptyList: ListValue = { kind: 'list', items: [], more: [] };

export function bool(value: boolean): Plain {
  return value ? trueValue : falseValue;
}

export function text(value: string, site: Site | null = null): StringValue {
  return { kind: 'string', text: value, site, parts: [] };
}

export function symbol(path: readonly string[], parts: readonly Thunk[] = []): SymbolValue {
  return { kind: 'symbol', path, parts };
}

export function list(items: readonly Thunk[], more: readonly Thunk[] = []): ListValue {
  return items.length === 0 && more.length === 0 ? emptyList : { kind: 'list', items, more };
}

export function attrs(
  slots: ReadonlyMap<string, Thunk>,
  rest: Value | null = null,
  names?: readonly WatchedNames[],
): AttrsValue {
  return names === undefined ? { kind: 'attrs', slots, rest } : { kind: 'attrs', slots, rest, names };
}

/** What two sets put together watch. */
export function bothNames(left: AttrsValue, right: AttrsValue): readonly WatchedNames[] | undefined {
  if (left.names === undefined) return right.names;
  return right.names === undefined ? left.names : [...left.names, ...right.names];
}

/** True where nothing about the value is in doubt: a text without holes. */
export function isKnownText(value: Value): value is StringValue {
  return value.kind === 'string' && !value.text.includes(hole);
}

export function siteOf(env: Env, node: { readonly from: number }): Site {
  return { file: env.source.file, offset: node.from };
}
