import type { AttrName, Expr } from '../syntax.ts';
import { mostOptions } from './choices.ts';
import type { Evaluator } from './evaluator.ts';
import { inputBehind } from './input-marks.ts';
import { libraryFunction } from './library/library.ts';
import {
  attrs,
  falseValue,
  isKnownText,
  ready,
  symbol,
  trueValue,
  type Env,
  type SystemValue,
  type Thunk,
  type Value,
} from './values.ts';

export function selectFrom(evaluator: Evaluator, base: Value, name: string): Value {
  switch (base.kind) {
    case 'attrs': {
      evaluator.asked(base, name);
      const slot = base.slots.get(name);
      if (slot !== undefined) return evaluator.force(slot);
      return base.rest === null ? symbol(['missing', name]) : evaluator.select(base.rest, name);
    }
    case 'symbol':
      return selectSymbol(evaluator, base.path, base.parts, name);
    case 'choice':
      return evaluator.overChoices([base], ([option]) => evaluator.select(option as Value, name));
    case 'system':
      if (name === 'extendModules') return extension(base);
      return (name === 'config' ? evaluator.reading?.configOf(base) : null) ?? symbol(['system', name], [ready(base)]);
    default:
      return symbol(['missing', name], [ready(base)]);
  }
}

/** `machine.extendModules { modules = …; }`: the same machine with more modules. */
function extension(system: SystemValue): Value {
  const run = ([more]: readonly Thunk[]): Value => {
    const args = system.args.kind === 'attrs' ? system.args : attrs(new Map(), system.args);
    return { ...system, args: attrs(new Map([...args.slots, ['#extension', more as Thunk]]), args.rest) };
  };
  return { kind: 'builtin', name: 'extendModules', arity: 1, args: [], run };
}

export function selectPath(
  evaluator: Evaluator,
  base: Value,
  path: readonly AttrName[],
  fallback: Expr | null,
  env: Env,
): Value {
  let value = base;
  for (const step of path) {
    const name = stepName(evaluator, step, env);
    value = name === null ? anyOf(evaluator, value) : evaluator.select(value, name);
  }
  if (fallback === null) return value;
  if (value.kind === 'symbol') {
    const other = evaluator.later(fallback, env);
    if (value.path[0] === 'missing' && value.parts.length === 0) return evaluator.force(other);
    return { kind: 'choice', options: [ready(value), other] };
  }
  return value;
}

export function hasPath(evaluator: Evaluator, base: Value, path: readonly AttrName[], env: Env): Value {
  let value = base;
  for (const [index, step] of path.entries()) {
    const name = stepName(evaluator, step, env);
    if (name === null) return symbol(['unknown'], [ready(value)]);
    if (value.kind === 'symbol' && value.path[0] === 'inputs') evaluator.noteInput(value.path[1] ?? name);
    if (value.kind === 'attrs') {
      evaluator.asked(value, name);
      const slot = value.slots.get(name);
      if (slot === undefined) return value.rest === null ? falseValue : symbol(['unknown']);
      if (index === path.length - 1) return trueValue;
      value = evaluator.force(slot);
    } else if (value.kind === 'symbol' || value.kind === 'choice' || value.kind === 'system')
      return symbol(['unknown'], [ready(value)]);
    else return falseValue;
  }
  return trueValue;
}

function selectSymbol(evaluator: Evaluator, path: readonly string[], parts: readonly Thunk[], name: string): Value {
  const known = path[0] === 'config' ? evaluator.reading?.undefinedOption([...path.slice(1), name]) : null;
  if (known !== null && known !== undefined) return known;
  const input = inputBehind(path, name);
  if (input !== null && libraryFunction(evaluator, [...path, name]) === null) evaluator.noteInput(input);
  // A chain that only grows (`x.override.override…`) must not grow without end.
  return symbol(path.length > 24 ? ['unknown', name] : [...path, name], parts);
}

function stepName(evaluator: Evaluator, step: AttrName, env: Env): string | null {
  if (step.type === 'ident') return step.name;
  const value = step.type === 'string' ? evaluator.string(step, env) : evaluator.eval(step.expr, env);
  return isKnownText(value) ? value.text : null;
}

/** `x.${unknown}`: any of them. */
function anyOf(evaluator: Evaluator, value: Value): Value {
  if (value.kind === 'attrs' && !value.isFlake) {
    evaluator.enumerate(value);
    const options = [...value.slots.values()];
    if (value.rest !== null) options.push(ready(value.rest));
    if (options.length > 0 && options.length <= mostOptions) return { kind: 'choice', options };
    return symbol(['unknown'], options);
  }
  return symbol(['unknown'], [ready(value)]);
}
