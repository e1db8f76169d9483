import type { Binary } from '../syntax.ts';
import { arithmetic } from './comparisons.ts';
import type { Evaluator } from './evaluator.ts';
import { bool, ready, symbol, type Env, type Value } from './values.ts';

export function unaryOf(op: '-' | '!', value: Value): Value {
  if (op === '!' && value.kind === 'bool') return bool(value.value !== true);
  if (op === '-' && value.kind === 'number') return { kind: 'number', value: -Number(value.value) };
  return symbol(['unknown'], [ready(value)]);
}

export function binaryOf(evaluator: Evaluator, node: Binary, env: Env): Value {
  switch (node.op) {
    case '|>':
      return evaluator.apply(evaluator.eval(node.right, env), evaluator.later(node.left, env));
    case '<|':
      return evaluator.apply(evaluator.eval(node.left, env), evaluator.later(node.right, env));
    case '&&':
    case '||':
    case '->':
      return logicOf(evaluator, node, env);
    default:
      break;
  }
  const left = evaluator.eval(node.left, env);
  const right = evaluator.eval(node.right, env);
  switch (node.op) {
    case '//':
      return evaluator.update(left, right);
    case '++':
      return evaluator.concat(left, right);
    case '+':
      if (left.kind === 'number' && right.kind === 'number')
        return { kind: 'number', value: Number(left.value) + Number(right.value) };
      return evaluator.append(left, right, env.source.file);
    case '==':
    case '!=': {
      const same = evaluator.equal(left, right);
      return same === null ? symbol(['unknown'], [ready(left), ready(right)]) : bool(same === (node.op === '=='));
    }
    default:
      return arithmetic(node.op, left, right);
  }
}

function logicOf(evaluator: Evaluator, node: Binary, env: Env): Value {
  const left = evaluator.eval(node.left, env);
  if (left.kind === 'bool') {
    const decided = node.op === '||' ? left.value === true : left.value === false;
    if (decided) return bool(node.op !== '&&');
    return evaluator.eval(node.right, env);
  }
  const right = evaluator.eval(node.right, env);
  // The left side is not known, but `x && false` is false and `x || true` true all the same.
  if (right.kind === 'bool' && right.value === (node.op !== '&&')) return right;
  return symbol(['unknown'], [ready(left), ready(right)]);
}
