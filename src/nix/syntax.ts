/**
 * The nodes of a Nix syntax tree. Positions are UTF-16 offsets, `to` exclusive; a node spans from its first token to
 * its last. Blanks, comments and punctuation are what lies between the children; `source.ts` gives them.
 */
interface Node {
  readonly from: number;
  readonly to: number;
}

export interface Ident extends Node {
  readonly type: 'ident';
  readonly name: string;
}

export interface NumberLiteral extends Node {
  readonly type: 'int' | 'float';
}

/** An unquoted URI: a string without quotes. */
export interface UriLiteral extends Node {
  readonly type: 'uri';
}

/** `<nixpkgs>` */
export interface SearchPath extends Node {
  readonly type: 'search-path';
}

export interface Text extends Node {
  readonly type: 'text';
}

/** `${…}` in a string, a path or an attribute path. */
export interface Interpolation extends Node {
  readonly type: 'interpolation';
  readonly expr: Expr;
}

export interface StringLiteral extends Node {
  readonly type: 'string';
  /** Written with `''`. */
  readonly indented: boolean;
  readonly parts: readonly (Text | Interpolation)[];
}

export interface PathLiteral extends Node {
  readonly type: 'path';
  readonly parts: readonly (Text | Interpolation)[];
}

export interface Paren extends Node {
  readonly type: 'paren';
  readonly expr: Expr;
}

export interface List extends Node {
  readonly type: 'list';
  readonly items: readonly Expr[];
}

export interface AttrSet extends Node {
  readonly type: 'attrs';
  /** `let` is the old `let { body = …; }`. */
  readonly kind: 'plain' | 'rec' | 'let';
  readonly bindings: readonly Binding[];
  /** The offset of `{`. */
  readonly open: number;
}

/** One step of an attribute path. An `ident` may also be the word `or`. */
export type AttrName = Ident | StringLiteral | Interpolation;

export interface Bind extends Node {
  readonly type: 'bind';
  readonly path: readonly AttrName[];
  /** The offset of `=`. */
  readonly equals: number;
  readonly value: Expr;
}

export interface Inherit extends Node {
  readonly type: 'inherit';
  readonly source: Expr | null;
  readonly names: readonly AttrName[];
}

export type Binding = Bind | Inherit;

export interface Select extends Node {
  readonly type: 'select';
  readonly base: Expr;
  readonly path: readonly AttrName[];
  readonly fallback: Expr | null;
}

export interface HasAttr extends Node {
  readonly type: 'has-attr';
  readonly base: Expr;
  readonly path: readonly AttrName[];
}

/** A call with all its arguments: `f a b` is one node. */
export interface Apply extends Node {
  readonly type: 'apply';
  readonly fn: Expr;
  readonly args: readonly Expr[];
}

export interface Unary extends Node {
  readonly type: 'unary';
  readonly op: '-' | '!';
  readonly operand: Expr;
}

export interface Binary extends Node {
  readonly type: 'binary';
  readonly op: string;
  readonly left: Expr;
  readonly right: Expr;
  /** The offset of the operator. */
  readonly opAt: number;
}

export interface Formal extends Node {
  readonly type: 'formal';
  readonly name: Ident;
  readonly fallback: Expr | null;
}

export interface Formals extends Node {
  readonly type: 'formals';
  readonly items: readonly Formal[];
  /** The offset of `...`, or null. */
  readonly ellipsis: number | null;
}

export interface Lambda extends Node {
  readonly type: 'lambda';
  /** The name before `:`, or beside `@`. */
  readonly name: Ident | null;
  readonly formals: Formals | null;
  readonly body: Expr;
}

export interface Let extends Node {
  readonly type: 'let';
  readonly bindings: readonly Binding[];
  readonly body: Expr;
}

export interface With extends Node {
  readonly type: 'with';
  readonly scope: Expr;
  readonly body: Expr;
}

export interface Assert extends Node {
  readonly type: 'assert';
  readonly condition: Expr;
  readonly body: Expr;
}

export interface If extends Node {
  readonly type: 'if';
  readonly condition: Expr;
  readonly whenTrue: Expr;
  readonly whenFalse: Expr;
}

export type Expr =
  | Ident
  | NumberLiteral
  | UriLiteral
  | SearchPath
  | StringLiteral
  | PathLiteral
  | Paren
  | List
  | AttrSet
  | Select
  | HasAttr
  | Apply
  | Unary
  | Binary
  | Lambda
  | Let
  | With
  | Assert
  | If;

export type NixNode = Expr | Binding | Formals | Formal | Text | Interpolation;
