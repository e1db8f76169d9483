import type { Evaluator } from '../evaluator.ts';
import { asList, called, flatten } from './as-list.ts';
import type { Library } from './library-function.ts';
import { Thunk, emptyList, list, ready, symbol, type ListValue, type Value } from '../values.ts';

/** The place of an item, which rests on all that stand before it. */
function placeIn(evaluator: Evaluator, items: Thunk | undefined, place: number): Thunk {
  return new Thunk(() => {
    asList(evaluator, items);
    return { kind: 'number', value: place };
  }, null);
}

function mapped(evaluator: Evaluator, fn: Thunk | undefined, items: Thunk | undefined): Value {
  const value = asList(evaluator, items);
  const each = (item: Thunk): Thunk => called(evaluator, fn as Thunk, item);
  evaluator.spend(value.items.length);
  return list(value.items.map(each), value.more.map(each));
}

export const mappedListFunctions: Library = {
  map: { arity: 2, run: (evaluator, [fn, items]) => mapped(evaluator, fn, items) },
  forEach: { arity: 2, run: (evaluator, [items, fn]) => mapped(evaluator, fn, items) },
  concatMap: {
    arity: 2,
    run: (evaluator, [fn, items]) => {
      const value = asList(evaluator, items);
      const each = (item: Thunk): Thunk => called(evaluator, fn as Thunk, item);
      const inner = flatten(evaluator, list(value.items.map(each)) as ListValue, 1);
      return list(inner.items, [...inner.more, ...value.more.map(each)]);
    },
  },
  concatLists: { arity: 1, run: (evaluator, [items]) => flatten(evaluator, asList(evaluator, items), 1) },
  flatten: {
    arity: 1,
    run: (evaluator, [items]) => {
      const value = evaluator.force(items as Thunk);
      return value.kind === 'list' ? flatten(evaluator, value, 20) : list([items as Thunk]);
    },
  },
  imap0: {
    arity: 2,
    run: (evaluator, [fn, items]) => {
      const value = asList(evaluator, items);
      return list(
        value.items.map((item, index) => called(evaluator, fn as Thunk, placeIn(evaluator, items, index), item)),
        value.more.map((item) => called(evaluator, fn as Thunk, ready(symbol(['unknown'])), item)),
      );
    },
  },
  imap1: {
    arity: 2,
    run: (evaluator, [fn, items]) => {
      const value = asList(evaluator, items);
      return list(
        value.items.map((item, index) => called(evaluator, fn as Thunk, placeIn(evaluator, items, index + 1), item)),
        value.more.map((item) => called(evaluator, fn as Thunk, ready(symbol(['unknown'])), item)),
      );
    },
  },
  genList: {
    arity: 2,
    run: (evaluator, [fn, count]) => {
      const value = evaluator.force(count as Thunk);
      if (value.kind !== 'number' || Number(value.value) > 2000) {
        return list([], [called(evaluator, fn as Thunk, ready(symbol(['unknown'])))]);
      }
      const indexes = Array.from({ length: Math.max(0, Number(value.value)) }, (_, index) => index);
      return list(indexes.map((index) => called(evaluator, fn as Thunk, ready({ kind: 'number', value: index }))));
    },
  },
  range: {
    arity: 2,
    run: (evaluator, [from, to]) => {
      const [a, b] = [evaluator.force(from as Thunk), evaluator.force(to as Thunk)];
      if (a.kind !== 'number' || b.kind !== 'number' || Number(b.value) - Number(a.value) > 2000) {
        return list([], [ready(symbol(['unknown']))]);
      }
      const numbers: Thunk[] = [];
      for (let at = Number(a.value); at <= Number(b.value); at++) numbers.push(ready({ kind: 'number', value: at }));
      return list(numbers);
    },
  },
  optional: {
    arity: 2,
    run: (evaluator, [condition, item]) =>
      evaluator.either(evaluator.force(condition as Thunk), ready(list([item as Thunk])), ready(emptyList)),
  },
  optionals: {
    arity: 2,
    run: (evaluator, [condition, items]) =>
      evaluator.either(evaluator.force(condition as Thunk), items as Thunk, ready(emptyList)),
  },
  singleton: { arity: 1, run: (_, [item]) => list([item as Thunk]) },
  toList: {
    arity: 1,
    run: (evaluator, [item]) =>
      evaluator.force(item as Thunk).kind === 'list' ? evaluator.force(item as Thunk) : list([item as Thunk]),
  },
};
