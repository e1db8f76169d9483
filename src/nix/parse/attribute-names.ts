import type * as S from '../syntax.ts';
import * as T from '../token.ts';
import { type Building, type Reader, RESUME, type Step, STOP } from './reader.ts';
import { completeString, endInterpolation, interpolation, openString } from './strings.ts';

/** Gathers the steps of an attribute path for the frame on top, which goes on when the path is at its end. */
export function attributePath(reader: Reader): Step {
  for (;;) {
    if (!isPlainName(reader.kind)) return quotedName(reader);
    reader.gather(reader.ident());
    if (!reader.is(T.DOT)) return reader.resume();
    reader.advance();
  }
}

/** True where a path goes on behind a name that had to be waited for; the dot is then read. */
export function pathGoesOn(reader: Reader): boolean {
  if (!reader.is(T.DOT)) return false;
  reader.advance();
  return true;
}

/** Gathers the names that stand one behind the other. */
export function names(reader: Reader): Step {
  while (isPlainName(reader.kind)) reader.gather(reader.ident());
  return startsName(reader.kind) ? quotedName(reader) : reader.resume();
}

export function startsName(kind: number): boolean {
  return isPlainName(kind) || kind === T.QUOTE || kind === T.INTERPOLATION;
}

/** Behind a dot and before `=`, `or` is a name like any other. */
function isPlainName(kind: number): boolean {
  return kind === T.ID || kind === T.OR_WORD;
}

/** `"a"` or `${a}` as a name. The frame on top goes on behind each of them. */
function quotedName(reader: Reader): Step {
  if (reader.is(T.QUOTE)) return openString(reader, endStringName);
  if (reader.is(T.INTERPOLATION)) return interpolation(reader, endComputedName);
  return reader.fail('an attribute name');
}

function endStringName(reader: Reader, node: Building<S.StringLiteral>): Step {
  completeString(reader, node);
  reader.close();
  reader.gather(node);
  return RESUME;
}

function endComputedName(reader: Reader, node: Building<S.Interpolation>): Step {
  return endInterpolation(reader, node) ? RESUME : STOP;
}
