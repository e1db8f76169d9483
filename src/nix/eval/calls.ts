import type { Expr } from '../syntax.ts';
import type { Evaluator } from './evaluator.ts';
import { libraryFunction } from './library/library.ts';
import { systemCall } from './systems.ts';
import { Thunk, ready, symbol, type Env, type LambdaValue, type Value } from './values.ts';

export function callOf(evaluator: Evaluator, fn: Expr, args: readonly Expr[], env: Env): Value {
  let value = evaluator.eval(fn, env);
  for (const arg of args) value = evaluator.apply(value, evaluator.later(arg, env));
  return value;
}

export function applied(evaluator: Evaluator, fn: Value, arg: Thunk): Value {
  switch (fn.kind) {
    case 'lambda':
      return applyLambda(evaluator, fn, arg);
    case 'builtin': {
      const args = [...fn.args, arg];
      return args.length === fn.arity ? fn.run(args) : { ...fn, args };
    }
    case 'symbol': {
      const known = libraryFunction(evaluator, fn.path);
      if (known !== null) return evaluator.apply(known, arg);
      return systemCall(evaluator, fn, arg) ?? symbol([...fn.path.slice(0, 24), '()'], [...fn.parts, arg]);
    }
    case 'choice':
      return evaluator.overChoices([fn], ([option]) => evaluator.apply(option as Value, arg));
    case 'attrs': {
      const functor = fn.slots.get('__functor');
      if (functor !== undefined) return evaluator.apply(evaluator.apply(evaluator.force(functor), ready(fn)), arg);
      return symbol(['unknown'], [ready(fn), arg]);
    }
    default:
      return symbol(['unknown'], [ready(fn), arg]);
  }
}

function applyLambda(evaluator: Evaluator, fn: LambdaValue, arg: Thunk): Value {
  const { node, env } = fn;
  const names = new Map<string, Thunk>();
  const inner: Env = { parent: env, names, scope: null, source: env.source };
  if (node.name !== null) names.set(node.name.name, arg);
  if (node.formals !== null) {
    const given = evaluator.force(arg);
    for (const { name, fallback } of node.formals.items) {
      if (given.kind === 'attrs') evaluator.asked(given, name.name);
      const slot = given.kind === 'attrs' ? given.slots.get(name.name) : undefined;
      names.set(name.name, slot ?? missingFormal(evaluator, given, name.name, fallback, inner));
    }
  }
  return evaluator.eval(node.body, inner);
}

function missingFormal(evaluator: Evaluator, given: Value, name: string, fallback: Expr | null, env: Env): Thunk {
  const rest = given.kind === 'attrs' ? given.rest : given;
  if (rest === null) return fallback === null ? ready(symbol(['missing', name])) : evaluator.later(fallback, env);
  const selected = new Thunk(() => evaluator.select(rest, name), null);
  if (fallback === null) return selected;
  return ready({ kind: 'choice', options: [selected, evaluator.later(fallback, env)] });
}
