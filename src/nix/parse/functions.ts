import type * as S from '../syntax.ts';
import * as T from '../token.ts';
import { type Building, EXPRESSION, none, pending, type Reader, RESUME, type Step, STOP } from './reader.ts';

/** Tells `a: …` and `a@{ … }: …` from a variable. */
export function isNamedFunction(reader: Reader): boolean {
  const next = reader.ahead(1);
  return next === T.COLON || next === T.AT;
}

/** Tells `{ a, b }: …` from `{ a = 1; }` by at most three tokens. */
export function isFormalsFunction(reader: Reader): boolean {
  const first = reader.ahead(1);
  const second = reader.ahead(2);
  if (first === T.BRACE_END) return second === T.COLON || second === T.AT;
  if (first === T.ID) return second === T.COMMA || second === T.QUESTION || second === T.BRACE_END;
  return first === T.ELLIPSIS;
}

export function namedFunction(reader: Reader): Step {
  const node = open(reader);
  node.name = reader.ident();
  const isAlone = reader.is(T.COLON);
  reader.advance();
  if (isAlone) return EXPRESSION;
  return reader.is(T.BRACE) ? formals(reader, node) : reader.fail('"{" of a formal argument set');
}

export function formalsFunction(reader: Reader): Step {
  return formals(reader, open(reader));
}

function open(reader: Reader): Building<S.Lambda> {
  const node: Building<S.Lambda> = {
    type: 'lambda',
    from: reader.start(),
    to: 0,
    name: null,
    formals: null,
    body: pending,
  };
  reader.open(node, endFunction);
  return node;
}

function endFunction(reader: Reader, node: Building<S.Lambda>): Step {
  node.body = reader.value;
  node.to = reader.last();
  return reader.complete(node, RESUME);
}

function formals(reader: Reader, node: Building<S.Lambda>): Step {
  node.formals = { type: 'formals', from: reader.start(), to: 0, items: none, ellipsis: null };
  reader.advance();
  return formal(reader, node);
}

/** The formals from here to the closing brace, or to one that has a default. */
function formal(reader: Reader, node: Building<S.Lambda>): Step {
  while (reader.is(T.ID)) {
    const name = reader.ident();
    const item: Building<S.Formal> = { type: 'formal', from: name.from, to: name.to, name, fallback: null };
    reader.gather(item);
    if (reader.is(T.QUESTION)) {
      reader.open(item, endDefault);
      reader.advance();
      return EXPRESSION;
    }
    if (!separates(reader)) return STOP;
  }
  return endFormals(reader, node);
}

function endDefault(reader: Reader, item: Building<S.Formal>): Step {
  item.fallback = reader.value;
  item.to = reader.last();
  reader.close();
  return separates(reader) ? formal(reader, reader.node() as Building<S.Lambda>) : STOP;
}

/** Steps over the comma behind a formal. The last needs none. */
function separates(reader: Reader): boolean {
  return reader.is(T.BRACE_END) || reader.takes(T.COMMA, '"," or "}"');
}

function endFormals(reader: Reader, node: Building<S.Lambda>): Step {
  const { from } = node.formals as S.Formals;
  const ellipsis = reader.is(T.ELLIPSIS) ? reader.start() : null;
  if (ellipsis !== null) reader.advance();
  if (!reader.takes(T.BRACE_END, ellipsis === null ? 'the name of an argument' : '"}"')) return STOP;
  const items = reader.children<S.Formal>();
  node.formals = { type: 'formals', from, to: reader.last(), items, ellipsis };
  if (node.name === null && reader.is(T.AT)) {
    reader.advance();
    if (!reader.is(T.ID)) return reader.fail('a name after "@"');
    node.name = reader.ident();
  }
  if (!reader.takes(T.COLON)) return STOP;
  const twice = namedTwice(items, node.name);
  if (twice === null) return EXPRESSION;
  return reader.refuse(twice.from, `the argument "${twice.name}" is named twice`);
}

/** The second of two formals of one name, or the formal that has the name beside `@`. */
function namedTwice(items: readonly S.Formal[], beside: S.Ident | null): S.Ident | null {
  const seen = new Set<string>();
  for (const { name } of items) {
    if (seen.has(name.name)) return name;
    seen.add(name.name);
  }
  return beside !== null && seen.has(beside.name) ? beside : null;
}
