import type { Evaluator } from '../evaluator.ts';
import { asList, called } from './as-list.ts';
import { withPriority } from '../modules/priorities.ts';
import { both } from './both-definitions.ts';
import { same, type Library, type LibraryFunction } from './library-function.ts';
import { nothing } from '../nothing.ts';
import { emptyAttrs, symbol, Thunk, type Mark, type Value } from '../values.ts';

function marked(mark: Mark): Value {
  return { kind: 'attrs', slots: new Map(), rest: null, mark };
}

/** Less is stronger: 50 is `mkForce`, 100 what is written plainly, 1000 `mkDefault` (nixpkgs, lib/modules.nix). */
function override(priority: number): LibraryFunction {
  return {
    arity: 1,
    run: (evaluator, [content]) =>
      evaluator.reading !== null
        ? marked({ kind: 'override', priority, content: content as Thunk })
        : withPriority(evaluator.force(content as Thunk), priority),
  };
}

function overrideBy(evaluator: Evaluator, priority: Thunk, content: Thunk): Value {
  const known = evaluator.force(priority);
  if (known.kind !== 'number') return evaluator.force(content);
  return evaluator.reading !== null
    ? marked({ kind: 'override', priority: Number(known.value), content })
    : withPriority(evaluator.force(content), Number(known.value));
}

/** All values at once, merged as far as they are sets: the module system would merge them. */
function merged(evaluator: Evaluator, items: readonly Thunk[]): Value {
  let result: Value = emptyAttrs;
  const others: Thunk[] = [];
  for (const item of items) {
    const value = evaluator.force(item);
    if (value.kind === 'attrs') result = both(evaluator, result, value);
    else others.push(item);
  }
  if (others.length === 0) return result;
  return result === emptyAttrs ? symbol(['merged'], others) : evaluator.update(symbol(['merged'], others), result);
}

/** A condition before each value of a set, as the module system moves it there: it may rest on what is being made. */
function below(evaluator: Evaluator, condition: Thunk, content: Value): Value {
  if (content.kind !== 'attrs') return content;
  const slots = [...content.slots].map(([name, slot]) => {
    const make = (): Value => {
      const known = evaluator.force(condition);
      evaluator.consume(known);
      return known.kind === 'bool' && known.value === false ? symbol(['missing', name]) : evaluator.force(slot);
    };
    return [name, new Thunk(make, slot.site)] as const;
  });
  return { ...content, slots: new Map(slots) };
}

export const markFunctions: Library = {
  mkIf: {
    arity: 2,
    run: (evaluator, [condition, value]) => {
      if (evaluator.reading !== null)
        return marked({ kind: 'if', condition: condition as Thunk, content: value as Thunk });
      if (evaluator.isCollecting) return below(evaluator, condition as Thunk, evaluator.force(value as Thunk));
      const known = evaluator.force(condition as Thunk);
      evaluator.consume(known);
      return known.kind === 'bool' && known.value === false ? nothing : evaluator.force(value as Thunk);
    },
  },
  mkMerge: {
    arity: 1,
    run: (evaluator, [items]) => {
      if (evaluator.reading !== null) return marked({ kind: 'merge', contents: items as Thunk });
      const value = asList(evaluator, items);
      return merged(evaluator, [...value.items, ...value.more]);
    },
  },
  mkDefault: override(1000),
  mkForce: override(50),
  mkOptionDefault: override(1500),
  mkVMOverride: override(10),
  mkImageMediaOverride: override(60),
  mkBefore: same(1),
  mkAfter: same(1),
  mkOverride: {
    arity: 2,
    run: (evaluator, [priority, content]) => overrideBy(evaluator, priority as Thunk, content as Thunk),
  },
  mkOrder: same(2),
  mkDerivedConfig: {
    arity: 2,
    run: (evaluator, [option, fn]) => evaluator.force(called(evaluator, fn as Thunk, option as Thunk)),
  },
  setDefaultModuleLocation: same(2),
};
