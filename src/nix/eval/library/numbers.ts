import type { Evaluator } from '../evaluator.ts';
import { bool, isKnownText, symbol, text, type Thunk, type Value } from '../values.ts';
import type { Library, LibraryFunction } from './library-function.ts';
import { textOf } from './texts.ts';

function ofNumbers(run: (left: number, right: number) => Value): LibraryFunction {
  return {
    arity: 2,
    run: (evaluator, args) => {
      const [left, right] = args.map((arg) => evaluator.force(arg));
      return left?.kind === 'number' && right?.kind === 'number'
        ? run(Number(left.value), Number(right.value))
        : symbol(['unknown'], args);
    },
  };
}

const number = (value: number): Value => ({ kind: 'number', value });

/** `builtins.compareVersions`: digits by what they count, letters by their order, `pre` before everything. */
function versionOrder(left: string, right: string): number {
  const partsOf = (version: string): string[] => version.match(/\d+|[^\d.-]+/g) ?? [];
  const [a, b] = [partsOf(left), partsOf(right)];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [x, y] = [a[at] ?? '', b[at] ?? ''];
    if (x === y) continue;
    const [isX, isY] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (isX && isY) {
      if (Number(x) !== Number(y)) return Number(x) < Number(y) ? -1 : 1;
      continue;
    }
    if (x === '' && isY) return -1;
    if (x === 'pre' || (y === '' && isX)) return x === 'pre' ? -1 : 1;
    if (y === 'pre') return 1;
    if (isX || isY) return isX ? 1 : -1;
    return x < y ? -1 : 1;
  }
  return 0;
}

function ofVersions(judge: (order: number) => Value): LibraryFunction {
  return {
    arity: 2,
    run: (evaluator, args) => {
      const [left, right] = args.map((arg) => textOf(evaluator, arg));
      const isKnown = left !== null && left !== undefined && right !== null && right !== undefined;
      if (!isKnown || !isKnownText(left) || !isKnownText(right)) return symbol(['unknown'], args);
      return judge(versionOrder(left.text, right.text));
    },
  };
}

function toInt(evaluator: Evaluator, thunk: Thunk): Value {
  const value = textOf(evaluator, thunk);
  const isNumber = value !== null && /^\s*-?\d+\s*$/.test(value.text);
  return isNumber ? number(Number(value.text)) : symbol(['unknown'], [thunk]);
}

export const numberFunctions: Library = {
  add: ofNumbers((a, b) => number(a + b)),
  sub: ofNumbers((a, b) => number(a - b)),
  mul: ofNumbers((a, b) => number(a * b)),
  div: ofNumbers((a, b) => (b === 0 ? symbol(['unknown']) : number(Math.trunc(a / b)))),
  mod: ofNumbers((a, b) => (b === 0 ? symbol(['unknown']) : number(a % b))),
  min: ofNumbers((a, b) => number(Math.min(a, b))),
  max: ofNumbers((a, b) => number(Math.max(a, b))),
  lessThan: {
    arity: 2,
    run: (evaluator, [left, right]) => evaluator.less(evaluator.force(left as Thunk), evaluator.force(right as Thunk)),
  },
  compareVersions: ofVersions(number),
  versionOlder: ofVersions((order) => bool(order < 0)),
  versionAtLeast: ofVersions((order) => bool(order >= 0)),
  toInt: { arity: 1, run: (evaluator, [thunk]) => toInt(evaluator, thunk as Thunk) },
  boolToString: {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const value = evaluator.force(thunk as Thunk);
      return value.kind === 'bool'
        ? text(value.value === true ? 'true' : 'false')
        : symbol(['unknown'], [thunk as Thunk]);
    },
  },
};
