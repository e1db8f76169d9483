import type { Position } from '../source.ts';

/** A change to a Nix file as a value: what should be true afterwards, not which characters to type. */
export type NixEdit =
  /** `value` is Nix. The attribute is made where it is absent. */
  | { readonly kind: 'set'; readonly path: readonly string[]; readonly value: string }
  /** Removes the attribute and everything below it. */
  | { readonly kind: 'remove'; readonly path: readonly string[] }
  /** The list is made where it is absent. An item that is there is not added again. */
  | { readonly kind: 'add-item'; readonly path: readonly string[]; readonly item: string }
  | { readonly kind: 'remove-item'; readonly path: readonly string[]; readonly item: string }
  | { readonly kind: 'add-import'; readonly item: string }
  | { readonly kind: 'add-argument'; readonly name: string }
  /** `value` is the text itself, not Nix: escapes and indentation are written as the string's own style asks. */
  | { readonly kind: 'set-string'; readonly path: readonly string[]; readonly value: string };

/** Why an edit is not made. Each says that a person, or an edit of another kind, must decide. */
export type EditProblem =
  | 'syntax-error'
  | 'not-a-module'
  | 'bad-value'
  /** The value takes a name that the file does not know where it would stand. */
  | 'unknown-name'
  | 'computed'
  | 'dynamic'
  | 'several-places'
  | 'not-a-list'
  | 'not-a-string'
  | 'interpolated'
  | 'not-found';

export type EditResult =
  | { readonly kind: 'edited'; readonly text: string; readonly changed: boolean }
  | {
      readonly kind: 'refused';
      readonly problem: EditProblem;
      readonly message: string;
      /** The places that stand in the way, in the order of the text. */
      readonly at: readonly Position[];
    };

/** A stretch of the text and what takes its place. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A refusal on its way out, with offsets instead of positions. */
export interface Refused {
  readonly problem: EditProblem;
  readonly message: string;
  readonly offsets: readonly number[];
}

export function refused(problem: EditProblem, message: string, offsets: readonly number[] = []): Refused {
  return { problem, message, offsets };
}

export function isRefused(value: readonly Splice[] | Refused | object): value is Refused {
  return 'problem' in value;
}
