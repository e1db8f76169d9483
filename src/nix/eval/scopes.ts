import type { Binding } from '../syntax.ts';
import { makeBindings } from './bindings.ts';
import type { Evaluator } from './evaluator.ts';
import { libraryFunction } from './library/library.ts';
import { attrs, emptyAttrs, symbol, type Env, type Thunk, type Value } from './values.ts';

export function innerScope(evaluator: Evaluator, bindings: readonly Binding[], env: Env): Env {
  const names = new Map<string, Thunk>();
  const inner: Env = { parent: env, names, scope: null, source: env.source };
  makeBindings(evaluator, bindings, { values: inner, inherits: env, into: names });
  return inner;
}

export function setOf(
  evaluator: Evaluator,
  kind: 'plain' | 'rec' | 'let',
  bindings: readonly Binding[],
  env: Env,
): Value {
  if (bindings.length === 0) return emptyAttrs;
  const slots = new Map<string, Thunk>();
  const values: Env = kind === 'plain' ? env : { parent: env, names: slots, scope: null, source: env.source };
  const rest = makeBindings(evaluator, bindings, { values, inherits: env, into: slots });
  const set = attrs(slots, rest);
  return kind === 'let' ? evaluator.select(set, 'body') : set;
}

export function lookUp(evaluator: Evaluator, name: string, env: Env): Value {
  for (let scope: Env | null = env; scope !== null; scope = scope.parent) {
    const found = scope.names?.get(name);
    if (found !== undefined) return evaluator.force(found);
  }
  const fallbacks: Value[] = [];
  for (let scope: Env | null = env; scope !== null; scope = scope.parent) {
    if (scope.scope === null) continue;
    const value = evaluator.force(scope.scope);
    if (value.kind === 'attrs') {
      evaluator.asked(value, name);
      const found = value.slots.get(name);
      if (found !== undefined) return evaluator.force(found);
      if (value.rest !== null) fallbacks.push(value.rest);
    } else if (value.kind !== 'null') fallbacks.push(value);
  }
  // Several unknown scopes: the one that is Nixpkgs' library, if it has such a function; else the innermost.
  const library = fallbacks.find(
    (value) => value.kind === 'symbol' && libraryFunction(evaluator, [...value.path, name]) !== null,
  );
  const scope = library ?? fallbacks[0];
  return scope === undefined ? symbol(['undefined', name]) : evaluator.select(scope, name);
}
