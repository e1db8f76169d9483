import type { Evaluator } from '../evaluator.ts';
import { asList, called } from './as-list.ts';
import { recursiveUpdate } from './attrs-merged.ts';
import type { Library } from './library-function.ts';
import { attrs, emptyAttrs, list, ready, symbol, text, type Thunk, type Value } from '../values.ts';

const systems = ['x86_64-linux', 'aarch64-linux', 'x86_64-darwin', 'aarch64-darwin'];

/** flake-utils: `{ packages = …; }` per system becomes `{ packages.<system> = …; }`; other names pass as they are. */
function perSystem(evaluator: Evaluator, names: readonly Thunk[], fn: Thunk): Value {
  let result: Value = emptyAttrs;
  for (const name of names) {
    const value = evaluator.force(called(evaluator, fn, name));
    const system = evaluator.force(name);
    if (value.kind !== 'attrs' || system.kind !== 'string') continue;
    const nested = [...value.slots].map(
      ([key, slot]) => [key, ready(attrs(new Map([[system.text, slot]])), slot.site)] as const,
    );
    result = recursiveUpdate(evaluator, result, attrs(new Map(nested), value.rest));
  }
  return result;
}

export const platformFunctions: Library = {
  currentSystem: { arity: 0, run: () => symbol(['unknown']) },
  eachSystem: {
    arity: 2,
    run: (evaluator, [names, fn]) => perSystem(evaluator, asList(evaluator, names).items, fn as Thunk),
  },
  eachDefaultSystem: {
    arity: 1,
    run: (evaluator, [fn]) =>
      perSystem(
        evaluator,
        systems.map((name) => ready(text(name))),
        fn as Thunk,
      ),
  },
  flakeExposed: { arity: 0, run: () => list(systems.map((name) => ready(text(name)))) },
  defaultSystems: { arity: 0, run: () => list(systems.map((name) => ready(text(name)))) },
};
