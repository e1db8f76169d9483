import type { Evaluator } from '../evaluator.ts';
import type { Thunk, Value } from '../values.ts';

/** A function of Nix or of Nixpkgs' library, as far as it can be run without either. */
export interface LibraryFunction {
  readonly arity: number;
  readonly run: (evaluator: Evaluator, args: readonly Thunk[]) => Value;
}

export type Library = Readonly<Record<string, LibraryFunction>>;

/** A function that gives its last argument, whatever else it does with it. */
export function same(arity: number): LibraryFunction {
  return { arity, run: (evaluator, args) => evaluator.force(args[arity - 1] as Thunk) };
}
