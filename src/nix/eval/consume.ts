import type { Lambda } from '../syntax.ts';
import type { Evaluator } from './evaluator.ts';
import { ready, symbol, type Thunk, type Value } from './values.ts';

const mostSteps = 20_000;
const mostCalls = 8;

/**
 * Looks at all of a value that something unknown may look at: what a condition rests on is not told by the branch that
 * it picks, so everything that went into it counts. Systems are handed over; they are whole machines of their own.
 */
export function consumeValue(evaluator: Evaluator, root: Value): void {
  const seen = new Set<Value>();
  const calls = new Map<Lambda, number>();
  const waiting: Thunk[] = [ready(root)];
  let steps = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (steps++ > mostSteps) {
      evaluator.cut = true;
      return;
    }
    const value = evaluator.force(next);
    if (seen.has(value)) continue;
    seen.add(value);
    if (value.kind === 'lambda') {
      const count = (calls.get(value.node) ?? 0) + 1;
      calls.set(value.node, count);
      if (count > mostCalls) evaluator.cut = true;
      else waiting.push(ready(evaluator.apply(value, ready(symbol(['argument'])))));
    } else waiting.push(...innerOf(evaluator, value));
  }
}

function innerOf(evaluator: Evaluator, value: Value): readonly Thunk[] {
  switch (value.kind) {
    case 'string':
    case 'path':
    case 'symbol':
      return value.parts;
    case 'list':
      return [...value.items, ...value.more];
    case 'attrs':
      if (value.isFlake === true) return [];
      evaluator.enumerate(value);
      return value.rest === null ? [...value.slots.values()] : [...value.slots.values(), ready(value.rest)];
    case 'builtin':
      return value.args;
    case 'choice':
      return value.options;
    case 'system':
      evaluator.noteSystem(value);
      return [];
    default:
      return [];
  }
}
