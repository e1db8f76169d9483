import type { Evaluator } from '../eval/evaluator.ts';
import { falseValue, ready, type SymbolValue, type Thunk, type Value } from '../eval/values.ts';

/** What an option is where no module defines it; null where it has no default, or is none of the repository's own. */
export function declaredDefault(evaluator: Evaluator, declared: Value): Thunk | null {
  // `mkEnableOption "…" // { default = true; }`
  const beside = declared.kind === 'attrs' && declared.rest !== null ? declared : null;
  const call = beside?.rest ?? declared;
  if (call.kind !== 'symbol') return null;
  const given = beside?.slots.get('default');
  if (given !== undefined && callOf(call) !== null) return given;
  switch (callOf(call)) {
    case 'mkEnableOption':
      return ready(falseValue);
    case 'mkOption': {
      const arg = call.parts[call.parts.length - 1];
      const args = arg === undefined ? null : evaluator.force(arg);
      return args?.kind === 'attrs' ? (args.slots.get('default') ?? null) : null;
    }
    default:
      return null;
  }
}

/** True where what is read of an option is made from its value by a function. */
export function hasApply(evaluator: Evaluator, declared: Value): boolean {
  const call = declared.kind === 'attrs' ? declared.rest : declared;
  if (declared.kind === 'attrs' && declared.slots.has('apply')) return true;
  if (call?.kind !== 'symbol' || callOf(call) === 'mkEnableOption') return false;
  const arg = call.parts[call.parts.length - 1];
  const args = arg === undefined ? null : evaluator.force(arg);
  return args?.kind !== 'attrs' || args.rest !== null || args.slots.has('apply');
}

/** True where the value is one option's declaration, not a set of them. */
export function isDeclaration(value: Value): boolean {
  const call = value.kind === 'attrs' ? value.rest : value;
  return call?.kind === 'symbol' && callOf(call) !== null;
}

function callOf({ path }: SymbolValue): 'mkOption' | 'mkEnableOption' | 'other' | null {
  if (path[path.length - 1] !== '()') return null;
  const name = path[path.length - 2] ?? '';
  if (name === 'mkOption' || name === 'mkEnableOption') return name;
  return /^mk\w*Option$/.test(name) ? 'other' : null;
}
