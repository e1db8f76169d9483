import type { Evaluator } from '../evaluator.ts';
import { Thunk, attrs, bothNames, isKnownText, ready, symbol, type Value } from '../values.ts';

/** Two definitions of one option: which of them counts is for priorities to say, so neither is left out. */
export function both(evaluator: Evaluator, left: Value, right: Value, depth = 0): Value {
  if (left.kind === 'attrs' && right.kind === 'attrs' && depth <= 12) {
    const slots = new Map(left.slots);
    for (const [name, slot] of right.slots) {
      const before = slots.get(name);
      const make = (): Value => both(evaluator, evaluator.force(before ?? slot), evaluator.force(slot), depth + 1);
      slots.set(name, before === undefined ? slot : new Thunk(make, slot.site));
    }
    const rest =
      left.rest === null || right.rest === null
        ? (left.rest ?? right.rest)
        : symbol(['unknown'], [ready(left.rest), ready(right.rest)]);
    return attrs(slots, rest, bothNames(left, right));
  }
  if (left === right || (left.kind === 'bool' && right.kind === 'bool' && left.value === right.value)) return right;
  if (left.kind === 'list' && right.kind === 'list') return evaluator.concat(left, right);
  if (isKnownText(left) && isKnownText(right) && left.text === right.text && left.parts.length === 0) return right;
  return { kind: 'choice', options: [ready(left), ready(right)] };
}
