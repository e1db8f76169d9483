import type { Evaluator } from '../evaluator.ts';
import { known } from './as-attrs.ts';
import { asList } from './as-list.ts';
import type { Library } from './library-function.ts';
import { attrs, bool, list, ready, symbol, type Thunk, type Value } from '../values.ts';

function byPath(evaluator: Evaluator, path: Thunk | undefined, from: Thunk | undefined): Value {
  let value = evaluator.force(from as Thunk);
  for (const step of asList(evaluator, path).items) {
    const name = known(evaluator, step);
    value = name === null ? symbol(['unknown'], [ready(value)]) : evaluator.select(value, name.text);
  }
  return value;
}

export const attrPathFunctions: Library = {
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
};
