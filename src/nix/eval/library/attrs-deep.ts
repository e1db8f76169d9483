import type { Evaluator } from '../evaluator.ts';
import { attrs, list, ready, symbol, text, Thunk, type AttrsValue, type Value } from '../values.ts';
import { asAttrs, inOrder } from './as-attrs.ts';
import { asList, called } from './as-list.ts';
import type { Library } from './library-function.ts';

/** Sets within sets go no deeper in any configuration; a set that holds itself would never end. */
const deepest = 20;

interface Walk {
  readonly descends: (set: Value) => Value;
  readonly leaf: (path: readonly string[], slot: Thunk) => Thunk;
}

function mappedDeep(evaluator: Evaluator, set: AttrsValue, walk: Walk, path: readonly string[] = []): Value {
  const slots = [...set.slots].map(([name, slot]) => {
    const below = [...path, name];
    const make = (): Value => {
      const value = evaluator.force(slot);
      const goesOn = value.kind === 'attrs' && value.isFlake !== true && below.length < deepest;
      const answer = goesOn ? walk.descends(value) : null;
      if (goesOn && answer?.kind === 'bool' && answer.value === true) return mappedDeep(evaluator, value, walk, below);
      return evaluator.force(walk.leaf(below, slot));
    };
    return [name, new Thunk(make, slot.site)] as const;
  });
  return attrs(new Map(slots), set.rest === null ? null : symbol(['unknown'], [ready(set.rest)]));
}

function pathThunk(path: readonly string[]): Thunk {
  return ready(list(path.map((step) => ready(text(step)))));
}

/** What a test lets through of a set and of the sets within it, in the order of their names. */
function collected(
  evaluator: Evaluator,
  test: Thunk,
  from: Thunk,
  into: { items: Thunk[]; more: Thunk[] },
  depth = 0,
): void {
  const answer = evaluator.force(called(evaluator, test, from));
  if (answer.kind !== 'bool') into.more.push(from);
  if (answer.kind === 'bool' && answer.value === true) {
    into.items.push(from);
    return;
  }
  const value = evaluator.force(from);
  if (value.kind !== 'attrs' || value.isFlake === true || depth > deepest) return;
  for (const [, slot] of inOrder(value)) collected(evaluator, test, slot, into, depth + 1);
  if (value.rest !== null) into.more.push(ready(value.rest));
}

function filteredDeep(evaluator: Evaluator, test: Thunk, set: AttrsValue, depth = 0): Value {
  const slots = [...set.slots].flatMap(([name, slot]) => {
    const kept = evaluator.force(called(evaluator, test, ready(text(name, slot.site)), slot));
    if (kept.kind === 'bool' && kept.value === false) return [];
    const make = (): Value => {
      const value = evaluator.force(slot);
      if (value.kind !== 'attrs' || value.isFlake === true || depth > deepest) return value;
      return filteredDeep(evaluator, test, value, depth + 1);
    };
    return [[name, new Thunk(make, slot.site)] as const];
  });
  return attrs(new Map(slots), set.rest);
}

export const deepAttrFunctions: Library = {
  mapAttrsRecursive: {
    arity: 2,
    run: (evaluator, [fn, set]) =>
      mappedDeep(evaluator, asAttrs(evaluator, set), {
        descends: () => ({ kind: 'bool', value: true }),
        leaf: (path, slot) => called(evaluator, fn as Thunk, pathThunk(path), slot),
      }),
  },
  mapAttrsRecursiveCond: {
    arity: 3,
    run: (evaluator, [condition, fn, set]) =>
      mappedDeep(evaluator, asAttrs(evaluator, set), {
        descends: (value) => evaluator.force(called(evaluator, condition as Thunk, ready(value))),
        leaf: (path, slot) => called(evaluator, fn as Thunk, pathThunk(path), slot),
      }),
  },
  collect: {
    arity: 2,
    run: (evaluator, [test, set]) => {
      const into: { items: Thunk[]; more: Thunk[] } = { items: [], more: [] };
      collected(evaluator, test as Thunk, set as Thunk, into);
      return list(into.items, into.more);
    },
  },
  filterAttrsRecursive: {
    arity: 2,
    run: (evaluator, [test, set]) => filteredDeep(evaluator, test as Thunk, asAttrs(evaluator, set)),
  },
  foldlAttrs: {
    arity: 3,
    run: (evaluator, [fn, start, set]) => {
      const value = asAttrs(evaluator, set);
      let result = start as Thunk;
      for (const [name, slot] of inOrder(value)) {
        result = called(evaluator, fn as Thunk, result, ready(text(name, slot.site)), slot);
        evaluator.force(result);
      }
      if (value.rest === null) return evaluator.force(result);
      return symbol(['unknown'], [result, ready(value.rest)]);
    },
  },
  foldAttrs: {
    arity: 3,
    run: (evaluator, [fn, start, sets]) => {
      const value = asList(evaluator, sets);
      const slots = new Map<string, Thunk>();
      for (const item of [...value.items].reverse()) {
        for (const [name, slot] of asAttrs(evaluator, item).slots)
          slots.set(name, called(evaluator, fn as Thunk, slot, slots.get(name) ?? (start as Thunk)));
      }
      return attrs(slots, value.more.length === 0 ? null : symbol(['unknown'], value.more));
    },
  },
  catAttrs: {
    arity: 2,
    run: (evaluator, [name, sets]) => {
      const wanted = evaluator.force(name as Thunk);
      const value = asList(evaluator, sets);
      if (wanted.kind !== 'string') return list([], [...value.items, ...value.more]);
      const items = value.items.flatMap((item) => asAttrs(evaluator, item).slots.get(wanted.text) ?? []);
      return list(items, value.more);
    },
  },
};
