import type { Evaluator } from '../evaluator.ts';
import { asAttrs, inOrder, known } from './as-attrs.ts';
import { asList, called } from './as-list.ts';
import type { Library } from './library-function.ts';
import { Thunk, attrs, emptyAttrs, list, ready, symbol, text, type AttrsValue, type Value } from '../values.ts';

/** A name of those that are not known. Which there are is told by what holds them. */
const nameIn = (rest: Value): Thunk => ready(symbol(['unknown'], [ready(rest)]));

/** What a function makes of names that are not known. */
function restBy({ rest }: AttrsValue, make: (item: Thunk, name: Thunk) => Thunk): Value | null {
  return rest === null ? null : symbol(['unknown'], [make(ready(rest), nameIn(rest)), nameIn(rest)]);
}

function mapAttrs(evaluator: Evaluator, fn: Thunk, value: AttrsValue): Value {
  const slots = new Map<string, Thunk>();
  for (const [name, slot] of value.slots) {
    const made = called(evaluator, fn, ready(text(name, slot.site)), slot);
    slots.set(name, new Thunk(() => evaluator.force(made), slot.site));
  }
  return attrs(
    slots,
    restBy(value, (item, name) => called(evaluator, fn, name, item)),
    value.names,
  );
}

/** `{ name = …; value = …; }` pairs as a set. */
function fromPairs(evaluator: Evaluator, pairs: readonly Thunk[], more: readonly Thunk[]): Value {
  const slots = new Map<string, Thunk>();
  const open: Thunk[] = [...more];
  for (const pair of pairs) {
    const value = evaluator.force(pair);
    const name = value.kind === 'attrs' ? known(evaluator, value.slots.get('name')) : null;
    const held = value.kind === 'attrs' ? value.slots.get('value') : undefined;
    if (name === null || held === undefined) open.push(pair);
    else if (!slots.has(name.text))
      slots.set(name.text, new Thunk(() => evaluator.force(held), name.site ?? held.site));
  }
  return attrs(slots, open.length === 0 ? null : symbol(['unknown'], open));
}

function genAttrs(evaluator: Evaluator, names: Thunk | undefined, fn: Thunk): Value {
  const value = asList(evaluator, names);
  const slots = new Map<string, Thunk>();
  // The function may leave out the name that it is given, and the set has it all the same.
  const open: Thunk[] = value.more.flatMap((item) => [called(evaluator, fn, item), item]);
  for (const item of value.items) {
    const name = known(evaluator, item);
    const made = called(evaluator, fn, item);
    if (name === null) open.push(made, item);
    else slots.set(name.text, new Thunk(() => evaluator.force(made), name.site));
  }
  return attrs(slots, open.length === 0 ? null : symbol(['unknown'], open));
}

export const mappedAttrFunctions: Library = {
  mapAttrs: {
    arity: 2,
    run: (evaluator, [fn, set]) => mapAttrs(evaluator, fn as Thunk, asAttrs(evaluator, set, true)),
  },
  "mapAttrs'": {
    arity: 2,
    run: (evaluator, [fn, set]) => {
      const value = asAttrs(evaluator, set);
      const pairs = [...value.slots].map(([name, slot]) =>
        called(evaluator, fn as Thunk, ready(text(name, slot.site)), slot),
      );
      const more = value.rest === null ? [] : [called(evaluator, fn as Thunk, nameIn(value.rest), ready(value.rest))];
      return fromPairs(evaluator, pairs, more);
    },
  },
  mapAttrsToList: {
    arity: 2,
    run: (evaluator, [fn, set]) => {
      const value = asAttrs(evaluator, set);
      const items = inOrder(value).map(([name, slot]) =>
        called(evaluator, fn as Thunk, ready(text(name, slot.site)), slot),
      );
      return list(
        items,
        value.rest === null ? [] : [called(evaluator, fn as Thunk, nameIn(value.rest), ready(value.rest))],
      );
    },
  },
  concatMapAttrs: {
    arity: 2,
    run: (evaluator, [fn, set]) => {
      const value = asAttrs(evaluator, set);
      let merged: Value = emptyAttrs;
      for (const [name, slot] of inOrder(value)) {
        merged = evaluator.update(
          merged,
          evaluator.force(called(evaluator, fn as Thunk, ready(text(name, slot.site)), slot)),
        );
      }
      return value.rest === null ? merged : evaluator.update(merged, symbol(['unknown'], [ready(value.rest)]));
    },
  },
  genAttrs: { arity: 2, run: (evaluator, [items, fn]) => genAttrs(evaluator, items, fn as Thunk) },
  "genAttrs'": {
    arity: 2,
    run: (evaluator, [items, fn]) => {
      const value = asList(evaluator, items);
      const each = (item: Thunk): Thunk => called(evaluator, fn as Thunk, item);
      return fromPairs(evaluator, value.items.map(each), value.more.map(each));
    },
  },
  listToAttrs: {
    arity: 1,
    run: (evaluator, [items]) => {
      const value = asList(evaluator, items);
      return fromPairs(evaluator, value.items, value.more);
    },
  },
  nameValuePair: {
    arity: 2,
    run: (_, [name, value]) =>
      attrs(
        new Map([
          ['name', name as Thunk],
          ['value', value as Thunk],
        ]),
      ),
  },
  attrsToList: {
    arity: 1,
    run: (evaluator, [set]) => {
      const value = asAttrs(evaluator, set);
      const items = [...value.slots].map(([name, slot]) =>
        ready(
          attrs(
            new Map([
              ['name', ready(text(name, slot.site))],
              ['value', slot],
            ]),
          ),
        ),
      );
      return list(items, value.rest === null ? [] : [ready(value.rest)]);
    },
  },
  attrNames: {
    arity: 1,
    run: (evaluator, [set]) => {
      const value = asAttrs(evaluator, set);
      const items = inOrder(value).map(([name, slot]) => ready(text(name, slot.site)));
      return list(items, value.rest === null ? [] : [nameIn(value.rest)]);
    },
  },
  attrValues: {
    arity: 1,
    run: (evaluator, [set]) => {
      const value = asAttrs(evaluator, set);
      const items = inOrder(value).map(([, slot]) => slot);
      return list(items, value.rest === null ? [] : [ready(value.rest)]);
    },
  },
};
