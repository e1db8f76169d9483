import type * as S from './syntax.ts';
import * as T from './token.ts';
import type { NixError, Tokens } from './token.ts';
import { lexNix, lexShared } from './lexer.ts';
import { allowsName, duplicateFormal } from './parse-rules.ts';

/** What the machine does next. */
const EXPR = 0;
const OPERAND = 1;
const SIMPLE = 2;
const HAVE_SIMPLE = 3;
const HAVE_SELECT = 4;
const HAVE_OPERAND = 5;
const HAVE_EXPR = 6;
const ITEM = 7;
const BINDING = 8;
const NAME = 9;
const HAVE_NAME = 10;
const STRING_PART = 11;
const PATH_PART = 12;
const FORMAL = 13;
const STOP = 14;

/** What waits on the stack for an expression, a name or a part. Not the call stack: input decides how deep it grows. */
const ROOT = 0;
const F_PAREN = 1;
const F_LIST = 2;
const F_ATTRS = 3;
const F_LET = 4;
const F_BODY = 5;
const F_WITH = 6;
const F_ASSERT = 7;
const F_IF = 8;
const F_THEN = 9;
const F_ELSE = 10;
const F_BIND = 11;
const F_INHERIT_FROM = 12;
const F_INHERIT = 13;
const F_LAMBDA = 14;
const F_FORMAL = 15;
const F_SELECT = 16;
const F_FALLBACK = 17;
const F_APPLY = 18;
const F_HAS = 19;
const F_UNARY = 20;
const F_BINARY = 21;
const F_STRING = 22;
const F_STRING_NAME = 23;
const F_STRING_EXPR = 24;
const F_PATH = 25;
const F_NAME_EXPR = 26;

/** Binding strength by token kind minus `firstBinary`, as in nix/src/libexpr/parser.y. */
const strengths = [1, 1, 2, 3, 4, 5, 5, 6, 6, 6, 6, 7, 9, 9, 10, 10, 11];
const NOT_STRENGTH = 8;
const HAS_STRENGTH = 12;
const NEGATE_STRENGTH = 13;

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
/** A node that is being filled in. Each frame kind has one shape of it, which the code beside the kind states. */
interface Building {
  from: number;
  to: number;
}

const pending: S.Expr = { type: 'ident', from: -1, to: -1, name: '' };

/** The whole grammar as one loop over explicit states, so that no input can overflow the call stack. */
class Parser {
  private readonly text: string;
  private readonly tokens: Tokens;
  private readonly kinds: Uint8Array;
  private i = 0;
  private value: S.Expr = pending;
  private readonly frames: number[] = [ROOT];
  private readonly nodes: Building[] = [{ from: 0, to: 0 }];
  /** Strength of the operator in an operator's frame; 0 elsewhere, which ends every reduction. */
  private readonly strength: number[] = [0];
  error: NixError | null = null;

  constructor(text: string, tokens: Tokens) {
    this.text = text;
    this.tokens = tokens;
    this.kinds = tokens.kinds;
  }

  run(): S.Expr | null {
    let state = EXPR;
    while (state !== STOP) state = this.step(state);
    return this.error === null ? this.value : null;
  }

  private step(state: number): number {
    switch (state) {
      case EXPR:
        return this.expr();
      case OPERAND:
        return this.operand();
      case SIMPLE:
        return this.simple();
      case HAVE_SIMPLE:
        return this.haveSimple();
      case HAVE_SELECT:
        return this.haveSelect();
      case HAVE_OPERAND:
        return this.haveOperand();
      case HAVE_EXPR:
        return this.haveExpr();
      case ITEM:
        return this.item();
      case BINDING:
        return this.binding();
      case NAME:
        return this.name();
      case HAVE_NAME:
        return this.haveName();
      case STRING_PART:
        return this.stringPart();
      case PATH_PART:
        return this.pathPart();
      default:
        return this.formal();
    }
  }

  private start(): number {
    return this.tokens.starts[this.i] as number;
  }

  private end(): number {
    return this.tokens.ends[this.i] as number;
  }

  /** The end of the token before the current one: where a node that is complete ends. */
  private last(): number {
    return this.tokens.ends[this.i - 1] as number;
  }

  private kind(ahead = 0): number {
    // Past the end there is only END: the array ends with one, and nothing steps over it.
    return this.kinds[this.i + ahead] ?? T.END;
  }

  private fail(expected: string): number {
    const kind = this.kind();
    const what = tokenWords(kind, this.text.slice(this.start(), Math.min(this.end(), this.start() + 40)));
    this.error = {
      offset: this.start(),
      message: `unexpected ${what}${expected === '' ? '' : `, expected ${expected}`}`,
    };
    return STOP;
  }

  private push(frame: number, node: Building, strength = 0): void {
    this.frames.push(frame);
    this.nodes.push(node);
    this.strength.push(strength);
  }

  private pop(): Building {
    this.frames.pop();
    this.strength.pop();
    return this.nodes.pop() as Building;
  }

  private frame(): number {
    return this.frames[this.frames.length - 1] as number;
  }

  private top(): Building {
    return this.nodes[this.nodes.length - 1] as Building;
  }

  /** Changes what the frame on top waits for. */
  private become(frame: number): void {
    this.frames[this.frames.length - 1] = frame;
  }

  /** The node on top is complete. */
  private finish(next: number): number {
    const node = this.pop();
    node.to = this.last();
    this.value = node as S.Expr;
    return next;
  }

  private identHere(): S.Ident {
    const from = this.start();
    const to = this.end();
    this.i++;
    return { type: 'ident', from, to, name: this.text.slice(from, to) };
  }

  /** A whole expression may begin here: functions, `let … in`, `if` and the like are allowed. */
  private expr(): number {
    const from = this.start();
    switch (this.kind()) {
      case T.ID: {
        const next = this.kind(1);
        if (next !== T.COLON && next !== T.AT) return SIMPLE;
        const lambda: Mutable<S.Lambda> = {
          type: 'lambda',
          from,
          to: 0,
          name: this.identHere(),
          formals: null,
          body: pending,
        };
        this.push(F_LAMBDA, lambda);
        this.i++;
        if (next === T.COLON) return EXPR;
        return this.kind() === T.BRACE ? this.openFormals(lambda) : this.fail('"{" of a formal argument set');
      }
      case T.BRACE:
        if (!this.formalsFollow()) return SIMPLE;
        return this.openFormalSet(from);
      case T.LET:
        if (this.kind(1) === T.BRACE) return SIMPLE;
        this.i++;
        this.push(F_LET, { type: 'let', from, to: 0, bindings: [], body: pending } as Mutable<S.Let>);
        return BINDING;
      case T.WITH:
        this.i++;
        this.push(F_WITH, { type: 'with', from, to: 0, scope: pending, body: pending } as Mutable<S.With>);
        return EXPR;
      case T.ASSERT:
        this.i++;
        this.push(F_ASSERT, { type: 'assert', from, to: 0, condition: pending, body: pending } as Mutable<S.Assert>);
        return EXPR;
      case T.IF:
        this.i++;
        this.push(F_IF, {
          type: 'if',
          from,
          to: 0,
          condition: pending,
          whenTrue: pending,
          whenFalse: pending,
        } as Mutable<S.If>);
        return EXPR;
      default:
        return OPERAND;
    }
  }

  /** Tells `{ a, b }: …` from `{ a = 1; }` by at most three tokens. */
  private formalsFollow(): boolean {
    const first = this.kind(1);
    const second = this.kind(2);
    if (first === T.BRACE_END) return second === T.COLON || second === T.AT;
    if (first === T.ID) return second === T.COMMA || second === T.QUESTION || second === T.BRACE_END;
    return first === T.ELLIPSIS;
  }

  private openFormalSet(from: number): number {
    const lambda: Mutable<S.Lambda> = { type: 'lambda', from, to: 0, name: null, formals: null, body: pending };
    this.push(F_LAMBDA, lambda);
    return this.openFormals(lambda);
  }

  private openFormals(lambda: Mutable<S.Lambda>): number {
    lambda.formals = { type: 'formals', from: this.start(), to: 0, items: [], ellipsis: null };
    this.i++;
    return FORMAL;
  }

  /** One formal, `...` or the closing brace, of the lambda on top. */
  private formal(): number {
    const lambda = this.top() as Mutable<S.Lambda>;
    const formals = lambda.formals as Mutable<S.Formals>;
    if (this.kind() === T.ELLIPSIS) {
      formals.ellipsis = this.start();
      this.i++;
      return this.kind() === T.BRACE_END ? this.closeFormals(lambda, formals) : this.fail('"}"');
    }
    if (this.kind() === T.BRACE_END) return this.closeFormals(lambda, formals);
    if (this.kind() !== T.ID) return this.fail('the name of an argument');
    const name = this.identHere();
    const formal: Mutable<S.Formal> = { type: 'formal', from: name.from, to: name.to, name, fallback: null };
    (formals.items as S.Formal[]).push(formal);
    if (this.kind() !== T.QUESTION) return this.afterFormal();
    this.i++;
    this.push(F_FORMAL, formal);
    return EXPR;
  }

  private afterFormal(): number {
    if (this.kind() === T.COMMA) {
      this.i++;
      return FORMAL;
    }
    return this.kind() === T.BRACE_END ? FORMAL : this.fail('"," or "}"');
  }

  private closeFormals(lambda: Mutable<S.Lambda>, formals: Mutable<S.Formals>): number {
    this.i++;
    formals.to = this.last();
    if (lambda.name === null && this.kind() === T.AT) {
      this.i++;
      if (this.kind() !== T.ID) return this.fail('a name after "@"');
      lambda.name = this.identHere();
    }
    if (this.kind() !== T.COLON) return this.fail('":"');
    this.i++;
    const twice = duplicateFormal(formals, lambda.name);
    if (twice === null) return EXPR;
    this.error = { offset: twice.from, message: `the argument "${twice.name}" is named twice` };
    return STOP;
  }

  private operand(): number {
    const kind = this.kind();
    if (kind !== T.NOT && kind !== T.MINUS) return SIMPLE;
    const op = kind === T.NOT ? '!' : '-';
    const node: Mutable<S.Unary> = { type: 'unary', from: this.start(), to: 0, op, operand: pending };
    this.push(F_UNARY, node, kind === T.NOT ? NOT_STRENGTH : NEGATE_STRENGTH);
    this.i++;
    return OPERAND;
  }

  private simple(): number {
    const from = this.start();
    const kind = this.kind();
    switch (kind) {
      case T.ID:
        this.value = this.identHere();
        return HAVE_SIMPLE;
      case T.QUOTE:
      case T.IND:
        return this.openString(F_STRING, from, kind === T.IND);
      case T.PATH:
        return this.plainPath(from, this.end());
      case T.PAREN:
        this.i++;
        this.push(F_PAREN, { type: 'paren', from, to: 0, expr: pending } as Mutable<S.Paren>);
        return EXPR;
      case T.BRACKET:
        this.i++;
        this.push(F_LIST, { type: 'list', from, to: 0, items: [] } as Mutable<S.List>);
        return ITEM;
      case T.BRACE:
        return this.openAttrs(from, 'plain');
      case T.REC:
      case T.LET:
        this.i++;
        return this.kind() === T.BRACE ? this.openAttrs(from, kind === T.REC ? 'rec' : 'let') : this.fail('"{"');
      default:
        return this.rareSimple(kind, from, this.end());
    }
  }

  private rareSimple(kind: number, from: number, to: number): number {
    switch (kind) {
      case T.INT:
      case T.FLOAT:
        this.value = { type: kind === T.INT ? 'int' : 'float', from, to };
        break;
      case T.URI:
        this.value = { type: 'uri', from, to };
        break;
      case T.SEARCH_PATH:
        this.value = { type: 'search-path', from, to };
        break;
      case T.PATH_START:
        return this.openPath(from, to);
      default:
        return this.fail('');
    }
    this.i++;
    return HAVE_SIMPLE;
  }

  private openAttrs(from: number, kind: S.AttrSet['kind']): number {
    const open = this.start();
    this.i++;
    this.push(F_ATTRS, { type: 'attrs', from, to: 0, kind, bindings: [], open } as Mutable<S.AttrSet>);
    return BINDING;
  }

  private haveSimple(): number {
    const kind = this.kind();
    if (kind === T.DOT) {
      this.i++;
      const { value } = this;
      this.push(F_SELECT, {
        type: 'select',
        from: value.from,
        to: 0,
        base: value,
        path: [],
        fallback: null,
      } as Mutable<S.Select>);
      return NAME;
    }
    if (kind === T.OR_WORD) {
      // `x or` applies x to a variable named `or`: an accident of the grammar that old code relies on.
      const fn = this.value;
      const or = this.identHere();
      this.value = { type: 'apply', from: fn.from, to: or.to, fn, args: [or] };
    }
    return HAVE_SELECT;
  }

  private haveSelect(): number {
    switch (this.frame()) {
      case F_LIST:
        ((this.top() as Mutable<S.List>).items as S.Expr[]).push(this.value);
        return ITEM;
      case F_FALLBACK:
        (this.top() as Mutable<S.Select>).fallback = this.value;
        return this.finish(HAVE_SELECT);
      case F_APPLY:
        ((this.top() as Mutable<S.Apply>).args as S.Expr[]).push(this.value);
        return startsSimple[this.kind()] === 1 ? SIMPLE : this.finish(HAVE_OPERAND);
      default: {
        if (startsSimple[this.kind()] !== 1) return HAVE_OPERAND;
        const fn = this.value;
        this.push(F_APPLY, { type: 'apply', from: fn.from, to: 0, fn, args: [] } as Mutable<S.Apply>);
        return SIMPLE;
      }
    }
  }

  private item(): number {
    if (this.kind() !== T.BRACKET_END) return SIMPLE;
    this.i++;
    return this.finish(HAVE_SIMPLE);
  }

  /** An operand is complete: an operator takes it, or the whole expression is complete. */
  private haveOperand(): number {
    const kind = this.kind();
    if (kind === T.QUESTION) {
      this.reduce(HAS_STRENGTH);
      this.i++;
      const base = this.value;
      this.push(F_HAS, { type: 'has-attr', from: base.from, to: 0, base, path: [] } as Mutable<S.HasAttr>);
      return NAME;
    }
    if (kind < T.firstBinary) {
      this.reduce(0);
      return HAVE_EXPR;
    }
    return this.operator(kind, strengths[kind - T.firstBinary] as number);
  }

  private operator(kind: number, strength: number): number {
    this.reduce(strength);
    if (this.strength[this.strength.length - 1] === strength) {
      // 5 and 6 are the comparisons, which do not chain; pipes chain with their own kind only.
      const op = (this.top() as Mutable<S.Binary>).op;
      if (strength === 5 || strength === 6) return this.fail('no second comparison without parentheses');
      if (strength === 1 && op !== T.tokenNames[kind]) return this.fail('no other pipe without parentheses');
      if (rightToLeft[kind] !== 1) this.reduceOne();
    }
    const left = this.value;
    const opAt = this.start();
    const op = T.tokenNames[kind] as string;
    this.i++;
    this.push(
      F_BINARY,
      { type: 'binary', from: left.from, to: 0, op, left, right: pending, opAt } as Mutable<S.Binary>,
      strength,
    );
    return OPERAND;
  }

  /** Completes the operators on top that bind more strongly. */
  private reduce(strength: number): void {
    while ((this.strength[this.strength.length - 1] as number) > strength) this.reduceOne();
  }

  private reduceOne(): void {
    if (this.frame() === F_BINARY) (this.top() as Mutable<S.Binary>).right = this.value;
    else (this.top() as Mutable<S.Unary>).operand = this.value;
    this.finish(HAVE_OPERAND);
  }

  /** An expression is complete; the frame on top says what it is for. */
  private haveExpr(): number {
    const { value } = this;
    switch (this.frame()) {
      case F_BIND: {
        if (this.kind() !== T.SEMICOLON) return this.fail('";"');
        this.i++;
        const bind = this.pop() as Mutable<S.Bind>;
        bind.value = value;
        return this.addBinding(bind);
      }
      case F_PAREN:
        (this.top() as Mutable<S.Paren>).expr = value;
        return this.closeWith(T.PAREN_END, HAVE_SIMPLE);
      case F_LAMBDA:
      case F_BODY:
        (this.top() as Mutable<S.Lambda>).body = value;
        return this.finish(HAVE_EXPR);
      case F_STRING_EXPR:
        return this.closeInterpolation(STRING_PART);
      case F_PATH:
        return this.closeInterpolation(PATH_PART);
      case F_NAME_EXPR:
        return this.closeNameExpr();
      case F_FORMAL: {
        const formal = this.pop() as Mutable<S.Formal>;
        formal.fallback = value;
        formal.to = this.last();
        return this.afterFormal();
      }
      case F_INHERIT_FROM:
        (this.top() as Mutable<S.Inherit>).source = value;
        if (this.kind() !== T.PAREN_END) return this.fail('")"');
        this.i++;
        this.become(F_INHERIT);
        return HAVE_NAME;
      case ROOT:
        return this.kind() === T.END ? STOP : this.fail('end of file');
      default:
        return this.haveClause(value);
    }
  }

  /** The clauses of `with`, `assert` and `if`. */
  private haveClause(value: S.Expr): number {
    switch (this.frame()) {
      case F_WITH:
        (this.top() as Mutable<S.With>).scope = value;
        return this.clause(T.SEMICOLON, F_BODY);
      case F_ASSERT:
        (this.top() as Mutable<S.Assert>).condition = value;
        return this.clause(T.SEMICOLON, F_BODY);
      case F_IF:
        (this.top() as Mutable<S.If>).condition = value;
        return this.clause(T.THEN, F_THEN);
      case F_THEN:
        (this.top() as Mutable<S.If>).whenTrue = value;
        return this.clause(T.ELSE, F_ELSE);
      default:
        (this.top() as Mutable<S.If>).whenFalse = value;
        return this.finish(HAVE_EXPR);
    }
  }

  private clause(kind: number, frame: number): number {
    if (this.kind() !== kind) return this.fail(`"${T.tokenNames[kind]}"`);
    this.i++;
    this.become(frame);
    return EXPR;
  }

  private closeWith(kind: number, next: number): number {
    if (this.kind() !== kind) return this.fail(`"${T.tokenNames[kind]}"`);
    this.i++;
    return this.finish(next);
  }

  private addBinding(binding: S.Binding): number {
    (binding as Mutable<S.Binding>).to = this.last();
    ((this.top() as Mutable<S.AttrSet>).bindings as S.Binding[]).push(binding);
    return BINDING;
  }

  /** A binding of the set or `let` on top, or its end. */
  private binding(): number {
    const kind = this.kind();
    if (kind === T.INHERIT) return this.openInherit();
    if (startsName[kind] === 1) {
      this.push(F_BIND, {
        type: 'bind',
        from: this.start(),
        to: 0,
        path: [],
        equals: 0,
        value: pending,
      } as Mutable<S.Bind>);
      return NAME;
    }
    if (this.frame() === F_ATTRS) {
      return kind === T.BRACE_END ? this.closeWith(T.BRACE_END, HAVE_SIMPLE) : this.fail('a binding or "}"');
    }
    if (kind !== T.IN) return this.fail('a binding or "in"');
    const dynamic = (this.top() as Mutable<S.Let>).bindings.find((binding) => !allowsName(binding));
    if (dynamic !== undefined) {
      this.error = { offset: dynamic.from, message: 'a "let" cannot bind a computed name' };
      return STOP;
    }
    this.i++;
    this.become(F_BODY);
    return EXPR;
  }

  private openInherit(): number {
    const node: Mutable<S.Inherit> = { type: 'inherit', from: this.start(), to: 0, source: null, names: [] };
    this.i++;
    if (this.kind() !== T.PAREN) {
      this.push(F_INHERIT, node);
      return HAVE_NAME;
    }
    this.i++;
    this.push(F_INHERIT_FROM, node);
    return EXPR;
  }

  /** One step of an attribute path, or one inherited name. */
  private name(): number {
    switch (this.kind()) {
      case T.ID:
      case T.OR_WORD:
        this.names().push(this.identHere());
        return HAVE_NAME;
      case T.QUOTE:
        return this.openString(F_STRING_NAME, this.start(), false);
      case T.INTERPOLATION:
        this.push(F_NAME_EXPR, {
          type: 'interpolation',
          from: this.start(),
          to: 0,
          expr: pending,
        } as Mutable<S.Interpolation>);
        this.i++;
        return EXPR;
      default:
        return this.fail('an attribute name');
    }
  }

  private names(): S.AttrName[] {
    if (this.frame() === F_INHERIT) return (this.top() as Mutable<S.Inherit>).names as S.AttrName[];
    return (this.top() as Mutable<S.Bind>).path as S.AttrName[];
  }

  private closeNameExpr(): number {
    if (this.kind() !== T.BRACE_END) return this.fail('"}"');
    this.i++;
    const node = this.pop() as Mutable<S.Interpolation>;
    node.expr = this.value;
    node.to = this.last();
    this.names().push(node);
    return HAVE_NAME;
  }

  private haveName(): number {
    const kind = this.kind();
    const frame = this.frame();
    if (frame === F_INHERIT) return this.inheritGoesOn(kind);
    if (kind === T.DOT) {
      this.i++;
      return NAME;
    }
    if (frame === F_SELECT) {
      if (kind !== T.OR_WORD) return this.finish(HAVE_SELECT);
      this.i++;
      this.become(F_FALLBACK);
      return SIMPLE;
    }
    if (frame === F_HAS) return this.finish(HAVE_OPERAND);
    if (kind !== T.ASSIGN) return this.fail('"=" or "."');
    (this.top() as Mutable<S.Bind>).equals = this.start();
    this.i++;
    return EXPR;
  }

  private inheritGoesOn(kind: number): number {
    if (startsName[kind] === 1) return NAME;
    if (kind !== T.SEMICOLON) return this.fail('an attribute name or ";"');
    this.i++;
    const inherit = this.pop() as Mutable<S.Inherit>;
    if (allowsName(inherit)) return this.addBinding(inherit);
    this.error = { offset: inherit.from, message: 'an "inherit" cannot name a computed attribute' };
    return STOP;
  }

  private openString(frame: number, from: number, indented: boolean): number {
    this.i++;
    this.push(frame, { type: 'string', from, to: 0, indented, parts: [] } as Mutable<S.StringLiteral>);
    return STRING_PART;
  }

  private stringPart(): number {
    const kind = this.kind();
    const node = this.top() as Mutable<S.StringLiteral>;
    if (kind === T.TEXT) {
      (node.parts as S.Text[]).push({ type: 'text', from: this.start(), to: this.end() });
      this.i++;
      return STRING_PART;
    }
    if (kind === T.INTERPOLATION) return this.openInterpolation(F_STRING_EXPR);
    if (kind !== T.QUOTE_END && kind !== T.IND_END) return this.fail('the end of the string');
    this.i++;
    if (this.frame() === F_STRING) return this.finish(HAVE_SIMPLE);
    this.pop();
    node.to = this.last();
    this.names().push(node);
    return HAVE_NAME;
  }

  private openInterpolation(frame: number): number {
    this.push(frame, { type: 'interpolation', from: this.start(), to: 0, expr: pending } as Mutable<S.Interpolation>);
    this.i++;
    return EXPR;
  }

  private closeInterpolation(next: number): number {
    if (this.kind() !== T.BRACE_END) return this.fail('"}"');
    this.i++;
    const node = this.pop() as Mutable<S.Interpolation>;
    node.expr = this.value;
    node.to = this.last();
    ((this.top() as Mutable<S.StringLiteral>).parts as S.Interpolation[]).push(node);
    return next;
  }

  private plainPath(from: number, to: number): number {
    this.i++;
    this.value = { type: 'path', from, to, parts: [{ type: 'text', from, to }] };
    return HAVE_SIMPLE;
  }

  private openPath(from: number, to: number): number {
    this.i++;
    this.push(F_STRING, { type: 'path', from, to: 0, parts: [{ type: 'text', from, to }] } as Mutable<S.PathLiteral>);
    return PATH_PART;
  }

  private pathPart(): number {
    const kind = this.kind();
    if (kind === T.INTERPOLATION) return this.openInterpolation(F_PATH);
    if (kind === T.PATH_END) {
      this.i++;
      return this.finish(HAVE_SIMPLE);
    }
    if (kind !== T.PATH_TEXT) return this.fail('the end of the path');
    ((this.top() as Mutable<S.PathLiteral>).parts as S.Text[]).push({
      type: 'text',
      from: this.start(),
      to: this.end(),
    });
    this.i++;
    return PATH_PART;
  }
}

function tokenWords(kind: number, text: string): string {
  if (kind === T.END) return 'end of file';
  const name = T.tokenNames[kind] as string;
  return name === text ? `"${name}"` : `${name} "${text}"`;
}

function flags(kinds: readonly number[]): Uint8Array {
  const table = new Uint8Array(64);
  for (const kind of kinds) table[kind] = 1;
  return table;
}

const startsName = flags([T.ID, T.OR_WORD, T.QUOTE, T.INTERPOLATION]);
const startsSimple = flags([
  T.ID,
  T.INT,
  T.FLOAT,
  T.URI,
  T.SEARCH_PATH,
  T.PATH,
  T.PATH_START,
  T.QUOTE,
  T.IND,
  T.PAREN,
  T.BRACKET,
  T.BRACE,
  T.REC,
  T.LET,
]);
const rightToLeft = flags([T.PIPE_FROM, T.IMPLIES, T.UPDATE, T.CONCAT]);

/** A text, what it says, and what is wrong with it: `root` is null exactly where `errors` holds something. */
export interface NixTree {
  readonly text: string;
  readonly root: S.Expr | null;
  readonly errors: readonly NixError[];
  /** Read anew when first asked for: few do, and a fleet's trees are kept in memory without them. */
  readonly tokens: Tokens;
}

class ReadTree implements NixTree {
  readonly text: string;
  readonly root: S.Expr | null;
  readonly errors: readonly NixError[];
  private read: Tokens | null = null;

  constructor(text: string, root: S.Expr | null, error: NixError | null) {
    this.text = text;
    this.root = error === null ? root : null;
    this.errors = error === null ? [] : [error];
  }

  get tokens(): Tokens {
    this.read ??= lexNix(this.text).tokens;
    return this.read;
  }
}

/** Reads any text as Nix. Never throws, whatever the text holds and however deep it nests. */
export function parseNix(text: string): NixTree {
  const { tokens, error } = lexShared(text);
  const parser = new Parser(text, tokens);
  const root = parser.run();
  // The earlier of the two is what a person must mend first.
  const first = error !== null && (parser.error === null || error.offset <= parser.error.offset) ? error : parser.error;
  return new ReadTree(text, root, first);
}
