import type * as S from '../syntax.ts';
import * as T from '../token.ts';
import { attributePath, pathGoesOn } from './attribute-names.ts';
import { AFTER_OPERAND, type Building, none, OPERAND, pending, type Reader, type Step, WHOLE } from './reader.ts';

/** Binding strength by token kind minus `firstBinary`, as in nix/src/libexpr/parser.y. */
const strengths = [1, 1, 2, 3, 4, 5, 5, 6, 6, 6, 6, 7, 9, 9, 10, 10, 11];
const PIPE = 1;
const EQUALITY = 5;
const COMPARISON = 6;
const NOT = 8;
const HAS = 12;
const NEGATE = 13;

/** Reads the signs before an operand. */
export function unarySigns(reader: Reader): void {
  while (reader.is(T.NOT) || reader.is(T.MINUS)) {
    const op = reader.is(T.NOT) ? '!' : '-';
    const node: Building<S.Unary> = { type: 'unary', from: reader.start(), to: 0, op, operand: pending };
    reader.open(node, endUnary, op === '!' ? NOT : NEGATE);
    reader.advance();
  }
}

function endUnary(reader: Reader, node: Building<S.Unary>): Step {
  node.operand = reader.value;
  node.to = reader.last();
  return reader.complete(node, AFTER_OPERAND);
}

/** An operand is complete: an operator takes it, or the whole expression is complete. */
export function afterOperand(reader: Reader): Step {
  const { kind } = reader;
  if (kind === T.QUESTION) return hasAttribute(reader);
  if (kind >= T.firstBinary) return operator(reader, kind, strengths[kind - T.firstBinary] as number);
  reduce(reader, WHOLE);
  return reader.resume();
}

function hasAttribute(reader: Reader): Step {
  reduce(reader, HAS);
  reader.advance();
  const base = reader.value;
  const node: Building<S.HasAttr> = { type: 'has-attr', from: base.from, to: 0, base, path: none };
  reader.open(node, endHasAttribute);
  return attributePath(reader);
}

function endHasAttribute(reader: Reader, node: Building<S.HasAttr>): Step {
  if (pathGoesOn(reader)) return attributePath(reader);
  node.path = reader.children();
  node.to = reader.last();
  return reader.complete(node, AFTER_OPERAND);
}

function operator(reader: Reader, kind: number, strength: number): Step {
  reduce(reader, strength);
  const op = T.tokenNames[kind] as string;
  if (reader.waitsFor() === strength) {
    if (strength === EQUALITY || strength === COMPARISON)
      return reader.fail('no second comparison without parentheses');
    if (strength === PIPE && op !== (reader.node() as S.Binary).op)
      return reader.fail('no other pipe without parentheses');
    if (!isRightToLeft(kind)) reader.resume();
  }
  const left = reader.value;
  const opAt = reader.start();
  const node: Building<S.Binary> = { type: 'binary', from: left.from, to: 0, op, left, right: pending, opAt };
  reader.open(node, endBinary, strength);
  reader.advance();
  return OPERAND;
}

function endBinary(reader: Reader, node: Building<S.Binary>): Step {
  node.right = reader.value;
  node.to = reader.last();
  return reader.complete(node, AFTER_OPERAND);
}

/** Completes the operators on top that bind more strongly. Each makes its own value, so what comes next is known. */
function reduce(reader: Reader, strength: number): void {
  while (reader.waitsFor() > strength) reader.resume();
}

function isRightToLeft(kind: number): boolean {
  return kind === T.PIPE_FROM || kind === T.IMPLIES || kind === T.UPDATE || kind === T.CONCAT;
}
