import type { Repository, Unread } from '../repository.ts';
import { folderOf } from '../repository.ts';
import { positionAt } from '../source.ts';
import type { Expr, StringLiteral } from '../syntax.ts';
import { applied } from './calls.ts';
import { eitherOf, forChoices } from './choices.ts';
import { isEqual, isLess } from './comparisons.ts';
import { Depths, consumeValue, isKnownThrough, isPlain } from './consume.ts';
import { valueOf } from './expressions.ts';
import { globalNames } from './library/library.ts';
import { Recorder } from './recorder.ts';
import { selectFrom } from './selection.ts';
import { joinTexts, stringOf } from './text-values.ts';
import { joinLists, updateSets } from './unions.ts';
import { Thunk, nullValue, ready, symbol, type Env, type Source, type SystemValue, type Value } from './values.ts';
import type { Watch } from './watch.ts';

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

/**
 * A static, lazy and bounded evaluator for the part of Nix that decides which files make which host: it knows the
 * repository and nothing else. Whatever else there is (inputs, packages, options) it carries along as symbols.
 */
export class Evaluator extends Recorder {
  readonly repository: Repository;
  readonly unread: Unread[] = [];
  /** Steps left. Where none are left every question is answered "not known". */
  fuel: number;
  /** Something was left unknown for want of steps or depth. Whoever cares sets it to false before asking. */
  cut = false;
  /** Set while modules are called, before there is anything that their conditions could be asked of. */
  isCollecting = false;
  /** Set while somebody reads options as the module system does. */
  reading: OptionReading | null = null;
  private depth = 0;
  private readonly files = new Map<string, Thunk>();
  private readonly global: Map<string, Thunk>;
  private readonly consumed = new WeakMap<object, Thunk>();
  private readonly depths = new Depths();

  constructor(repository: Repository, fuel: number, watch: Watch | null = null) {
    super(watch);
    this.repository = repository;
    this.fuel = fuel;
    this.global = globalNames(this);
  }

  /** Takes a step; true where there are none left, or the way down is too long. */
  private isSpent(): boolean {
    if (--this.fuel > 0 && this.depth <= (this.reading === null ? deepest : deepestReading)) return false;
    this.cut = true;
    return true;
  }

  /** Takes a step for each item that is made. A list that doubles itself ends with the steps, not with the memory. */
  spend(items: number): void {
    this.fuel -= items;
    if (this.fuel <= 0) this.cut = true;
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
    const value = valueOf(this, expr, env);
    this.depth--;
    return value;
  }

  apply(fn: Value, arg: Thunk): Value {
    if (this.isSpent()) return symbol(['unknown'], [arg]);
    this.depth++;
    const value = applied(this, fn, arg);
    this.depth--;
    return value;
  }

  /** Something rests on the value in a way that is not known: all of it counts as looked at. */
  consume(value: Value): void {
    const key = value.kind === 'symbol' ? value.parts : value;
    // Packages are walked as such wherever a machine has them.
    if (value.kind === 'symbol' ? value.parts.length === 0 || value.path[0] === 'pkgs' : isPlain(value)) return;
    if (isKnownThrough(value, 4)) return;
    const known = this.consumed.get(key);
    const thunk = known ?? new Thunk(() => (consumeValue(this, value, this.depths), nullValue), null);
    if (known === undefined) this.consumed.set(key, thunk);
    this.force(thunk);
  }

  /** What follows is what functions of the library and whoever reads machines do with values. */
  select(base: Value, name: string): Value {
    return selectFrom(this, base, name);
  }

  string(node: StringLiteral, env: Env): Value {
    return stringOf(this, node, env);
  }

  /** `a + b` for texts and paths, and what interpolation does. */
  append(left: Value, right: Value, origin: string): Value {
    return joinTexts(this, left, right, origin);
  }

  either(condition: Value, whenTrue: Thunk, whenFalse: Thunk): Value {
    return eitherOf(this, condition, whenTrue, whenFalse);
  }

  overChoices(values: readonly Value[], ask: (values: readonly Value[]) => Value): Value {
    return forChoices(this, values, ask);
  }

  /** Null where it is not known. */
  equal(left: Value, right: Value): boolean | null {
    return isEqual(left, right);
  }

  /** `left < right`. */
  less(left: Value, right: Value): Value {
    return isLess(left, right);
  }

  update(left: Value, right: Value): Value {
    return updateSets(this, left, right);
  }

  concat(left: Value, right: Value): Value {
    return joinLists(this, left, right);
  }

  /** A text that is read as data: of a file that is all of it, what it says counts, and not its bytes. */
  forceData(thunk: Thunk): Value {
    const { answer, deps } = this.watched(() => this.force(thunk));
    const file = answer.kind === 'string' && answer.site?.offset === 0 ? answer.site.file : null;
    const isWhole = file !== null && answer.kind === 'string' && this.repository.texts.get(file) === answer.text;
    this.handOver(deps, isWhole ? `#${file}` : null);
    return answer;
  }
}
