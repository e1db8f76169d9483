import type { Evaluator } from './evaluator.ts';
import type { Library } from './library.ts';
import { asList, called } from './library-lists.ts';
import {
  attrs,
  bool,
  bothNames,
  emptyAttrs,
  isKnownText,
  list,
  ready,
  symbol,
  text,
  Thunk,
  type AttrsValue,
  type Site,
  type Value,
} from './values.ts';

/**
 * The set that a value is, whatever else it may be: what is not known of it is in `rest`. Whoever makes a set of the
 * same names from it hands the watch on them over; for everybody else they are looked at.
 */
function asAttrs(evaluator: Evaluator, thunk: Thunk | undefined, keepsNames = false): AttrsValue {
  if (thunk === undefined) return emptyAttrs;
  const value = evaluator.force(thunk);
  if (value.kind === 'attrs') {
    if (!keepsNames) evaluator.enumerate(value);
    return value;
  }
  if (value.kind !== 'choice') return { kind: 'attrs', slots: new Map(), rest: value };
  const slots = new Map<string, Thunk>();
  for (const option of value.options) {
    for (const [name, slot] of asAttrs(evaluator, option).slots) if (!slots.has(name)) slots.set(name, slot);
  }
  return { kind: 'attrs', slots, rest: symbol(['unknown'], [thunk]) };
}

function known(
  evaluator: Evaluator,
  thunk: Thunk | undefined,
): { readonly text: string; readonly site: Site | null } | null {
  if (thunk === undefined) return null;
  const value = evaluator.force(thunk);
  return isKnownText(value) ? { text: value.text, site: value.site ?? thunk.site } : null;
}

const unknown = (): Thunk => ready(symbol(['unknown']));

/** What a function makes of names that are not known. */
function restBy(value: AttrsValue, make: (item: Thunk) => Thunk): Value | null {
  return value.rest === null ? null : symbol(['unknown'], [make(ready(value.rest))]);
}

function mapAttrs(evaluator: Evaluator, fn: Thunk, value: AttrsValue): Value {
  const slots = new Map<string, Thunk>();
  for (const [name, slot] of value.slots) {
    const made = called(evaluator, fn, ready(text(name, slot.site)), slot);
    slots.set(name, new Thunk(() => evaluator.force(made), slot.site));
  }
  return attrs(
    slots,
    restBy(value, (item) => called(evaluator, fn, unknown(), item)),
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
  const open: Thunk[] = value.more.map((item) => called(evaluator, fn, item));
  for (const item of value.items) {
    const name = known(evaluator, item);
    const made = called(evaluator, fn, item);
    if (name === null) open.push(made);
    else slots.set(name.text, new Thunk(() => evaluator.force(made), name.site));
  }
  return attrs(slots, open.length === 0 ? null : symbol(['unknown'], open));
}

function filterAttrs(evaluator: Evaluator, fn: Thunk, value: AttrsValue): Value {
  const slots = new Map<string, Thunk>();
  const open: Thunk[] = [];
  for (const [name, slot] of value.slots) {
    const kept = evaluator.force(called(evaluator, fn, ready(text(name, slot.site)), slot));
    if (kept.kind !== 'bool') {
      // It may be there or not: it is kept, because an answer may name too much but never too little.
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
  return {
    names: new Set(texts.flatMap((name) => (name === null ? [] : [name.text]))),
    closed: value.more.length === 0 && !texts.includes(null),
  };
}

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

function byPath(evaluator: Evaluator, path: Thunk | undefined, from: Thunk | undefined): Value {
  let value = evaluator.force(from as Thunk);
  for (const step of asList(evaluator, path).items) {
    const name = known(evaluator, step);
    value = name === null ? symbol(['unknown'], [ready(value)]) : evaluator.select(value, name.text);
  }
  return value;
}

/** Nix knows no other order of a set than that of its names. */
function inOrder({ slots }: AttrsValue): (readonly [string, Thunk])[] {
  return [...slots].sort(([a], [b]) => (a < b ? -1 : 1));
}

export const attrFunctions: Library = {
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
      const more = value.rest === null ? [] : [called(evaluator, fn as Thunk, unknown(), ready(value.rest))];
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
      return list(items, value.rest === null ? [] : [called(evaluator, fn as Thunk, unknown(), ready(value.rest))]);
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
      return list(items, value.rest === null ? [] : [unknown()]);
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
      if (wanted.rest !== null) return value;
      return attrs(new Map([...value.slots].filter(([name]) => wanted.slots.has(name))), value.rest);
    },
  },
  optionalAttrs: {
    arity: 2,
    run: (evaluator, [condition, set]) =>
      evaluator.either(evaluator.force(condition as Thunk), set as Thunk, ready(emptyAttrs)),
  },
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
  getAttr: {
    arity: 2,
    run: (evaluator, [name, set]) => byPath(evaluator, ready(list([name as Thunk])), set),
  },
  hasAttr: {
    arity: 2,
    run: (evaluator, [name, set]) => {
      const wanted = known(evaluator, name);
      const value = evaluator.force(set as Thunk);
      if (wanted === null || value.kind !== 'attrs') return symbol(['unknown'], [name as Thunk, ready(value)]);
      evaluator.enumerate(value);
      if (value.slots.has(wanted.text)) return bool(true);
      return value.rest === null ? bool(false) : symbol(['unknown'], [ready(value.rest)]);
    },
  },
  attrByPath: {
    arity: 3,
    run: (evaluator, [path, fallback, set]) => {
      const value = byPath(evaluator, path, set);
      if (value.kind !== 'symbol') return value;
      if (value.path[0] === 'missing' && value.parts.length === 0) return evaluator.force(fallback as Thunk);
      return { kind: 'choice', options: [ready(value), fallback as Thunk] };
    },
  },
  getAttrFromPath: { arity: 2, run: (evaluator, [path, set]) => byPath(evaluator, path, set) },
  hasAttrByPath: {
    arity: 2,
    run: (evaluator, [path, set]) => {
      const value = byPath(evaluator, path, set);
      if (value.kind !== 'symbol') return bool(true);
      const isMissing = value.path[0] === 'missing' && value.parts.length === 0;
      return isMissing ? bool(false) : symbol(['unknown'], [ready(value)]);
    },
  },
  setAttrByPath: {
    arity: 2,
    run: (evaluator, [path, held]) => {
      let thunk = held as Thunk;
      for (const step of [...asList(evaluator, path).items].reverse()) {
        const name = known(evaluator, step);
        thunk = ready(name === null ? symbol(['unknown'], [thunk]) : attrs(new Map([[name.text, thunk]])));
      }
      return evaluator.force(thunk);
    },
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
