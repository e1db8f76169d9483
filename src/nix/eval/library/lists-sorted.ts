import type { Evaluator } from '../evaluator.ts';
import { asList, called } from './as-list.ts';
import type { Library } from './library-function.ts';
import { isKnownText, list, ready, text, type ListValue, type Thunk, type Value } from '../values.ts';

/** Longer lists are names of files or packages, of which nobody takes one by its place. */
const mostSorted = 200;

type Before = (left: Thunk, right: Thunk) => Value;

/** A list in its order. Where one comparison is not known none of it is: then each item may stand anywhere. */
function sorted(evaluator: Evaluator, value: ListValue, isBefore: Before): ListValue {
  if (value.items.length < 2) return value;
  let isKnown = value.items.length <= mostSorted;
  const less = (left: Thunk, right: Thunk): boolean => {
    if (!isKnown) return false;
    const answer = isBefore(left, right);
    if (answer.kind !== 'bool') isKnown = false;
    return answer.kind === 'bool' && answer.value === true;
  };
  const items = [...value.items].sort((left, right) => (less(left, right) ? -1 : less(right, left) ? 1 : 0));
  if (isKnown) return list(items, value.more) as ListValue;
  // What the order rests on need not be what is taken of the items later.
  for (const [at, item] of value.items.entries()) evaluator.consume(isBefore(item, value.items[at - 1] ?? item));
  return list([], [...value.items, ...value.more]) as ListValue;
}

function byOrder(evaluator: Evaluator, fn: Thunk): Before {
  return (left, right) => evaluator.force(called(evaluator, fn, left, right));
}

/** Texts and numbers as `<` orders them. */
function plainly(evaluator: Evaluator, key: (item: Thunk) => Thunk): Before {
  return (left, right) => evaluator.less(evaluator.force(key(left)), evaluator.force(key(right)));
}

const digits = /\d+/g;

/** Numbers within texts by what they count, as `lib.naturalSort` does. */
function padded(evaluator: Evaluator, item: Thunk): Thunk {
  const value = evaluator.force(item);
  return isKnownText(value) ? ready(text(value.text.replace(digits, (each) => each.padStart(20, '0')))) : item;
}

export const sortFunctions: Library = {
  sort: {
    arity: 2,
    run: (evaluator, [fn, items]) => sorted(evaluator, asList(evaluator, items), byOrder(evaluator, fn as Thunk)),
  },
  sortOn: {
    arity: 2,
    run: (evaluator, [fn, items]) =>
      sorted(
        evaluator,
        asList(evaluator, items),
        plainly(evaluator, (item) => called(evaluator, fn as Thunk, item)),
      ),
  },
  naturalSort: {
    arity: 1,
    run: (evaluator, [items]) =>
      sorted(
        evaluator,
        asList(evaluator, items),
        plainly(evaluator, (item) => padded(evaluator, item)),
      ),
  },
};
