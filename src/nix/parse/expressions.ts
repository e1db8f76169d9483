import type * as S from '../syntax.ts';
import * as T from '../token.ts';
import { attributePath, pathGoesOn } from './attribute-names.ts';
import { attrs, letIn } from './bindings.ts';
import { assertIn, ifElse, withIn } from './clauses.ts';
import { formalsFunction, isFormalsFunction, isNamedFunction, namedFunction } from './functions.ts';
import { afterOperand, unarySigns } from './operators.ts';
import {
  AFTER_SELECTION,
  AFTER_SIMPLE,
  type Building,
  EXPRESSION,
  none,
  pending,
  type Reader,
  SELECTION,
  SIMPLE,
  type Step,
  STOP,
} from './reader.ts';
import { path, plainPath, string } from './strings.ts';

/** A whole expression may begin here: functions, `let … in`, `if` and the like are allowed. */
export function expression(reader: Reader): Step {
  switch (reader.kind) {
    case T.ID:
      return isNamedFunction(reader) ? namedFunction(reader) : simple(reader);
    case T.BRACE:
      return isFormalsFunction(reader) ? formalsFunction(reader) : attrs(reader);
    case T.LET:
      return reader.ahead(1) === T.BRACE ? attrs(reader) : letIn(reader);
    case T.WITH:
      return withIn(reader);
    case T.ASSERT:
      return assertIn(reader);
    case T.IF:
      return ifElse(reader);
    default:
      return operand(reader);
  }
}

export function operand(reader: Reader): Step {
  unarySigns(reader);
  return simple(reader);
}

/** What can be selected from, be called and be an argument without parentheses. */
export function simple(reader: Reader): Step {
  switch (reader.kind) {
    case T.ID:
      reader.value = reader.ident();
      return afterSimple(reader);
    case T.QUOTE:
    case T.IND:
      return string(reader);
    case T.PATH:
      reader.value = plainPath(reader);
      return afterSimple(reader);
    case T.PATH_START:
      return path(reader);
    case T.PAREN:
      return paren(reader);
    case T.BRACKET:
      return list(reader);
    case T.BRACE:
    case T.REC:
    case T.LET:
      return attrs(reader);
    default:
      return literal(reader);
  }
}

function literal(reader: Reader): Step {
  const from = reader.start();
  const to = reader.stop();
  switch (reader.kind) {
    case T.INT:
      reader.value = { type: 'int', from, to };
      break;
    case T.FLOAT:
      reader.value = { type: 'float', from, to };
      break;
    case T.URI:
      reader.value = { type: 'uri', from, to };
      break;
    case T.SEARCH_PATH:
      reader.value = { type: 'search-path', from, to };
      break;
    default:
      return reader.fail('');
  }
  reader.advance();
  return afterSimple(reader);
}

function paren(reader: Reader): Step {
  const node: Building<S.Paren> = { type: 'paren', from: reader.start(), to: 0, expr: pending };
  reader.open(node, endParen);
  reader.advance();
  return EXPRESSION;
}

function endParen(reader: Reader, node: Building<S.Paren>): Step {
  if (!reader.takes(T.PAREN_END)) return STOP;
  node.expr = reader.value;
  node.to = reader.last();
  return reader.complete(node, AFTER_SIMPLE);
}

function list(reader: Reader): Step {
  const node: Building<S.List> = { type: 'list', from: reader.start(), to: 0, items: none };
  reader.open(node, endItem, SELECTION);
  reader.advance();
  return reader.is(T.BRACKET_END) ? endList(reader, node) : SIMPLE;
}

function endItem(reader: Reader, node: Building<S.List>): Step {
  reader.gather(reader.value);
  return reader.is(T.BRACKET_END) ? endList(reader, node) : SIMPLE;
}

function endList(reader: Reader, node: Building<S.List>): Step {
  reader.advance();
  node.items = reader.children();
  node.to = reader.last();
  return reader.complete(node, AFTER_SIMPLE);
}

export function afterSimple(reader: Reader): Step {
  if (reader.is(T.DOT)) return select(reader);
  if (reader.is(T.OR_WORD)) {
    // `x or` applies x to a variable named `or`: an accident of the grammar that old code relies on.
    const fn = reader.value;
    const or = reader.ident();
    reader.value = { type: 'apply', from: fn.from, to: or.to, fn, args: [or] };
  }
  return afterSelection(reader);
}

function select(reader: Reader): Step {
  const base = reader.value;
  const node: Building<S.Select> = { type: 'select', from: base.from, to: 0, base, path: none, fallback: null };
  reader.open(node, endSelectPath);
  reader.advance();
  return attributePath(reader);
}

function endSelectPath(reader: Reader, node: Building<S.Select>): Step {
  if (pathGoesOn(reader)) return attributePath(reader);
  node.path = reader.children();
  if (!reader.is(T.OR_WORD)) return endSelect(reader, node);
  reader.advance();
  reader.waitFor(endFallback, SELECTION);
  return SIMPLE;
}

function endFallback(reader: Reader, node: Building<S.Select>): Step {
  node.fallback = reader.value;
  return endSelect(reader, node);
}

function endSelect(reader: Reader, node: Building<S.Select>): Step {
  node.to = reader.last();
  return reader.complete(node, AFTER_SELECTION);
}

export function afterSelection(reader: Reader): Step {
  if (reader.waitsFor() === SELECTION) return reader.resume();
  return startsSimple[reader.kind] === 1 ? apply(reader) : afterOperand(reader);
}

function apply(reader: Reader): Step {
  const fn = reader.value;
  const node: Building<S.Apply> = { type: 'apply', from: fn.from, to: 0, fn, args: none };
  reader.open(node, endArgument, SELECTION);
  return SIMPLE;
}

function endArgument(reader: Reader, node: Building<S.Apply>): Step {
  reader.gather(reader.value);
  if (startsSimple[reader.kind] === 1) return SIMPLE;
  node.args = reader.children();
  node.to = reader.last();
  reader.complete(node, STOP);
  return afterOperand(reader);
}

const startsSimple = new Uint8Array(64);
for (const kind of [
  T.ID,
  T.INT,
  T.FLOAT,
  T.URI,
  T.SEARCH_PATH,
  T.PATH,
  T.PATH_START,
  T.QUOTE,
  T.IND,
  T.PAREN,
  T.BRACKET,
  T.BRACE,
  T.REC,
  T.LET,
])
  startsSimple[kind] = 1;
