import type { Evaluator } from '../evaluator.ts';
import { asList, called, isClosed } from './as-list.ts';
import type { Library, LibraryFunction } from './library-function.ts';
import { bool, ready, symbol, type Thunk, type Value } from '../values.ts';

function fold(evaluator: Evaluator, fn: Thunk, start: Thunk, items: readonly Thunk[], flip: boolean): Value {
  // Each step is worked out at once, and goes on knowing what it rests on.
  let value = start;
  evaluator.force(value);
  for (const item of items) {
    value = flip ? called(evaluator, fn, item, value) : called(evaluator, fn, value, item);
    evaluator.force(value);
  }
  return evaluator.force(value);
}

function quantified(evaluator: Evaluator, fn: Thunk, items: Thunk | undefined, wanted: boolean): Value {
  const value = asList(evaluator, items);
  const answers = value.items.map((item) => evaluator.force(called(evaluator, fn, item)));
  if (answers.some((answer) => answer.kind === 'bool' && answer.value === wanted)) return bool(wanted);
  if (isClosed(value) && answers.every((answer) => answer.kind === 'bool')) return bool(!wanted);
  const open = value.more.map((item) => called(evaluator, fn, item));
  return symbol(['unknown'], [...answers.map((answer) => ready(answer)), ...open]);
}

const foldl: LibraryFunction = {
  arity: 3,
  run: (evaluator, [fn, start, items]) => {
    const value = asList(evaluator, items);
    return fold(evaluator, fn as Thunk, start as Thunk, [...value.items, ...value.more], false);
  },
};

const foldr: LibraryFunction = {
  arity: 3,
  run: (evaluator, [fn, start, items]) => {
    const value = asList(evaluator, items);
    return fold(evaluator, fn as Thunk, start as Thunk, [...value.items, ...value.more].reverse(), true);
  },
};

export const foldedListFunctions: Library = {
  length: {
    arity: 1,
    run: (evaluator, [items]) => {
      const value = asList(evaluator, items);
      return isClosed(value) ? { kind: 'number', value: value.items.length } : symbol(['unknown'], value.more);
    },
  },
  elem: {
    arity: 2,
    run: (evaluator, [wanted, items]) => {
      const value = evaluator.force(wanted as Thunk);
      const among = asList(evaluator, items);
      const answers = among.items.map((item) => evaluator.equal(value, evaluator.force(item)));
      if (answers.includes(true)) return bool(true);
      const isOpen = answers.includes(null) || !isClosed(among);
      return isOpen ? symbol(['unknown'], [wanted as Thunk, ...among.items, ...among.more]) : bool(false);
    },
  },
  any: { arity: 2, run: (evaluator, [fn, items]) => quantified(evaluator, fn as Thunk, items, true) },
  all: { arity: 2, run: (evaluator, [fn, items]) => quantified(evaluator, fn as Thunk, items, false) },
  "foldl'": foldl,
  foldl,
  foldr,
  fold: foldr,
};
