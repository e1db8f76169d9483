import { bool, isKnownText, nullValue, ready, symbol, type Thunk, type Value } from './values.ts';

/** Null where it is not known. */
export function isEqual(left: Value, right: Value): boolean | null {
  if (left.kind === 'string' && right.kind === 'string') {
    return isKnownText(left) && isKnownText(right) ? left.text === right.text : null;
  }
  const plain = ['null', 'bool', 'number'];
  if (plain.includes(left.kind) && plain.includes(right.kind)) {
    return left.kind === right.kind && 'value' in left && 'value' in right && left.value === right.value;
  }
  const open = (value: Value): boolean => ['symbol', 'choice', 'attrs', 'list', 'path', 'system'].includes(value.kind);
  if (left.kind === 'list' && right.kind === 'list' && (left.items.length === 0 || right.items.length === 0)) {
    return left.more.length + right.more.length > 0 ? null : left.items.length === right.items.length;
  }
  if (open(left) && open(right)) return null;
  return left.kind === 'symbol' || right.kind === 'symbol' || left.kind === 'choice' || right.kind === 'choice'
    ? null
    : false;
}

/** `left < right`. */
export function isLess(left: Value, right: Value): Value {
  return arithmetic('<', left, right);
}

/** Nix orders texts by their bytes, which is by their code points. */
function compared(op: string, left: string, right: string, parts: readonly Thunk[]): Value {
  const order = Buffer.compare(Buffer.from(left), Buffer.from(right));
  switch (op) {
    case '<':
      return bool(order < 0);
    case '<=':
      return bool(order <= 0);
    case '>':
      return bool(order > 0);
    case '>=':
      return bool(order >= 0);
    default:
      return symbol(['unknown'], parts);
  }
}

export function arithmetic(op: string, left: Value, right: Value): Value {
  if (isKnownText(left) && isKnownText(right)) return compared(op, left.text, right.text, [ready(left), ready(right)]);
  if (left.kind !== 'number' || right.kind !== 'number') return symbol(['unknown'], [ready(left), ready(right)]);
  const [a, b] = [Number(left.value), Number(right.value)];
  switch (op) {
    case '-':
      return { kind: 'number', value: a - b };
    case '*':
      return { kind: 'number', value: a * b };
    case '/':
      return b === 0 ? symbol(['unknown']) : { kind: 'number', value: Math.trunc(a / b) };
    case '<':
      return bool(a < b);
    case '<=':
      return bool(a <= b);
    case '>':
      return bool(a > b);
    case '>=':
      return bool(a >= b);
    default:
      return nullValue;
  }
}
