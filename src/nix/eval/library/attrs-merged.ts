import type { Evaluator } from '../evaluator.ts';
import { asAttrs, known } from './as-attrs.ts';
import { asList, called } from './as-list.ts';
import type { Library } from './library-function.ts';
import { Thunk, attrs, bothNames, emptyAttrs, list, ready, symbol, text, type Value } from '../values.ts';

/** Deep `//`: sets within sets are merged. */
export function recursiveUpdate(evaluator: Evaluator, left: Value, right: Value, depth = 0): Value {
  if (left.kind !== 'attrs' || right.kind !== 'attrs' || depth > 12)
    return left.kind === 'attrs' ? evaluator.update(left, right) : right;
  const slots = new Map(left.slots);
  for (const [name, slot] of right.slots) {
    const before = slots.get(name);
    const merged =
      before === undefined
        ? slot
        : new Thunk(
            () => recursiveUpdate(evaluator, evaluator.force(before), evaluator.force(slot), depth + 1),
            slot.site,
          );
    slots.set(name, merged);
  }
  return attrs(slots, left.rest ?? right.rest, bothNames(left, right));
}

export const mergedAttrFunctions: Library = {
  recursiveUpdate: {
    arity: 2,
    run: (evaluator, [left, right]) =>
      recursiveUpdate(evaluator, evaluator.force(left as Thunk), evaluator.force(right as Thunk)),
  },
  mergeAttrsList: {
    arity: 1,
    run: (evaluator, [items]) => {
      const value = asList(evaluator, items);
      let merged: Value = emptyAttrs;
      for (const item of [...value.items, ...value.more]) merged = evaluator.update(merged, evaluator.force(item));
      return merged;
    },
  },
  mergeAttrs: {
    arity: 2,
    run: (evaluator, [left, right]) =>
      evaluator.update(evaluator.force(left as Thunk), evaluator.force(right as Thunk)),
  },
  zipAttrsWith: {
    arity: 2,
    run: (evaluator, [fn, sets]) => {
      const groups = new Map<string, Thunk[]>();
      const value = asList(evaluator, sets);
      for (const item of [...value.items, ...value.more]) {
        for (const [name, slot] of asAttrs(evaluator, item).slots) {
          if (groups.get(name)?.push(slot) === undefined) groups.set(name, [slot]);
        }
      }
      const slots = [...groups].map(
        ([name, held]) =>
          [name, called(evaluator, fn as Thunk, ready(text(name, held[0]?.site ?? null)), ready(list(held)))] as const,
      );
      return attrs(new Map(slots), value.more.length === 0 ? null : symbol(['unknown'], value.more));
    },
  },
  groupBy: {
    arity: 2,
    run: (evaluator, [fn, items]) => {
      const groups = new Map<string, Thunk[]>();
      const value = asList(evaluator, items);
      const open: Thunk[] = [...value.more];
      for (const item of value.items) {
        const name = known(evaluator, called(evaluator, fn as Thunk, item));
        if (name === null) open.push(item);
        else if (groups.get(name.text)?.push(item) === undefined) groups.set(name.text, [item]);
      }
      const slots = new Map([...groups].map(([name, held]) => [name, ready(list(held))] as const));
      return attrs(slots, open.length === 0 ? null : symbol(['unknown'], open));
    },
  },
};
