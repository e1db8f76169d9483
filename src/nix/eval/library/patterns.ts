import type { Evaluator } from '../evaluator.ts';
import { isKnownText, list, nullValue, ready, symbol, text, type Thunk, type Value } from '../values.ts';
import type { Library } from './library-function.ts';
import { textOf } from './texts.ts';

/** POSIX names for kinds of characters, as JavaScript spells them within brackets. */
const classes: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
};

/** Longer patterns and texts are no names of machines, and a pattern may take forever on them. */
const longest = 2000;

/** A POSIX extended regular expression as one of JavaScript; null where it is none. */
function compiled(pattern: string, flags: string): RegExp | null {
  if (pattern.length > longest) return null;
  const spelled = pattern.replace(/\[:(\w+):\]/g, (whole, name: string) => classes[name] ?? whole);
  try {
    return new RegExp(spelled, flags);
  } catch {
    return null;
  }
}

interface Asked {
  readonly pattern: string;
  readonly whole: string;
}

function askedOf(evaluator: Evaluator, [pattern, whole]: readonly Thunk[]): Asked | null {
  const [left, right] = [textOf(evaluator, pattern), textOf(evaluator, whole)];
  if (left === null || right === null || !isKnownText(left) || !isKnownText(right)) return null;
  // Nested repetition is where JavaScript's engine may not come back.
  const isSlow = /[+*}]\)[+*{]/.test(left.text);
  return isSlow || right.text.length > longest ? null : { pattern: left.text, whole: right.text };
}

function groups(found: readonly (string | undefined)[]): Value {
  return list(found.slice(1).map((each) => ready(each === undefined ? nullValue : text(each))));
}

function matched(evaluator: Evaluator, args: readonly Thunk[]): Value {
  const asked = askedOf(evaluator, args);
  const expression = asked === null ? null : compiled(`^(?:${asked.pattern})$`, 's');
  if (asked === null || expression === null) return symbol(['unknown'], args);
  const found = expression.exec(asked.whole);
  return found === null ? nullValue : groups(found);
}

function split(evaluator: Evaluator, args: readonly Thunk[]): Value {
  const asked = askedOf(evaluator, args);
  const expression = asked === null ? null : compiled(asked.pattern, 'gs');
  if (asked === null || expression === null) return symbol(['unknown'], args);
  const items: Thunk[] = [];
  let at = 0;
  for (const found of asked.whole.matchAll(expression)) {
    items.push(ready(text(asked.whole.slice(at, found.index))), ready(groups(found)));
    at = found.index + found[0].length;
  }
  return list([...items, ready(text(asked.whole.slice(at)))]);
}

export const patternFunctions: Library = {
  match: { arity: 2, run: matched },
  split: { arity: 2, run: split },
};
