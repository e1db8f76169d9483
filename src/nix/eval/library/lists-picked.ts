import type { Evaluator } from '../evaluator.ts';
import { asList, called, filtered, isClosed } from './as-list.ts';
import type { Library } from './library-function.ts';
import { bool, isKnownText, list, ready, symbol, type ListValue, type Thunk, type Value } from '../values.ts';

/** Of more that it may be, nobody asks one by one. */
const mostFound = 12;

function nth(evaluator: Evaluator, value: ListValue, index: number): Value {
  const item = isClosed(value) ? value.items[index < 0 ? value.items.length + index : index] : undefined;
  if (item !== undefined) return evaluator.force(item);
  return symbol(['unknown'], [...value.items, ...value.more]);
}

/** `from` is what the answer rests on beside the item. */
function not(answer: boolean | null, from: Thunk): Value {
  return answer === null ? symbol(['unknown'], [from]) : bool(!answer);
}

function kept(evaluator: Evaluator, fn: Thunk | undefined, items: Thunk | undefined): Value {
  return filtered((item) => evaluator.force(called(evaluator, fn as Thunk, item)), asList(evaluator, items));
}

export const pickedListFunctions: Library = {
  filter: {
    arity: 2,
    run: (evaluator, [fn, items]) => kept(evaluator, fn, items),
  },
  head: { arity: 1, run: (evaluator, [items]) => nth(evaluator, asList(evaluator, items), 0) },
  last: { arity: 1, run: (evaluator, [items]) => nth(evaluator, asList(evaluator, items), -1) },
  elemAt: {
    arity: 2,
    run: (evaluator, [items, index]) => {
      const at = evaluator.force(index as Thunk);
      const value = asList(evaluator, items);
      return at.kind === 'number'
        ? nth(evaluator, value, Number(at.value))
        : symbol(['unknown'], [index as Thunk, ...value.items, ...value.more]);
    },
  },
  tail: {
    arity: 1,
    run: (evaluator, [items]) => {
      const value = asList(evaluator, items);
      return isClosed(value) ? list(value.items.slice(1)) : value;
    },
  },
  init: {
    arity: 1,
    run: (evaluator, [items]) => {
      const value = asList(evaluator, items);
      return isClosed(value) ? list(value.items.slice(0, -1)) : value;
    },
  },
  reverseList: {
    arity: 1,
    run: (evaluator, [items]) => {
      const value = asList(evaluator, items);
      return list([...value.items].reverse(), value.more);
    },
  },
  unique: {
    arity: 1,
    run: (evaluator, [items]) => {
      const value = asList(evaluator, items);
      const seen = new Set<string>();
      const kept = value.items.filter((item) => {
        const each = evaluator.force(item);
        if (!isKnownText(each)) return true;
        if (seen.has(each.text)) return false;
        seen.add(each.text);
        return true;
      });
      return list(kept, value.more);
    },
  },
  remove: {
    arity: 2,
    run: (evaluator, [unwanted, items]) => {
      const value = evaluator.force(unwanted as Thunk);
      return filtered(
        (item) => not(evaluator.equal(value, evaluator.force(item)), unwanted as Thunk),
        asList(evaluator, items),
      );
    },
  },
  subtractLists: {
    arity: 2,
    run: (evaluator, [unwanted, items]) => {
      const without = asList(evaluator, unwanted);
      const test = (item: Thunk): Value => {
        const answers = without.items.map((each) => evaluator.equal(evaluator.force(each), evaluator.force(item)));
        if (answers.includes(true)) return bool(false);
        return answers.includes(null) || !isClosed(without) ? symbol(['unknown'], [unwanted as Thunk]) : bool(true);
      };
      return filtered(test, asList(evaluator, items));
    },
  },
  partition: {
    arity: 2,
    run: (evaluator, args) => {
      const value = asList(evaluator, args[1]);
      const right = kept(evaluator, args[0], args[1]);
      const wrong = filtered((item) => {
        const kept = evaluator.force(called(evaluator, args[0] as Thunk, item));
        return kept.kind === 'bool' ? bool(kept.value !== true) : kept;
      }, value);
      return {
        kind: 'attrs',
        slots: new Map([
          ['right', ready(right)],
          ['wrong', ready(wrong)],
        ]),
        rest: null,
      };
    },
  },
  findFirst: {
    arity: 3,
    run: (evaluator, [fn, fallback, items]) => {
      const found = kept(evaluator, fn, items);
      if (found.kind === 'list' && isClosed(found)) {
        const [first] = found.items;
        return evaluator.force(first ?? (fallback as Thunk));
      }
      const options = found.kind === 'list' ? [...found.items, ...found.more, fallback as Thunk] : [ready(found)];
      return options.length > mostFound ? symbol(['unknown'], options) : { kind: 'choice', options };
    },
  },
};
