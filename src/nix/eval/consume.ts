import type { Evaluator } from './evaluator.ts';
import { ready, symbol, type Thunk, type Value } from './values.ts';

/** What a condition rests on is small, or it is packages and whole libraries, of which no more is looked at. */
const mostSteps = 400;

/** A mark that says that some condition was not looked at in full: then no host can be told from another by marks. */
export const unfinished = '?';

/**
 * Looks at what a value is made of, as far as something unknown may look at it: what a condition rests on is not told
 * by the branch that it picks, so everything that went into it counts. Systems are handed over; they are whole machines
 * of their own.
 */
export function consumeValue(evaluator: Evaluator, root: Value): void {
  const seen = new Set<Value>();
  const waiting: Thunk[] = [ready(root)];
  for (let at = 0; at < waiting.length; at++) {
    if (at > mostSteps) return evaluator.noteMark(unfinished);
    const value = evaluator.force(waiting[at] as Thunk);
    if (seen.has(value)) continue;
    seen.add(value);
    if (value.kind !== 'lambda') waiting.push(...innerOf(evaluator, value));
    else if (evaluator.isWatching) waiting.push(ready(evaluator.apply(value, ready(symbol(['argument'])))));
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

/** True where all that went into a value has been looked at by whoever has it, so that there is nothing behind it. */
export function isKnownThrough(value: Value, depth: number): boolean {
  if (depth === 0) return false;
  if (!('parts' in value)) return isPlain(value);
  if (value.kind === 'symbol' && value.path[0] === 'pkgs') return true;
  return value.parts.every(({ value: part }) => part !== null && isKnownThrough(part, depth - 1));
}

export function isPlain({ kind }: Value): boolean {
  return kind === 'null' || kind === 'bool' || kind === 'number';
}
