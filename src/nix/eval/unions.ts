import type { Evaluator } from './evaluator.ts';
import { Thunk, attrs, bothNames, list, ready, symbol, type Value } from './values.ts';

export function updateSets(evaluator: Evaluator, left: Value, right: Value): Value {
  if (left.kind === 'choice' || right.kind === 'choice') {
    return evaluator.overChoices([left, right], ([a, b]) => evaluator.update(a as Value, b as Value));
  }
  // What is put beside a machine (`nixosSystem { … } // { meta = …; }`) leaves it the machine that it is.
  if (left.kind === 'system' && right.kind === 'attrs') return left;
  if (left.kind === 'attrs' && right.kind === 'attrs') {
    // A set beside a mark has the mark's `_type`: the module system sees the mark alone.
    if (right.mark !== undefined || left.mark !== undefined) return right.mark === undefined ? left : right;
    if (right.slots.size === 0 && right.rest === null && right.names === undefined) return left;
    const rest =
      right.rest === null ? left.rest : left.rest === null ? right.rest : evaluator.update(left.rest, right.rest);
    return attrs(
      new Map([...maybeHidden(evaluator, left.slots, right.rest), ...right.slots]),
      rest,
      bothNames(left, right),
    );
  }
  if (right.kind === 'attrs')
    return attrs(right.slots, right.rest === null ? left : evaluator.update(left, right.rest), right.names);
  if (left.kind === 'attrs') {
    return attrs(
      maybeHidden(evaluator, left.slots, right),
      left.rest === null ? right : evaluator.update(left.rest, right),
      left.names,
    );
  }
  // Two unknown sets: the left one's path says best what it is (`nixpkgs.lib // home-manager.lib`).
  if (left.kind === 'symbol') return symbol(left.path, [...left.parts, ready(right)]);
  return symbol(['unknown'], [ready(left), ready(right)]);
}

export function joinLists(evaluator: Evaluator, left: Value, right: Value): Value {
  const a = itemsOf(evaluator, left);
  const b = itemsOf(evaluator, right);
  // The same open items from both sides are listed once: they may be there any number of times as it is.
  const more = a.more.length > 0 && b.more.length > 0 ? [...new Set([...a.more, ...b.more])] : [...a.more, ...b.more];
  const items = [...a.items, ...b.items];
  evaluator.spend(items.length + more.length);
  return list(items, more);
}

/** Slots that a set of unknown names stands before: each may be its own or that set's. */
function maybeHidden(
  evaluator: Evaluator,
  slots: ReadonlyMap<string, Thunk>,
  by: Value | null,
): ReadonlyMap<string, Thunk> {
  if (by === null) return slots;
  const both = [...slots].map(([name, slot]) => {
    const other = new Thunk(() => evaluator.select(by, name), null);
    return [name, ready({ kind: 'choice', options: [slot, other] }, slot.site)] as const;
  });
  return new Map(both);
}

/** A list's known items and the open ones. Choices within choices share what they are made of: each is opened once. */
function itemsOf(evaluator: Evaluator, value: Value): { items: readonly Thunk[]; more: readonly Thunk[] } {
  if (value.kind === 'list') return value;
  if (value.kind !== 'choice') return { items: [], more: [ready(value)] };
  const more = new Set<Thunk>();
  const seen = new Set<Value>([value]);
  const waiting: Thunk[] = [...value.options];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const option = evaluator.force(next);
    if (seen.has(option)) continue;
    seen.add(option);
    if (option.kind === 'choice') waiting.push(...option.options);
    else if (option.kind === 'list') for (const item of [...option.items, ...option.more]) more.add(item);
    else more.add(next);
  }
  return { items: [], more: [...more] };
}
