import type { Evaluator } from '../evaluator.ts';
import type { Thunk, Value } from '../values.ts';

/** What `mkOption` says, as far as it decides what an option comes to. */
export interface DeclaredOption {
  readonly type: Thunk | null;
  readonly default: Thunk | null;
  readonly apply: Thunk | null;
}

const makers: ReadonlySet<string> = new Set(['mkOption', 'mkEnableOption', 'mkPackageOption']);

/** The option that a value declares; null where it is a set of options, or is not known. */
export function declaredOption(evaluator: Evaluator, value: Value): DeclaredOption | null {
  // `mkEnableOption "…" // { default = true; }` goes on being what `mkEnableOption` made.
  const made = value.kind === 'attrs' ? value.rest : value;
  if (made?.kind !== 'symbol') return null;
  const maker = made.path.filter((step) => step !== '()').at(-1) ?? '';
  if (!made.path.includes('()') || !makers.has(maker)) return null;
  const given = made.parts.at(-1);
  const own = maker === 'mkOption' && given !== undefined ? evaluator.force(given) : null;
  const slot = (name: string): Thunk | null =>
    (value.kind === 'attrs' ? value.slots.get(name) : undefined) ??
    (own?.kind === 'attrs' ? own.slots.get(name) : undefined) ??
    null;
  return { type: slot('type'), default: slot('default'), apply: slot('apply') };
}

/** A type as the function that made it and what that was given: `attrsOf (submodule …)`. */
export function typeCall(value: Value): { readonly name: string; readonly given: Thunk } | null {
  if (value.kind !== 'symbol' || value.path.at(-1) !== '()') return null;
  const name = value.path.at(-2);
  const given = value.parts.at(-1);
  return name === undefined || given === undefined ? null : { name, given };
}
