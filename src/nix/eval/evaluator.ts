import type { Repository, Unread } from '../repository.ts';
import { folderOf, joinPath } from '../repository.ts';
import { positionAt } from '../source.ts';
import { piecesOf } from '../string-value.ts';
import type {
  AttrName,
  Binary,
  Binding,
  Expr,
  Interpolation,
  PathLiteral,
  Select,
  StringLiteral,
  Text,
} from '../syntax.ts';
import { makeBindings } from './bindings.ts';
import { consumeValue } from './consume.ts';
import { Deps, flattenDeps } from './deps.ts';
import { inputBehind, inputMark } from './input-marks.ts';
import { globalNames, libraryFunction } from './library/library.ts';
import { systemCall } from './systems.ts';
import type { DataWatch, Watch } from './watch.ts';
import {
  attrs,
  bool,
  bothNames,
  emptyAttrs,
  falseValue,
  hole,
  isKnownText,
  list,
  nullValue,
  ready,
  symbol,
  text as textValue,
  Thunk,
  trueValue,
  type AttrsValue,
  type Env,
  type LambdaValue,
  type Site,
  type Source,
  type SystemValue,
  type Value,
} from './values.ts';

/**
 * What changes while options are read. `mkIf`, `mkMerge` and `mkForce` leave a mark instead of what they stand before,
 * because a condition may rest on the very option that is being read.
 */
export interface OptionReading {
  /** An option that nothing of the repository defines, by its path below `config`; null where nothing is known of it. */
  readonly undefinedOption: (path: readonly string[]) => Value | null;
  /** `config` of another machine. */
  readonly configOf: (system: SystemValue) => Value | null;
}

/** Deeper than any configuration nests, and far from the end of the JavaScript stack: each level takes some frames. */
const deepest = 900;
/** Options lie between: a level of them takes more of the stack. */
const deepestReading = 400;
const mostOptions = 8;

/**
 * A static, lazy and bounded evaluator for the part of Nix that decides which files make which host: it knows the
 * repository and nothing else. Whatever else there is (inputs, packages, options) it carries along as symbols.
 */
export class Evaluator {
  readonly repository: Repository;
  readonly unread: Unread[] = [];
  /** Steps left. Where none are left every question is answered "not known". */
  fuel: number;
  /** Something was left unknown for want of steps or depth. Whoever cares sets it to false before asking. */
  cut = false;
  /** Set while somebody reads options as the module system does. */
  reading: OptionReading | null = null;
  private depth = 0;
  private deps: Deps | null = null;
  private readonly files = new Map<string, Thunk>();
  private readonly global: Map<string, Thunk>;
  private readonly watch: Watch | null;
  private readonly consumed = new WeakMap<object, Thunk>();

  constructor(repository: Repository, fuel: number, watch: Watch | null = null) {
    this.repository = repository;
    this.watch = watch;
    this.fuel = fuel;
    this.global = globalNames(this);
  }

  get isWatching(): boolean {
    return this.watch !== null;
  }

  /** Runs a question and returns what it looked at beside the answer. */
  watched<Answer>(ask: () => Answer): { readonly answer: Answer; readonly deps: Deps | null } {
    const saved = this.deps;
    this.deps = null;
    try {
      const answer = ask();
      return { answer, deps: this.deps };
    } finally {
      this.deps = saved;
    }
  }

  /** Takes a step; true where there are none left, or the way down is too long. */
  private isSpent(): boolean {
    if (--this.fuel > 0 && this.depth <= (this.reading === null ? deepest : deepestReading)) return false;
    this.cut = true;
    return true;
  }

  note(kind: 'files' | 'listings', path: string): void {
    this.deps ??= new Deps();
    this.deps[kind].add(path);
  }

  /** Somebody came to a piece of syntax. */
  touch(node: object): void {
    const marks = this.watch?.nodes.get(node);
    if (marks !== undefined) for (const mark of marks) this.noteMark(mark);
  }

  /** Somebody read a file as it is, not what it says as Nix. */
  noteBytes(path: string): void {
    this.noteMark(`#${path}`);
  }

  noteMark(mark: string): void {
    this.deps ??= new Deps();
    this.deps.marks ??= new Set();
    this.deps.marks.add(mark);
  }

  /** Somebody came to an input of a flake. */
  noteInput(name: string): void {
    this.noteMark(inputMark(name));
  }

  noteSystem(system: SystemValue): void {
    this.deps ??= new Deps();
    this.deps.systems ??= new Set();
    this.deps.systems.add(system);
  }

  /** Something rests on the value in a way that is not known: all of it counts as looked at. */
  consume(value: Value): void {
    const key = value.kind === 'symbol' ? value.parts : value;
    // Packages are walked as such wherever a machine has them.
    if (value.kind === 'symbol' ? value.parts.length === 0 || value.path[0] === 'pkgs' : isPlain(value)) return;
    if (isKnownThrough(value, 4)) return;
    const known = this.consumed.get(key);
    const thunk = known ?? new Thunk(() => (consumeValue(this, value), nullValue), null);
    if (known === undefined) this.consumed.set(key, thunk);
    this.force(thunk);
  }

  /** What of a file of data is watched; null for a text that is no whole file, or where nothing is. */
  dataWatch(site: Site | null): DataWatch | null {
    return site?.offset === 0 ? (this.watch?.data.get(site.file) ?? null) : null;
  }

  touchData(marks: readonly string[] | undefined): void {
    for (const mark of marks ?? []) this.noteMark(mark);
  }

  /** A text that is read as data: of a file that is all of it, what it says counts, and not its bytes. */
  forceData(thunk: Thunk): Value {
    const { answer, deps } = this.watched(() => this.force(thunk));
    const file = answer.kind === 'string' && answer.site?.offset === 0 ? answer.site.file : null;
    const isWhole = file !== null && answer.kind === 'string' && this.repository.texts.get(file) === answer.text;
    this.handOver(deps, isWhole ? `#${file}` : null);
    return answer;
  }

  /** Takes on what a question looked at, without one mark. */
  private handOver(deps: Deps | null, without: string | null): void {
    const { files, listings, marks, systems } = flattenDeps(deps);
    for (const path of files) this.note('files', path);
    for (const path of listings) this.note('listings', path);
    for (const mark of marks) if (mark !== without) this.noteMark(mark);
    for (const system of systems) this.noteSystem(system);
  }

  /** Somebody looked at which names a set has, all of them. */
  enumerate({ names }: AttrsValue): void {
    if (names !== undefined) for (const { mark } of names) this.noteMark(mark);
  }

  /** Somebody asked a set for one name: of which it matters whether it is there. */
  private asked({ names, slots }: AttrsValue, name: string): void {
    if (names === undefined) return;
    for (const { mark, arrivals } of names) if (!slots.has(name) || arrivals.has(name)) this.noteMark(`!${mark}`);
  }

  force(thunk: Thunk): Value {
    if (thunk.value !== null) {
      if (thunk.deps !== null) this.inherit(thunk.deps);
      return thunk.value;
    }
    // A value that needs itself is an error in Nix; here it is merely not known.
    if (thunk.busy || this.isSpent()) return symbol(['unknown']);
    thunk.busy = true;
    this.depth++;
    const saved = this.deps;
    this.deps = null;
    const value = thunk.make === null ? this.eval(thunk.expr as Expr, thunk.env as Env) : thunk.make();
    thunk.deps = this.deps;
    this.deps = saved;
    if (thunk.deps !== null) this.inherit(thunk.deps);
    this.depth--;
    thunk.busy = false;
    // What was cut short is not kept: somebody with more steps may still learn it.
    if (this.fuel <= 0) return value;
    thunk.value = value;
    thunk.expr = null;
    thunk.env = null;
    thunk.make = null;
    return value;
  }

  private inherit(deps: Deps): void {
    this.deps ??= new Deps();
    if (this.deps !== deps) this.deps.inner.add(deps);
  }

  /** The value of a whole file, evaluated once; null where there is no such file or it cannot be read. */
  file(path: string): Thunk | null {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    const tree = this.repository.parsed(path);
    if (tree === null) return null;
    const { root } = tree;
    const error = tree.errors[0];
    if (error !== undefined) {
      const { line } = positionAt(tree, error.offset);
      this.unread.push({ file: path, line, why: `syntax error: ${error.message}` });
    }
    const source: Source = { file: path, folder: folderOf(path), text: tree.text };
    const env: Env = { parent: null, names: this.global, scope: null, source };
    const thunk =
      root === null
        ? ready(symbol(['unread', path]))
        : new Thunk({ expr: root, env }, { file: path, offset: root.from });
    this.files.set(path, thunk);
    return thunk;
  }

  later(expr: Expr, env: Env): Thunk {
    return new Thunk({ expr, env }, { file: env.source.file, offset: expr.from });
  }

  eval(expr: Expr, env: Env): Value {
    if (this.watch !== null) this.touch(expr);
    if (this.isSpent()) return symbol(['unknown']);
    this.depth++;
    const value = this.evalNode(expr, env);
    this.depth--;
    return value;
  }

  private evalNode(expr: Expr, env: Env): Value {
    switch (expr.type) {
      case 'ident':
        return this.lookup(expr.name, env);
      case 'int':
      case 'float':
        return { kind: 'number', value: Number(env.source.text.slice(expr.from, expr.to)) };
      case 'uri':
        return textValue(env.source.text.slice(expr.from, expr.to), siteOf(env, expr));
      case 'search-path':
        return this.searchPath(env.source.text.slice(expr.from + 1, expr.to - 1));
      case 'string':
        return this.string(expr, env);
      case 'path':
        return this.path(expr, env);
      case 'paren':
        return this.eval(expr.expr, env);
      case 'list':
        return list(expr.items.map((item) => this.later(item, env)));
      case 'attrs':
        return this.named(expr, this.set(expr.kind, expr.bindings, env));
      case 'select':
        return this.selectPath(this.baseOf(expr, env), expr.path, expr.fallback, env);
      case 'has-attr':
        return this.hasPath(this.eval(expr.base, env), expr.path, env);
      case 'apply':
        return this.call(expr.fn, expr.args, env);
      case 'unary':
        return this.unary(expr.op, this.eval(expr.operand, env));
      case 'binary':
        return this.binary(expr, env);
      case 'lambda':
        return { kind: 'lambda', node: expr, env };
      case 'let':
        return this.eval(expr.body, this.inner(expr.bindings, env));
      case 'with':
        return this.eval(expr.body, {
          parent: env,
          names: null,
          scope: this.later(expr.scope, env),
          source: env.source,
        });
      case 'assert':
        this.consume(this.eval(expr.condition, env));
        return this.eval(expr.body, env);
      case 'if':
        return this.either(
          this.eval(expr.condition, env),
          this.later(expr.whenTrue, env),
          this.later(expr.whenFalse, env),
        );
    }
  }

  private baseOf({ base, path: [first] }: Select, env: Env): Value {
    const isLibrary = first?.type === 'ident' && first.name === 'lib';
    return isLibrary ? this.libraryOwner(() => this.eval(base, env)) : this.eval(base, env);
  }

  /**
   * What a `lib` is taken from. Whoever takes an input's library has not come to the input yet: its functions that are
   * known here are the same in every version of Nixpkgs. With any other it is come to (`selectSymbol`).
   */
  libraryOwner(ask: () => Value): Value {
    const { answer, deps } = this.watched(ask);
    const name =
      answer.kind === 'symbol' && answer.path.length === 2 && answer.path[0] === 'inputs' ? answer.path[1] : null;
    if (name === null || name === undefined) {
      if (deps !== null) this.inherit(deps);
      return answer;
    }
    this.handOver(deps, inputMark(name));
    return answer;
  }

  private inner(bindings: readonly Binding[], env: Env): Env {
    const names = new Map<string, Thunk>();
    const inner: Env = { parent: env, names, scope: null, source: env.source };
    makeBindings(this, bindings, { values: inner, inherits: env, into: names });
    return inner;
  }

  private set(kind: 'plain' | 'rec' | 'let', bindings: readonly Binding[], env: Env): Value {
    if (bindings.length === 0) return emptyAttrs;
    const slots = new Map<string, Thunk>();
    const values: Env = kind === 'plain' ? env : { parent: env, names: slots, scope: null, source: env.source };
    const rest = makeBindings(this, bindings, { values, inherits: env, into: slots });
    const set = attrs(slots, rest);
    return kind === 'let' ? this.select(set, 'body') : set;
  }

  private named(node: object, value: Value): Value {
    const names = this.watch?.names.get(node);
    return names === undefined || value.kind !== 'attrs' ? value : { ...value, names: [names] };
  }

  private lookup(name: string, env: Env): Value {
    for (let scope: Env | null = env; scope !== null; scope = scope.parent) {
      const found = scope.names?.get(name);
      if (found !== undefined) return this.force(found);
    }
    const fallbacks: Value[] = [];
    for (let scope: Env | null = env; scope !== null; scope = scope.parent) {
      if (scope.scope === null) continue;
      const value = this.force(scope.scope);
      if (value.kind === 'attrs') {
        this.asked(value, name);
        const found = value.slots.get(name);
        if (found !== undefined) return this.force(found);
        if (value.rest !== null) fallbacks.push(value.rest);
      } else if (value.kind !== 'null') fallbacks.push(value);
    }
    // Several unknown scopes: the one that is Nixpkgs' library, if it has such a function; else the innermost.
    const library = fallbacks.find(
      (value) => value.kind === 'symbol' && libraryFunction(this, [...value.path, name]) !== null,
    );
    const scope = library ?? fallbacks[0];
    return scope === undefined ? symbol(['undefined', name]) : this.select(scope, name);
  }

  /** `<nixpkgs>` and what stands below it: never a file of the repository. */
  private searchPath(path: string): Value {
    return symbol(['inputs', ...path.split('/')]);
  }

  string(node: StringLiteral, env: Env): Value {
    const pieces = piecesOf(env.source.text, node);
    if (pieces.length === 0) return textValue('', siteOf(env, node));
    const [first] = pieces;
    if (pieces.length === 1 && typeof first === 'string') return textValue(first, siteOf(env, node));
    let result: Value = textValue('', siteOf(env, node));
    for (const piece of pieces) {
      const value = typeof piece === 'string' ? textValue(piece) : this.eval(piece, env);
      result = this.append(result, value, env.source.file);
    }
    return result;
  }

  private path(node: PathLiteral, env: Env): Value {
    const { source } = env;
    const written = (part: Text | Interpolation): string => source.text.slice(part.from, part.to);
    const [head] = node.parts;
    const start = head === undefined ? '' : written(head);
    if (start.startsWith('~')) return symbol(['outside', start]);
    // Names no file of the repository by itself, but does behind `self +`.
    if (start.startsWith('/') && node.parts.length === 1) return textValue(start, siteOf(env, node));
    const [only] = node.parts;
    if (node.parts.length === 1 && only?.type === 'text') {
      const path = joinPath(source.folder, written(only));
      return path === null
        ? symbol(['outside', written(only)])
        : { kind: 'path', path, origin: source.file, parts: [] };
    }
    let joined = '';
    const parts: Thunk[] = [];
    for (const part of node.parts) {
      if (part.type === 'text') joined += written(part);
      else {
        const value = this.eval(part.expr, env);
        if (value.kind === 'string') joined += value.text;
        else if (value.kind === 'path') joined += value.path;
        else joined += hole;
        parts.push(ready(value));
      }
    }
    const path = joinPath(source.folder, joined);
    return path === null ? symbol(['outside'], parts) : { kind: 'path', path, origin: source.file, parts };
  }

  /** `a + b` for texts and paths, and what interpolation does. */
  append(left: Value, right: Value, origin: string): Value {
    const before = this.plainText(left);
    const after = this.plainText(right);
    if (before.kind === 'choice' || after.kind === 'choice') {
      return this.overChoices([before, after], ([a, b]) => this.append(a as Value, b as Value, origin));
    }
    const afterText = after.kind === 'string' ? after.text : after.kind === 'path' ? `/${after.path}` : hole;
    const parts = [...partsOf(before), ...partsOf(after)];
    if (before.kind === 'path') {
      const path = appendPath(before.path, afterText);
      return path === null ? symbol(['outside'], parts) : { kind: 'path', path, origin: before.origin, parts };
    }
    if (before.kind === 'string') {
      // `"${./.}/x"` and `"${self}/x"` go on naming a file of the repository.
      if (before.text === '' && after.kind === 'path') return after;
      if (before.text === '' && after.kind === 'symbol') return { kind: 'symbol', path: after.path, parts };
      return { kind: 'string', text: before.text + afterText, site: before.site, parts };
    }
    // Below an input: `"${nixpkgs}/nixos/lib/eval-config.nix"`.
    if (before.kind === 'symbol')
      return symbol([...before.path.slice(0, 24), ...afterText.split('/').filter(isStep)], parts);
    return symbol(['unknown'], [...parts, ready(before), ready(after)]);
  }

  /** What a value is as text, as far as that can be said. */
  private plainText(value: Value): Value {
    if (value.kind === 'number') return textValue(String(value.value));
    if (value.kind !== 'attrs') return value;
    const asText = value.slots.get('outPath') ?? value.slots.get('__toString');
    return asText === undefined ? symbol(['unknown'], [ready(value)]) : this.force(asText);
  }

  select(base: Value, name: string): Value {
    switch (base.kind) {
      case 'attrs': {
        this.asked(base, name);
        const slot = base.slots.get(name);
        if (slot !== undefined) return this.force(slot);
        return base.rest === null ? symbol(['missing', name]) : this.select(base.rest, name);
      }
      case 'symbol':
        return this.selectSymbol(base.path, base.parts, name);
      case 'choice':
        return this.overChoices([base], ([option]) => this.select(option as Value, name));
      case 'system':
        return (name === 'config' ? this.reading?.configOf(base) : null) ?? symbol(['system', name], [ready(base)]);
      default:
        return symbol(['missing', name], [ready(base)]);
    }
  }

  private selectSymbol(path: readonly string[], parts: readonly Thunk[], name: string): Value {
    const known = path[0] === 'config' ? this.reading?.undefinedOption([...path.slice(1), name]) : null;
    if (known !== null && known !== undefined) return known;
    const input = inputBehind(path, name);
    if (input !== null && libraryFunction(this, [...path, name]) === null) this.noteInput(input);
    // A chain that only grows (`x.override.override…`) must not grow without end.
    return symbol(path.length > 24 ? ['unknown', name] : [...path, name], parts);
  }

  private nameOf(step: AttrName, env: Env): string | null {
    if (step.type === 'ident') return step.name;
    const value = step.type === 'string' ? this.string(step, env) : this.eval(step.expr, env);
    return isKnownText(value) ? value.text : null;
  }

  private selectPath(base: Value, path: readonly AttrName[], fallback: Expr | null, env: Env): Value {
    let value = base;
    for (const step of path) {
      const name = this.nameOf(step, env);
      value = name === null ? this.anyOf(value) : this.select(value, name);
    }
    if (fallback === null) return value;
    if (value.kind === 'symbol') {
      const other = this.later(fallback, env);
      if (value.path[0] === 'missing' && value.parts.length === 0) return this.force(other);
      return { kind: 'choice', options: [ready(value), other] };
    }
    return value;
  }

  /** `x.${unknown}`: any of them. */
  private anyOf(value: Value): Value {
    if (value.kind === 'attrs' && !value.isFlake) {
      this.enumerate(value);
      const options = [...value.slots.values()];
      if (value.rest !== null) options.push(ready(value.rest));
      if (options.length > 0 && options.length <= mostOptions) return { kind: 'choice', options };
      return symbol(['unknown'], options);
    }
    return symbol(['unknown'], [ready(value)]);
  }

  private hasPath(base: Value, path: readonly AttrName[], env: Env): Value {
    let value = base;
    for (const [index, step] of path.entries()) {
      const name = this.nameOf(step, env);
      if (name === null) return symbol(['unknown'], [ready(value)]);
      if (value.kind === 'symbol' && value.path[0] === 'inputs') this.noteInput(value.path[1] ?? name);
      if (value.kind === 'attrs') {
        this.asked(value, name);
        const slot = value.slots.get(name);
        if (slot === undefined) return value.rest === null ? falseValue : symbol(['unknown']);
        if (index === path.length - 1) return trueValue;
        value = this.force(slot);
      } else if (value.kind === 'symbol' || value.kind === 'choice' || value.kind === 'system')
        return symbol(['unknown'], [ready(value)]);
      else return falseValue;
    }
    return trueValue;
  }

  private call(fn: Expr, args: readonly Expr[], env: Env): Value {
    let value = this.eval(fn, env);
    for (const arg of args) value = this.apply(value, this.later(arg, env));
    return value;
  }

  apply(fn: Value, arg: Thunk): Value {
    if (this.isSpent()) return symbol(['unknown'], [arg]);
    this.depth++;
    const value = this.applyValue(fn, arg);
    this.depth--;
    return value;
  }

  private applyValue(fn: Value, arg: Thunk): Value {
    switch (fn.kind) {
      case 'lambda':
        return this.applyLambda(fn, arg);
      case 'builtin': {
        const args = [...fn.args, arg];
        return args.length === fn.arity ? fn.run(args) : { ...fn, args };
      }
      case 'symbol': {
        const known = libraryFunction(this, fn.path);
        if (known !== null) return this.apply(known, arg);
        return systemCall(this, fn, arg) ?? symbol([...fn.path.slice(0, 24), '()'], [...fn.parts, arg]);
      }
      case 'choice':
        return this.overChoices([fn], ([option]) => this.apply(option as Value, arg));
      case 'attrs': {
        const functor = fn.slots.get('__functor');
        if (functor !== undefined) return this.apply(this.apply(this.force(functor), ready(fn)), arg);
        return symbol(['unknown'], [ready(fn), arg]);
      }
      default:
        return symbol(['unknown'], [ready(fn), arg]);
    }
  }

  private applyLambda(fn: LambdaValue, arg: Thunk): Value {
    const { node, env } = fn;
    const names = new Map<string, Thunk>();
    const inner: Env = { parent: env, names, scope: null, source: env.source };
    if (node.name !== null) names.set(node.name.name, arg);
    if (node.formals !== null) {
      const given = this.force(arg);
      for (const { name, fallback } of node.formals.items) {
        if (given.kind === 'attrs') this.asked(given, name.name);
        const slot = given.kind === 'attrs' ? given.slots.get(name.name) : undefined;
        names.set(name.name, slot ?? this.missingFormal(given, name.name, fallback, inner));
      }
    }
    return this.eval(node.body, inner);
  }

  private missingFormal(given: Value, name: string, fallback: Expr | null, env: Env): Thunk {
    const rest = given.kind === 'attrs' ? given.rest : given;
    if (rest === null) return fallback === null ? ready(symbol(['missing', name])) : this.later(fallback, env);
    const selected = new Thunk(() => this.select(rest, name), null);
    if (fallback === null) return selected;
    return ready({ kind: 'choice', options: [selected, this.later(fallback, env)] });
  }

  /** The branch that a condition picks; both where it is not known. */
  either(condition: Value, whenTrue: Thunk, whenFalse: Thunk): Value {
    if (condition.kind === 'bool') return this.force(condition.value === true ? whenTrue : whenFalse);
    this.consume(condition);
    return { kind: 'choice', options: [whenTrue, whenFalse] };
  }

  /** Runs a question for each option of the choices among the values, within bounds. */
  overChoices(values: readonly Value[], ask: (values: readonly Value[]) => Value): Value {
    let rows: Value[][] = [[]];
    for (const value of values) {
      const options = value.kind === 'choice' ? value.options.map((option) => this.force(option)) : [value];
      rows = rows.flatMap((row) => options.map((option) => [...row, option]));
      if (rows.length > mostOptions)
        return symbol(
          ['unknown'],
          values.map((each) => ready(each)),
        );
    }
    return {
      kind: 'choice',
      options: rows.map((row) =>
        ready(
          row.some(isChoice)
            ? symbol(
                ['unknown'],
                row.map((each) => ready(each)),
              )
            : ask(row),
        ),
      ),
    };
  }

  private unary(op: '-' | '!', value: Value): Value {
    if (op === '!' && value.kind === 'bool') return bool(value.value !== true);
    if (op === '-' && value.kind === 'number') return { kind: 'number', value: -Number(value.value) };
    return symbol(['unknown'], [ready(value)]);
  }

  private binary(node: Binary, env: Env): Value {
    switch (node.op) {
      case '|>':
        return this.apply(this.eval(node.right, env), this.later(node.left, env));
      case '<|':
        return this.apply(this.eval(node.left, env), this.later(node.right, env));
      case '&&':
      case '||':
      case '->':
        return this.logic(node, env);
      default:
        break;
    }
    const left = this.eval(node.left, env);
    const right = this.eval(node.right, env);
    switch (node.op) {
      case '//':
        return this.update(left, right);
      case '++':
        return this.concat(left, right);
      case '+':
        if (left.kind === 'number' && right.kind === 'number')
          return { kind: 'number', value: Number(left.value) + Number(right.value) };
        return this.append(left, right, env.source.file);
      case '==':
      case '!=': {
        const same = this.equal(left, right);
        return same === null ? symbol(['unknown'], [ready(left), ready(right)]) : bool(same === (node.op === '=='));
      }
      default:
        return arithmetic(node.op, left, right);
    }
  }

  private logic(node: Binary, env: Env): Value {
    const left = this.eval(node.left, env);
    if (left.kind === 'bool') {
      const decided = node.op === '||' ? left.value === true : left.value === false;
      if (decided) return bool(node.op !== '&&');
      return this.eval(node.right, env);
    }
    const right = this.eval(node.right, env);
    // The left side is not known, but `x && false` is false and `x || true` true all the same.
    if (right.kind === 'bool' && right.value === (node.op !== '&&')) return right;
    return symbol(['unknown'], [ready(left), ready(right)]);
  }

  /** Null where it is not known. */
  equal(left: Value, right: Value): boolean | null {
    if (left.kind === 'string' && right.kind === 'string') {
      return isKnownText(left) && isKnownText(right) ? left.text === right.text : null;
    }
    const plain = ['null', 'bool', 'number'];
    if (plain.includes(left.kind) && plain.includes(right.kind)) {
      return left.kind === right.kind && 'value' in left && 'value' in right && left.value === right.value;
    }
    const open = (value: Value): boolean =>
      ['symbol', 'choice', 'attrs', 'list', 'path', 'system'].includes(value.kind);
    if (left.kind === 'list' && right.kind === 'list' && (left.items.length === 0 || right.items.length === 0)) {
      return left.more.length + right.more.length > 0 ? null : left.items.length === right.items.length;
    }
    if (open(left) && open(right)) return null;
    return left.kind === 'symbol' || right.kind === 'symbol' || left.kind === 'choice' || right.kind === 'choice'
      ? null
      : false;
  }

  /** `left < right`. */
  less(left: Value, right: Value): Value {
    return arithmetic('<', left, right);
  }

  update(left: Value, right: Value): Value {
    if (left.kind === 'choice' || right.kind === 'choice') {
      return this.overChoices([left, right], ([a, b]) => this.update(a as Value, b as Value));
    }
    if (left.kind === 'attrs' && right.kind === 'attrs') {
      // A set beside a mark has the mark's `_type`: the module system sees the mark alone.
      if (right.mark !== undefined || left.mark !== undefined) return right.mark === undefined ? left : right;
      if (right.slots.size === 0 && right.rest === null && right.names === undefined) return left;
      const rest =
        right.rest === null ? left.rest : left.rest === null ? right.rest : this.update(left.rest, right.rest);
      return attrs(
        new Map([...this.maybeHidden(left.slots, right.rest), ...right.slots]),
        rest,
        bothNames(left, right),
      );
    }
    if (right.kind === 'attrs')
      return attrs(right.slots, right.rest === null ? left : this.update(left, right.rest), right.names);
    if (left.kind === 'attrs') {
      return attrs(
        this.maybeHidden(left.slots, right),
        left.rest === null ? right : this.update(left.rest, right),
        left.names,
      );
    }
    // Two unknown sets: the left one's path says best what it is (`nixpkgs.lib // home-manager.lib`).
    if (left.kind === 'symbol') return symbol(left.path, [...left.parts, ready(right)]);
    return symbol(['unknown'], [ready(left), ready(right)]);
  }

  /** Slots that a set of unknown names stands before: each may be its own or that set's. */
  private maybeHidden(slots: ReadonlyMap<string, Thunk>, by: Value | null): ReadonlyMap<string, Thunk> {
    if (by === null) return slots;
    const both = [...slots].map(([name, slot]) => {
      const other = new Thunk(() => this.select(by, name), null);
      return [name, ready({ kind: 'choice', options: [slot, other] }, slot.site)] as const;
    });
    return new Map(both);
  }

  concat(left: Value, right: Value): Value {
    const a = this.split(left);
    const b = this.split(right);
    // The same open items from both sides are listed once: they may be there any number of times as it is.
    const more = a.more.length > 0 && b.more.length > 0 ? [...new Set([...a.more, ...b.more])] : [...a.more, ...b.more];
    return list([...a.items, ...b.items], more);
  }

  /** A list's known items and the open ones. Choices within choices share what they are made of: each is opened once. */
  private split(value: Value): { items: readonly Thunk[]; more: readonly Thunk[] } {
    if (value.kind === 'list') return value;
    if (value.kind !== 'choice') return { items: [], more: [ready(value)] };
    const more = new Set<Thunk>();
    const seen = new Set<Value>([value]);
    const waiting: Thunk[] = [...value.options];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const option = this.force(next);
      if (seen.has(option)) continue;
      seen.add(option);
      if (option.kind === 'choice') waiting.push(...option.options);
      else if (option.kind === 'list') for (const item of [...option.items, ...option.more]) more.add(item);
      else more.add(next);
    }
    return { items: [], more: [...more] };
  }
}

function isStep(step: string): boolean {
  return step !== '' && step !== '.';
}

/** True where all that went into a value has been looked at by whoever has it, so that there is nothing behind it. */
function isKnownThrough(value: Value, depth: number): boolean {
  if (depth === 0) return false;
  if (!('parts' in value)) return isPlain(value);
  if (value.kind === 'symbol' && value.path[0] === 'pkgs') return true;
  return value.parts.every(({ value: part }) => part !== null && isKnownThrough(part, depth - 1));
}

function isPlain({ kind }: Value): boolean {
  return kind === 'null' || kind === 'bool' || kind === 'number';
}

function isChoice(value: Value): boolean {
  return value.kind === 'choice';
}

function siteOf(env: Env, node: { readonly from: number }): Site {
  return { file: env.source.file, offset: node.from };
}

function partsOf(value: Value): readonly Thunk[] {
  return 'parts' in value ? value.parts : [];
}

/**
 * Text put behind a path. A path that leaves the repository is none of ours. A slash at the end is kept, because more
 * may follow it (`"${./hosts}/${name}"`); `trimmed` takes it away where the path is used.
 */
function appendPath(path: string, after: string): string | null {
  const joined = joinPath(
    '',
    path === '' || after.startsWith('/') ? `${path}/${after}`.replace(/^\/+/, '') : path + after,
  );
  return joined !== null && joined !== '' && after.endsWith('/') ? `${joined}/` : joined;
}

/** Nix orders texts by their bytes, which is by their code points. */
function compared(op: string, left: string, right: string, parts: readonly Thunk[]): Value {
  const order = Buffer.compare(Buffer.from(left), Buffer.from(right));
  switch (op) {
    case '<':
      return bool(order < 0);
    case '<=':
      return bool(order <= 0);
    case '>':
      return bool(order > 0);
    case '>=':
      return bool(order >= 0);
    default:
      return symbol(['unknown'], parts);
  }
}

function arithmetic(op: string, left: Value, right: Value): Value {
  if (isKnownText(left) && isKnownText(right)) return compared(op, left.text, right.text, [ready(left), ready(right)]);
  if (left.kind !== 'number' || right.kind !== 'number') return symbol(['unknown'], [ready(left), ready(right)]);
  const [a, b] = [Number(left.value), Number(right.value)];
  switch (op) {
    case '-':
      return { kind: 'number', value: a - b };
    case '*':
      return { kind: 'number', value: a * b };
    case '/':
      return b === 0 ? symbol(['unknown']) : { kind: 'number', value: Math.trunc(a / b) };
    case '<':
      return bool(a < b);
    case '<=':
      return bool(a <= b);
    case '>':
      return bool(a > b);
    case '>=':
      return bool(a >= b);
    default:
      return nullValue;
  }
}
