import type { Evaluator } from './evaluator.ts';
import type { Library } from './library.ts';
import {
  bool,
  emptyList,
  isKnownText,
  list,
  nullValue,
  ready,
  symbol,
  Thunk,
  type ListValue,
  type Value,
} from './values.ts';

/** A call that is made when its value is needed. */
export function called(evaluator: Evaluator, fn: Thunk, ...args: readonly Thunk[]): Thunk {
  return new Thunk(() => {
    let value = evaluator.force(fn);
    for (const arg of args) value = evaluator.apply(value, arg);
    return value;
  }, args[0]?.site ?? null);
}

/** The list that a value is; what is no list becomes one whose items are not known. */
export function asList(evaluator: Evaluator, thunk: Thunk | undefined): ListValue {
  if (thunk === undefined) return emptyList;
  const value = evaluator.force(thunk);
  if (value.kind === 'list') return value;
  const flat = evaluator.concat(emptyList, value);
  return flat.kind === 'list' ? flat : emptyList;
}

function isClosed(value: ListValue): boolean {
  return value.more.length === 0;
}

function nth(evaluator: Evaluator, value: ListValue, index: number): Value {
  const item = isClosed(value) ? value.items[index < 0 ? value.items.length + index : index] : undefined;
  if (item !== undefined) return evaluator.force(item);
  return symbol(['unknown'], [...value.items, ...value.more]);
}

/** The place of an item, which rests on all that stand before it. */
function placeIn(evaluator: Evaluator, items: Thunk | undefined, place: number): Thunk {
  return new Thunk(() => {
    asList(evaluator, items);
    return { kind: 'number', value: place };
  }, null);
}

/** Nested lists as one. */
function flatten(evaluator: Evaluator, value: ListValue, depth: number): ListValue {
  const items: Thunk[] = [];
  const more: Thunk[] = [...value.more];
  for (const item of value.items) {
    const inner = evaluator.force(item);
    if (inner.kind === 'list' && depth > 0) {
      const flat = flatten(evaluator, inner, depth - 1);
      items.push(...flat.items);
      more.push(...flat.more);
    } else if (inner.kind === 'symbol' || inner.kind === 'choice') {
      const flat = asList(evaluator, item);
      more.push(...flat.items, ...flat.more);
    } else items.push(item);
  }
  return list(items, more) as ListValue;
}

function filtered(test: (item: Thunk) => Value, value: ListValue): Value {
  const items: Thunk[] = [];
  const more: Thunk[] = [...value.more];
  for (const item of value.items) {
    const kept = test(item);
    if (kept.kind !== 'bool') more.push(item, ...openIn(kept));
    else if (kept.value === true) items.push(item);
  }
  return list(items, more);
}

/** What a test rested on that did not come to an answer. */
function openIn(answer: Value): readonly Thunk[] {
  return answer.kind === 'symbol' ? answer.parts : [ready(answer)];
}

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

export const listFunctions: Library = {
  map: {
    arity: 2,
    run: (evaluator, [fn, items]) => {
      const value = asList(evaluator, items);
      const each = (item: Thunk): Thunk => called(evaluator, fn as Thunk, item);
      return list(value.items.map(each), value.more.map(each));
    },
  },
  forEach: { arity: 2, run: (evaluator, [items, fn]) => run(evaluator, 'map', [fn as Thunk, items as Thunk]) },
  filter: {
    arity: 2,
    run: (evaluator, [fn, items]) =>
      filtered((item) => evaluator.force(called(evaluator, fn as Thunk, item)), asList(evaluator, items)),
  },
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
  head: { arity: 1, run: (evaluator, [items]) => nth(evaluator, asList(evaluator, items), 0) },
  last: { arity: 1, run: (evaluator, [items]) => nth(evaluator, asList(evaluator, items), -1) },
  elemAt: {
    arity: 2,
    run: (evaluator, [items, index]) => {
      const at = evaluator.force(index as Thunk);
      const value = asList(evaluator, items);
      return at.kind === 'number'
        ? nth(evaluator, value, Number(at.value))
        : symbol(['unknown'], [...value.items, ...value.more]);
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
  "foldl'": {
    arity: 3,
    run: (evaluator, [fn, start, items]) => {
      const value = asList(evaluator, items);
      return fold(evaluator, fn as Thunk, start as Thunk, [...value.items, ...value.more], false);
    },
  },
  foldl: { arity: 3, run: (evaluator, args) => run(evaluator, "foldl'", args) },
  foldr: {
    arity: 3,
    run: (evaluator, [fn, start, items]) => {
      const value = asList(evaluator, items);
      return fold(evaluator, fn as Thunk, start as Thunk, [...value.items, ...value.more].reverse(), true);
    },
  },
  fold: { arity: 3, run: (evaluator, args) => run(evaluator, 'foldr', args) },
  remove: {
    arity: 2,
    run: (evaluator, [unwanted, items]) => {
      const value = evaluator.force(unwanted as Thunk);
      return filtered((item) => not(evaluator.equal(value, evaluator.force(item))), asList(evaluator, items));
    },
  },
  subtractLists: {
    arity: 2,
    run: (evaluator, [unwanted, items]) => {
      const without = asList(evaluator, unwanted);
      const test = (item: Thunk): Value => {
        const answers = without.items.map((each) => evaluator.equal(evaluator.force(each), evaluator.force(item)));
        if (answers.includes(true)) return bool(false);
        return answers.includes(null) || !isClosed(without) ? symbol(['unknown']) : bool(true);
      };
      return filtered(test, asList(evaluator, items));
    },
  },
  partition: {
    arity: 2,
    run: (evaluator, args) => {
      const value = asList(evaluator, args[1]);
      const right = run(evaluator, 'filter', args);
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
      const found = run(evaluator, 'filter', [fn as Thunk, items as Thunk]);
      if (found.kind === 'list' && isClosed(found)) {
        const [first] = found.items;
        return evaluator.force(first ?? (fallback as Thunk));
      }
      return {
        kind: 'choice',
        options: found.kind === 'list' ? [...found.items, ...found.more, fallback as Thunk].slice(0, 12) : [],
      };
    },
  },
};

function quantified(evaluator: Evaluator, fn: Thunk, items: Thunk | undefined, wanted: boolean): Value {
  const value = asList(evaluator, items);
  const answers = value.items.map((item) => evaluator.force(called(evaluator, fn, item)));
  if (answers.some((answer) => answer.kind === 'bool' && answer.value === wanted)) return bool(wanted);
  if (isClosed(value) && answers.every((answer) => answer.kind === 'bool')) return bool(!wanted);
  const open = value.more.map((item) => called(evaluator, fn, item));
  return symbol(['unknown'], [...answers.map((answer) => ready(answer)), ...open]);
}

function not(answer: boolean | null): Value {
  return answer === null ? symbol(['unknown']) : bool(!answer);
}

function run(evaluator: Evaluator, name: string, args: readonly Thunk[]): Value {
  return listFunctions[name]?.run(evaluator, args) ?? nullValue;
}
