import type * as S from '../syntax.ts';
import * as T from '../token.ts';
import { type Building, EXPRESSION, pending, type Reader, RESUME, type Step, STOP } from './reader.ts';

/** `with …; …` */
export function withIn(reader: Reader): Step {
  const node: Building<S.With> = { type: 'with', from: reader.start(), to: 0, scope: pending, body: pending };
  reader.open(node, endScope);
  reader.advance();
  return EXPRESSION;
}

function endScope(reader: Reader, node: Building<S.With>): Step {
  node.scope = reader.value;
  reader.waitFor(endBody);
  return reader.takes(T.SEMICOLON) ? EXPRESSION : STOP;
}

/** `assert …; …` */
export function assertIn(reader: Reader): Step {
  const node: Building<S.Assert> = { type: 'assert', from: reader.start(), to: 0, condition: pending, body: pending };
  reader.open(node, endAssertion);
  reader.advance();
  return EXPRESSION;
}

function endAssertion(reader: Reader, node: Building<S.Assert>): Step {
  node.condition = reader.value;
  reader.waitFor(endBody);
  return reader.takes(T.SEMICOLON) ? EXPRESSION : STOP;
}

function endBody(reader: Reader, node: Building<S.With | S.Assert>): Step {
  node.body = reader.value;
  node.to = reader.last();
  return reader.complete(node, RESUME);
}

/** `if … then … else …` */
export function ifElse(reader: Reader): Step {
  const node: Building<S.If> = {
    type: 'if',
    from: reader.start(),
    to: 0,
    condition: pending,
    whenTrue: pending,
    whenFalse: pending,
  };
  reader.open(node, endCondition);
  reader.advance();
  return EXPRESSION;
}

function endCondition(reader: Reader, node: Building<S.If>): Step {
  node.condition = reader.value;
  reader.waitFor(endWhenTrue);
  return reader.takes(T.THEN) ? EXPRESSION : STOP;
}

function endWhenTrue(reader: Reader, node: Building<S.If>): Step {
  node.whenTrue = reader.value;
  reader.waitFor(endWhenFalse);
  return reader.takes(T.ELSE) ? EXPRESSION : STOP;
}

function endWhenFalse(reader: Reader, node: Building<S.If>): Step {
  node.whenFalse = reader.value;
  node.to = reader.last();
  return reader.complete(node, RESUME);
}
