import type { Evaluator } from '../evaluator.ts';
import { emptyAttrs, isKnownText, symbol, type AttrsValue, type Site, type Thunk } from '../values.ts';

/**
 * The set that a value is, whatever else it may be: what is not known of it is in `rest`. Whoever makes a set of the
 * same names from it hands the watch on them over; for everybody else they are looked at.
 */
export function asAttrs(evaluator: Evaluator, thunk: Thunk | undefined, keepsNames = false): AttrsValue {
  if (thunk === undefined) return emptyAttrs;
  const value = evaluator.force(thunk);
  if (value.kind === 'attrs') {
    if (!keepsNames) evaluator.enumerate(value);
    return value;
  }
  if (value.kind !== 'choice') return { kind: 'attrs', slots: new Map(), rest: value };
  const slots = new Map<string, Thunk>();
  for (const option of value.options) {
    for (const [name, slot] of asAttrs(evaluator, option).slots) if (!slots.has(name)) slots.set(name, slot);
  }
  return { kind: 'attrs', slots, rest: symbol(['unknown'], [thunk]) };
}

export function known(
  evaluator: Evaluator,
  thunk: Thunk | undefined,
): { readonly text: string; readonly site: Site | null } | null {
  if (thunk === undefined) return null;
  const value = evaluator.force(thunk);
  return isKnownText(value) ? { text: value.text, site: value.site ?? thunk.site } : null;
}

/** Nix knows no other order of a set than that of its names. */
export function inOrder({ slots }: AttrsValue): (readonly [string, Thunk])[] {
  return [...slots].sort(([a], [b]) => (a < b ? -1 : 1));
}
