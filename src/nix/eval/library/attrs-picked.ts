import type { Evaluator } from '../evaluator.ts';
import { asAttrs, known } from './as-attrs.ts';
import { asList, called } from './as-list.ts';
import type { Library } from './library-function.ts';
import { attrs, emptyAttrs, ready, symbol, text, type AttrsValue, type Thunk, type Value } from '../values.ts';

function filterAttrs(evaluator: Evaluator, fn: Thunk, value: AttrsValue): Value {
  const slots = new Map<string, Thunk>();
  const open: Thunk[] = [];
  for (const [name, slot] of value.slots) {
    const kept = evaluator.force(called(evaluator, fn, ready(text(name, slot.site)), slot));
    if (kept.kind !== 'bool') {
      // It may be there or not: it is kept, because an answer may name too much but never too little.
      evaluator.consume(kept);
      slots.set(name, slot);
    } else if (kept.value === true) slots.set(name, slot);
  }
  if (value.rest !== null) open.push(ready(value.rest));
  return attrs(slots, open.length === 0 ? null : symbol(['unknown'], open));
}

function names(
  evaluator: Evaluator,
  thunk: Thunk | undefined,
): { readonly names: ReadonlySet<string>; readonly closed: boolean } {
  const value = asList(evaluator, thunk);
  const texts = value.items.map((item) => known(evaluator, item));
  const closed = value.more.length === 0 && !texts.includes(null);
  if (!closed) evaluator.consume(value);
  return { names: new Set(texts.flatMap((name) => (name === null ? [] : [name.text]))), closed };
}

export const pickedAttrFunctions: Library = {
  filterAttrs: {
    arity: 2,
    run: (evaluator, [fn, set]) => filterAttrs(evaluator, fn as Thunk, asAttrs(evaluator, set)),
  },
  removeAttrs: {
    arity: 2,
    run: (evaluator, [set, unwanted]) => {
      const value = asAttrs(evaluator, set, true);
      const without = names(evaluator, unwanted);
      const kept = [...value.slots].filter(([name]) => !without.names.has(name));
      return attrs(new Map(kept), value.rest, value.names);
    },
  },
  getAttrs: {
    arity: 2,
    run: (evaluator, [wanted, set]) => {
      const value = asAttrs(evaluator, set);
      const these = names(evaluator, wanted);
      if (!these.closed) return value;
      return attrs(new Map([...value.slots].filter(([name]) => these.names.has(name))), value.rest);
    },
  },
  intersectAttrs: {
    arity: 2,
    run: (evaluator, [these, set]) => {
      const wanted = asAttrs(evaluator, these);
      const value = asAttrs(evaluator, set);
      if (wanted.rest !== null) {
        evaluator.consume(wanted.rest);
        return value;
      }
      return attrs(new Map([...value.slots].filter(([name]) => wanted.slots.has(name))), value.rest);
    },
  },
  optionalAttrs: {
    arity: 2,
    run: (evaluator, [condition, set]) =>
      evaluator.either(evaluator.force(condition as Thunk), set as Thunk, ready(emptyAttrs)),
  },
};
