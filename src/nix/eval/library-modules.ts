import type { Evaluator } from './evaluator.ts';
import type { Library, LibraryFunction } from './library.ts';
import { asList, called } from './library-lists.ts';
import { recursiveUpdate } from './library-attrs.ts';
import {
  attrs,
  bool,
  bothNames,
  emptyAttrs,
  isKnownText,
  list,
  ready,
  symbol,
  text,
  Thunk,
  type Mark,
  type Value,
} from './values.ts';

/** Functions that mark a value for the module system and otherwise leave it as it is. */
function same(arity: number): LibraryFunction {
  return { arity, run: (evaluator, args) => evaluator.force(args[arity - 1] as Thunk) };
}

function marked(mark: Mark): Value {
  return { kind: 'attrs', slots: new Map(), rest: null, mark };
}

/** Less is stronger: 50 is `mkForce`, 100 what is written plainly, 1000 `mkDefault` (nixpkgs, lib/modules.nix). */
function override(priority: number): LibraryFunction {
  return {
    arity: 1,
    run: (evaluator, [content]) =>
      evaluator.reading !== null
        ? marked({ kind: 'override', priority, content: content as Thunk })
        : evaluator.force(content as Thunk),
  };
}

function overrideBy(evaluator: Evaluator, priority: Thunk, content: Thunk): Value {
  const known = evaluator.reading !== null ? evaluator.force(priority) : null;
  return known?.kind === 'number'
    ? marked({ kind: 'override', priority: Number(known.value), content })
    : evaluator.force(content);
}

/** All values at once, merged as far as they are sets: the module system would merge them. */
function merged(evaluator: Evaluator, items: readonly Thunk[]): Value {
  let result: Value = emptyAttrs;
  const others: Thunk[] = [];
  for (const item of items) {
    const value = evaluator.force(item);
    if (value.kind === 'attrs') result = both(evaluator, result, value);
    else others.push(item);
  }
  if (others.length === 0) return result;
  return result === emptyAttrs ? symbol(['unknown'], others) : evaluator.update(symbol(['unknown'], others), result);
}

/** Two definitions of one option: which of them counts is for priorities to say, so neither is left out. */
function both(evaluator: Evaluator, left: Value, right: Value, depth = 0): Value {
  if (left.kind === 'attrs' && right.kind === 'attrs' && depth <= 12) {
    const slots = new Map(left.slots);
    for (const [name, slot] of right.slots) {
      const before = slots.get(name);
      const make = (): Value => both(evaluator, evaluator.force(before ?? slot), evaluator.force(slot), depth + 1);
      slots.set(name, before === undefined ? slot : new Thunk(make, slot.site));
    }
    const rest =
      left.rest === null || right.rest === null
        ? (left.rest ?? right.rest)
        : symbol(['unknown'], [ready(left.rest), ready(right.rest)]);
    return attrs(slots, rest, bothNames(left, right));
  }
  if (left === right || (left.kind === 'bool' && right.kind === 'bool' && left.value === right.value)) return right;
  if (left.kind === 'list' && right.kind === 'list') return evaluator.concat(left, right);
  if (isKnownText(left) && isKnownText(right) && left.text === right.text && left.parts.length === 0) return right;
  return { kind: 'choice', options: [ready(left), ready(right)] };
}

function isKind(...kinds: readonly Value['kind'][]): LibraryFunction {
  return {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const { kind } = evaluator.force(thunk as Thunk);
      if (kinds.includes(kind)) return bool(true);
      const isOpen = kind === 'symbol' || kind === 'choice' || kind === 'system';
      return isOpen ? symbol(['unknown'], [thunk as Thunk]) : bool(false);
    },
  };
}

function fixed(evaluator: Evaluator, fn: Thunk): Value {
  const self: Thunk = new Thunk(() => evaluator.force(called(evaluator, fn, self)), null);
  return evaluator.force(self);
}

/** `lib.extend overlay`: the library and what the overlay adds to it. */
function extended(evaluator: Evaluator, base: Value, overlay: Thunk): Value {
  const self: Thunk = new Thunk(
    () => evaluator.update(base, evaluator.force(called(evaluator, overlay, self, ready(base)))),
    null,
  );
  return evaluator.force(self);
}

const systems = ['x86_64-linux', 'aarch64-linux', 'x86_64-darwin', 'aarch64-darwin'];

/** flake-utils: `{ packages = …; }` per system becomes `{ packages.<system> = …; }`; other names pass as they are. */
function perSystem(evaluator: Evaluator, names: readonly Thunk[], fn: Thunk): Value {
  let result: Value = emptyAttrs;
  for (const name of names) {
    const value = evaluator.force(called(evaluator, fn, name));
    const system = evaluator.force(name);
    if (value.kind !== 'attrs' || system.kind !== 'string') continue;
    const nested = [...value.slots].map(
      ([key, slot]) => [key, ready(attrs(new Map([[system.text, slot]])), slot.site)] as const,
    );
    result = recursiveUpdate(evaluator, result, attrs(new Map(nested), value.rest));
  }
  return result;
}

export const moduleFunctions: Library = {
  mkIf: {
    arity: 2,
    run: (evaluator, [condition, value]) => {
      if (evaluator.reading !== null)
        return marked({ kind: 'if', condition: condition as Thunk, content: value as Thunk });
      const known = evaluator.force(condition as Thunk);
      evaluator.consume(known);
      return known.kind === 'bool' && known.value === false ? emptyAttrs : evaluator.force(value as Thunk);
    },
  },
  mkMerge: {
    arity: 1,
    run: (evaluator, [items]) => {
      if (evaluator.reading !== null) return marked({ kind: 'merge', contents: items as Thunk });
      const value = asList(evaluator, items);
      return merged(evaluator, [...value.items, ...value.more]);
    },
  },
  mkDefault: override(1000),
  mkForce: override(50),
  mkVMOverride: override(10),
  mkImageMediaOverride: override(60),
  mkBefore: same(1),
  mkAfter: same(1),
  mkOverride: {
    arity: 2,
    run: (evaluator, [priority, content]) => overrideBy(evaluator, priority as Thunk, content as Thunk),
  },
  mkOrder: same(2),
  mkDerivedConfig: {
    arity: 2,
    run: (evaluator, [option, fn]) => evaluator.force(called(evaluator, fn as Thunk, option as Thunk)),
  },
  setDefaultModuleLocation: same(2),
  makeOverridable: same(1),
  id: same(1),
  const: { arity: 2, run: (evaluator, [value]) => evaluator.force(value as Thunk) },
  flip: {
    arity: 3,
    run: (evaluator, [fn, a, b]) => evaluator.force(called(evaluator, fn as Thunk, b as Thunk, a as Thunk)),
  },
  seq: same(2),
  deepSeq: same(2),
  trace: same(2),
  traceVal: same(1),
  warn: same(2),
  warnIf: same(3),
  throwIf: same(3),
  throwIfNot: same(3),
  addErrorContext: same(2),
  tryEval: {
    arity: 1,
    run: (_, [value]) =>
      attrs(
        new Map([
          ['success', ready(symbol(['unknown'], [value as Thunk]))],
          ['value', value as Thunk],
        ]),
      ),
  },
  throw: { arity: 1, run: () => symbol(['throw']) },
  abort: { arity: 1, run: () => symbol(['throw']) },
  pipe: {
    arity: 2,
    run: (evaluator, [value, fns]) => {
      let result = value as Thunk;
      for (const fn of asList(evaluator, fns).items) result = called(evaluator, fn, result);
      return evaluator.force(result);
    },
  },
  fix: { arity: 1, run: (evaluator, [fn]) => fixed(evaluator, fn as Thunk) },
  makeExtensible: { arity: 1, run: (evaluator, [fn]) => fixed(evaluator, fn as Thunk) },
  extend: { arity: 1, run: (evaluator, [overlay]) => extended(evaluator, symbol(['lib']), overlay as Thunk) },
  setFunctionArgs: { arity: 2, run: (evaluator, [fn]) => evaluator.force(fn as Thunk) },
  toFunction: {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const value = evaluator.force(thunk as Thunk);
      return value.kind === 'lambda' || value.kind === 'builtin' ? value : symbol(['unknown'], [thunk as Thunk]);
    },
  },
  functionArgs: {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const value = evaluator.force(thunk as Thunk);
      if (value.kind !== 'lambda') return symbol(['unknown']);
      const items = value.node.formals?.items ?? [];
      return attrs(new Map(items.map(({ name, fallback }) => [name.name, ready(bool(fallback !== null))])));
    },
  },
  isAttrs: isKind('attrs'),
  isList: isKind('list'),
  isString: isKind('string'),
  isFunction: isKind('lambda', 'builtin'),
  isPath: isKind('path'),
  isBool: isKind('bool'),
  isInt: isKind('number'),
  isNull: isKind('null'),
  isDerivation: { arity: 1, run: (_, [thunk]) => symbol(['unknown'], [thunk as Thunk]) },
  currentSystem: { arity: 0, run: () => symbol(['unknown']) },
  typeOf: {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const { kind } = evaluator.force(thunk as Thunk);
      const names: Partial<Record<Value['kind'], string>> = {
        attrs: 'set',
        lambda: 'lambda',
        builtin: 'lambda',
        null: 'null',
      };
      const name = names[kind] ?? (['list', 'string', 'path', 'bool'].includes(kind) ? kind : null);
      return name === null ? symbol(['unknown'], [thunk as Thunk]) : text(name);
    },
  },
  eachSystem: {
    arity: 2,
    run: (evaluator, [names, fn]) => perSystem(evaluator, asList(evaluator, names).items, fn as Thunk),
  },
  eachDefaultSystem: {
    arity: 1,
    run: (evaluator, [fn]) =>
      perSystem(
        evaluator,
        systems.map((name) => ready(text(name))),
        fn as Thunk,
      ),
  },
  flakeExposed: { arity: 0, run: () => list(systems.map((name) => ready(text(name)))) },
  defaultSystems: { arity: 0, run: () => list(systems.map((name) => ready(text(name)))) },
};
