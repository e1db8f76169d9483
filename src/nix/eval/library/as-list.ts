import type { Evaluator } from '../evaluator.ts';
import { Thunk, emptyList, list, ready, type ListValue, type Value } from '../values.ts';

/** A call that is made when its value is needed. */
export function called(evaluator: Evaluator, fn: Thunk, ...args: readonly Thunk[]): Thunk {
  return new Thunk(() => {
    let value = evaluator.force(fn);
    for (const arg of args) value = evaluator.apply(value, arg);
    return value;
  }, args[0]?.site ?? null);
}

/** The list that a value is; what is no list becomes one whose items are not known. */
export function asList(evaluator: Evaluator, thunk: Thunk | undefined): ListValue {
  if (thunk === undefined) return emptyList;
  const value = evaluator.force(thunk);
  if (value.kind === 'list') return value;
  const flat = evaluator.concat(emptyList, value);
  return flat.kind === 'list' ? flat : emptyList;
}

export function isClosed(value: ListValue): boolean {
  return value.more.length === 0;
}

/** Nested lists as one. */
export function flatten(evaluator: Evaluator, value: ListValue, depth: number): ListValue {
  const items: Thunk[] = [];
  const more: Thunk[] = [...value.more];
  for (const item of value.items) {
    const inner = evaluator.force(item);
    if (inner.kind === 'list' && depth > 0) {
      const flat = flatten(evaluator, inner, depth - 1);
      items.push(...flat.items);
      more.push(...flat.more);
    } else if (inner.kind === 'symbol' || inner.kind === 'choice') {
      const flat = asList(evaluator, item);
      more.push(...flat.items, ...flat.more);
    } else items.push(item);
  }
  evaluator.spend(items.length);
  return list(items, more) as ListValue;
}

export function filtered(test: (item: Thunk) => Value, value: ListValue): Value {
  const items: Thunk[] = [];
  const more: Thunk[] = [...value.more];
  for (const item of value.items) {
    const kept = test(item);
    if (kept.kind !== 'bool') more.push(item, ...openIn(kept));
    else if (kept.value === true) items.push(item);
  }
  return list(items, more);
}

/** What a test rested on that did not come to an answer. */
function openIn(answer: Value): readonly Thunk[] {
  return answer.kind === 'symbol' ? answer.parts : [ready(answer)];
}
