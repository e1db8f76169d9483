import type { Evaluator } from '../evaluator.ts';
import { asList, called } from './as-list.ts';
import { evaluatedModules } from '../modules/evaluated-modules.ts';
import { importedValue } from './paths.ts';
import { same, type Library } from './library-function.ts';
import { Thunk, attrs, bool, emptyAttrs, ready, symbol, type Value } from '../values.ts';

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

/** What overlays add, one after the other, each seeing what those before it added. */
function composed(evaluator: Evaluator, overlays: readonly (Thunk | undefined)[], args: readonly Thunk[]): Value {
  const [final, previous] = args;
  let all = evaluator.force(previous as Thunk);
  let added: Value = emptyAttrs;
  for (const overlay of overlays) {
    const more = evaluator.force(called(evaluator, overlay as Thunk, final as Thunk, ready(all)));
    added = evaluator.update(added, more);
    all = evaluator.update(all, more);
  }
  return added;
}

export const plainFunctions: Library = {
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
  composeExtensions: {
    arity: 4,
    run: (evaluator, [first, second, ...args]) => composed(evaluator, [first, second], args),
  },
  composeManyExtensions: {
    arity: 3,
    run: (evaluator, [overlays, ...args]) => composed(evaluator, asList(evaluator, overlays).items, args),
  },
  callPackageWith: {
    arity: 3,
    run: (evaluator, [auto, fn, args]) => {
      const known = evaluator.force(fn as Thunk);
      const made = known.kind === 'path' ? importedValue(evaluator, known) : known;
      const given = evaluator.update(evaluator.force(auto as Thunk), evaluator.force(args as Thunk));
      return made.kind === 'lambda' ? evaluator.apply(made, ready(given)) : symbol(['unknown'], [fn as Thunk]);
    },
  },
  evalModules: {
    arity: 1,
    run: (evaluator, [options]) => {
      const given = evaluator.force(options as Thunk);
      const modules = asList(evaluator, ready(evaluator.select(given, 'modules'))).items;
      return evaluatedModules(evaluator, modules, evaluator.select(given, 'specialArgs'));
    },
  },
  recurseIntoAttrs: same(1),
  assertMsg: { arity: 2, run: (evaluator, [condition]) => evaluator.force(condition as Thunk) },
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
};
