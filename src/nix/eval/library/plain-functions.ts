import type { Evaluator } from '../evaluator.ts';
import { asList, called } from './as-list.ts';
import { same, type Library } from './library-function.ts';
import { Thunk, attrs, bool, ready, symbol, type Value } from '../values.ts';

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
