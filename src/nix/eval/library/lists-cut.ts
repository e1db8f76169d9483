import type { Evaluator } from '../evaluator.ts';
import { attrs, isKnownText, list, ready, symbol, text, type Thunk, type Value } from '../values.ts';
import { asList, called, isClosed } from './as-list.ts';
import type { Library } from './library-function.ts';
import { textOf } from './texts.ts';

function numberOf(evaluator: Evaluator, thunk: Thunk | undefined): number | null {
  const value = thunk === undefined ? null : evaluator.force(thunk);
  return value?.kind === 'number' ? Number(value.value) : null;
}

/** A piece of a list; all of it where its bounds or its items are not known. */
function cut(evaluator: Evaluator, items: Thunk | undefined, from: number | null, to: number | null): Value {
  const value = asList(evaluator, items);
  if (!isClosed(value) || from === null || to === null) return list([], [...value.items, ...value.more]);
  return list(value.items.slice(Math.max(0, from), Math.max(0, to)));
}

function zipped(
  evaluator: Evaluator,
  left: Thunk | undefined,
  right: Thunk | undefined,
  make: (a: Thunk, b: Thunk) => Thunk,
): Value {
  const [a, b] = [asList(evaluator, left), asList(evaluator, right)];
  const items = a.items.slice(0, b.items.length).map((item, index) => make(item, b.items[index] as Thunk));
  return list(items, [...a.more, ...b.more]);
}

export const cutListFunctions: Library = {
  take: { arity: 2, run: (evaluator, [count, items]) => cut(evaluator, items, 0, numberOf(evaluator, count)) },
  drop: {
    arity: 2,
    run: (evaluator, [count, items]) => cut(evaluator, items, numberOf(evaluator, count), Number.MAX_SAFE_INTEGER),
  },
  sublist: {
    arity: 3,
    run: (evaluator, [start, count, items]) => {
      const [from, length] = [numberOf(evaluator, start), numberOf(evaluator, count)];
      return cut(evaluator, items, from, from === null || length === null ? null : from + length);
    },
  },
  zipListsWith: {
    arity: 3,
    run: (evaluator, [fn, left, right]) =>
      zipped(evaluator, left, right, (a, b) => called(evaluator, fn as Thunk, a, b)),
  },
  zipLists: {
    arity: 2,
    run: (evaluator, [left, right]) =>
      zipped(evaluator, left, right, (fst, snd) =>
        ready(
          attrs(
            new Map([
              ['fst', fst],
              ['snd', snd],
            ]),
          ),
        ),
      ),
  },
  findFirstIndex: {
    arity: 3,
    run: (evaluator, [fn, fallback, items]) => {
      const value = asList(evaluator, items);
      for (const [index, item] of value.items.entries()) {
        const answer = evaluator.force(called(evaluator, fn as Thunk, item));
        if (answer.kind !== 'bool') return symbol(['unknown'], [item]);
        if (answer.value === true) return { kind: 'number', value: index };
      }
      return isClosed(value) ? evaluator.force(fallback as Thunk) : symbol(['unknown'], value.more);
    },
  },
  stringToCharacters: {
    arity: 1,
    run: (evaluator, [whole]) => {
      const value = textOf(evaluator, whole);
      if (value === null || !isKnownText(value)) return list([], [whole as Thunk]);
      return list(Array.from(value.text, (each) => ready(text(each))));
    },
  },
};
