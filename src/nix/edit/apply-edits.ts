import { applyEdit } from './apply-edit.ts';
import type { EditProblem, NixEdit } from './nix-edit.ts';
import type { Position } from '../source.ts';

export type EditsResult =
  | { readonly kind: 'edited'; readonly text: string; readonly changed: boolean }
  | {
      readonly kind: 'refused';
      /** Which of the edits, from 0. Its positions are those of the text that the edits before it made. */
      readonly index: number;
      readonly problem: EditProblem;
      readonly message: string;
      readonly at: readonly Position[];
    };

/** Makes edits one after another, each in the text that the one before it left. All of them or none. */
export function applyEdits(text: string, edits: readonly NixEdit[]): EditsResult {
  let result = text;
  for (const [index, edit] of edits.entries()) {
    const made = applyEdit(result, edit);
    if (made.kind === 'refused') return { ...made, index };
    result = made.text;
  }
  return { kind: 'edited', text: result, changed: result !== text };
}
