import type * as S from '../syntax.ts';
import * as T from '../token.ts';
import {
  AFTER_SIMPLE,
  type Building,
  EXPRESSION,
  none,
  pending,
  type Reader,
  type Step,
  STOP,
  type Then,
} from './reader.ts';

/** A string as an expression. */
export function string(reader: Reader): Step {
  return openString(reader, endString);
}

function endString(reader: Reader, node: Building<S.StringLiteral>): Step {
  completeString(reader, node);
  return reader.complete(node, AFTER_SIMPLE);
}

/** A string whose end `then` sees, with its closing quotes read. */
export function openString(reader: Reader, then: Then<Building<S.StringLiteral>>): Step {
  const indented = reader.is(T.IND);
  reader.open({ type: 'string', from: reader.start(), to: 0, indented, parts: none }, then);
  reader.advance();
  return stringParts(reader);
}

export function completeString(reader: Reader, node: Building<S.StringLiteral>): void {
  node.parts = reader.children();
  node.to = reader.last();
}

function stringParts(reader: Reader): Step {
  texts(reader, T.TEXT);
  if (reader.is(T.INTERPOLATION)) return interpolation(reader, endStringPart);
  if (!reader.is(T.QUOTE_END) && !reader.is(T.IND_END)) return reader.fail('the end of the string');
  reader.advance();
  return reader.resume();
}

function endStringPart(reader: Reader, node: Building<S.Interpolation>): Step {
  return endInterpolation(reader, node) ? stringParts(reader) : STOP;
}

/** `${…}`, which becomes a child of what is on top: of a string, a path or an attribute path. */
export function interpolation(reader: Reader, then: Then<Building<S.Interpolation>>): Step {
  reader.open({ type: 'interpolation', from: reader.start(), to: 0, expr: pending }, then);
  reader.advance();
  return EXPRESSION;
}

export function endInterpolation(reader: Reader, node: Building<S.Interpolation>): boolean {
  if (!reader.takes(T.BRACE_END)) return false;
  node.expr = reader.value;
  node.to = reader.last();
  reader.close();
  reader.gather(node);
  return true;
}

/** A path with no interpolation in it. */
export function plainPath(reader: Reader): S.PathLiteral {
  const from = reader.start();
  const to = reader.stop();
  reader.advance();
  return { type: 'path', from, to, parts: [{ type: 'text', from, to }] };
}

export function path(reader: Reader): Step {
  reader.open({ type: 'path', from: reader.start(), to: 0, parts: none }, endPath);
  texts(reader, T.PATH_START);
  return pathParts(reader);
}

function endPath(reader: Reader, node: Building<S.PathLiteral>): Step {
  node.parts = reader.children();
  node.to = reader.last();
  return reader.complete(node, AFTER_SIMPLE);
}

function pathParts(reader: Reader): Step {
  texts(reader, T.PATH_TEXT);
  if (reader.is(T.INTERPOLATION)) return interpolation(reader, endPathPart);
  return reader.takes(T.PATH_END, 'the end of the path') ? reader.resume() : STOP;
}

function endPathPart(reader: Reader, node: Building<S.Interpolation>): Step {
  return endInterpolation(reader, node) ? pathParts(reader) : STOP;
}

/** Gathers the tokens of literal text that are next: at `//`, a path has two in a row. */
function texts(reader: Reader, kind: number): void {
  while (reader.is(kind)) {
    const node: S.Text = { type: 'text', from: reader.start(), to: reader.stop() };
    reader.gather(node);
    reader.advance();
  }
}
