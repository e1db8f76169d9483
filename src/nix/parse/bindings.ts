import type * as S from '../syntax.ts';
import * as T from '../token.ts';
import { attributePath, names, pathGoesOn, startsName } from './attribute-names.ts';
import {
  AFTER_SIMPLE,
  type Building,
  EXPRESSION,
  none,
  pending,
  type Reader,
  RESUME,
  type Step,
  STOP,
} from './reader.ts';
import { allowsName } from './static-names.ts';

/** `{ … }`, `rec { … }` and the old `let { … }`. */
export function attrs(reader: Reader): Step {
  const from = reader.start();
  const kind = reader.is(T.BRACE) ? 'plain' : reader.is(T.REC) ? 'rec' : 'let';
  if (kind !== 'plain') reader.advance();
  const open = reader.start();
  if (!reader.takes(T.BRACE)) return STOP;
  const node: Building<S.AttrSet> = { type: 'attrs', from, to: 0, kind, bindings: none, open };
  reader.open(node, endAttrs);
  return binding(reader);
}

function endAttrs(reader: Reader, node: Building<S.AttrSet>): Step {
  if (!reader.takes(T.BRACE_END, 'a binding or "}"')) return STOP;
  node.bindings = reader.children();
  node.to = reader.last();
  return reader.complete(node, AFTER_SIMPLE);
}

/** `let … in …` */
export function letIn(reader: Reader): Step {
  const node: Building<S.Let> = { type: 'let', from: reader.start(), to: 0, bindings: none, body: pending };
  reader.open(node, endLetBindings);
  reader.advance();
  return binding(reader);
}

function endLetBindings(reader: Reader, node: Building<S.Let>): Step {
  if (!reader.is(T.IN)) return reader.fail('a binding or "in"');
  node.bindings = reader.children();
  const computed = node.bindings.find((each) => !allowsName(each));
  if (computed !== undefined) return reader.refuse(computed.from, 'a "let" cannot bind a computed name');
  reader.advance();
  reader.waitFor(endLet);
  return EXPRESSION;
}

function endLet(reader: Reader, node: Building<S.Let>): Step {
  node.body = reader.value;
  node.to = reader.last();
  return reader.complete(node, RESUME);
}

/** A binding, if one is next; what holds the bindings goes on where none is. */
function binding(reader: Reader): Step {
  if (startsName(reader.kind)) return bind(reader);
  return reader.is(T.INHERIT) ? inherit(reader) : reader.resume();
}

function bind(reader: Reader): Step {
  const from = reader.start();
  const node: Building<S.Bind> = { type: 'bind', from, to: 0, path: none, equals: 0, value: pending };
  reader.open(node, endBindPath);
  return attributePath(reader);
}

function endBindPath(reader: Reader, node: Building<S.Bind>): Step {
  if (pathGoesOn(reader)) return attributePath(reader);
  node.path = reader.children();
  node.equals = reader.start();
  reader.waitFor(endBind);
  return reader.takes(T.ASSIGN, '"=" or "."') ? EXPRESSION : STOP;
}

function endBind(reader: Reader, node: Building<S.Bind>): Step {
  if (!reader.takes(T.SEMICOLON)) return STOP;
  node.value = reader.value;
  return add(reader, node);
}

function inherit(reader: Reader): Step {
  const node: Building<S.Inherit> = { type: 'inherit', from: reader.start(), to: 0, source: null, names: none };
  reader.advance();
  if (!reader.is(T.PAREN)) {
    reader.open(node, endInherit);
    return names(reader);
  }
  reader.open(node, endInheritSource);
  reader.advance();
  return EXPRESSION;
}

function endInheritSource(reader: Reader, node: Building<S.Inherit>): Step {
  node.source = reader.value;
  if (!reader.takes(T.PAREN_END)) return STOP;
  reader.waitFor(endInherit);
  return names(reader);
}

function endInherit(reader: Reader, node: Building<S.Inherit>): Step {
  if (startsName(reader.kind)) return names(reader);
  if (!reader.takes(T.SEMICOLON, 'an attribute name or ";"')) return STOP;
  node.names = reader.children();
  if (allowsName(node)) return add(reader, node);
  return reader.refuse(node.from, 'an "inherit" cannot name a computed attribute');
}

function add(reader: Reader, node: Building<S.Binding>): Step {
  node.to = reader.last();
  reader.close();
  reader.gather(node);
  return binding(reader);
}
