import { lexNix, lexShared } from './lexer.ts';
import { afterSelection, afterSimple, expression, operand, simple } from './parse/expressions.ts';
import { afterOperand } from './parse/operators.ts';
import {
  AFTER_OPERAND,
  AFTER_SELECTION,
  AFTER_SIMPLE,
  EXPRESSION,
  OPERAND,
  Reader,
  SIMPLE,
  type Step,
  STOP,
} from './parse/reader.ts';
import type { Expr } from './syntax.ts';
import * as T from './token.ts';
import type { NixError, Tokens } from './token.ts';

/** A text, what it says, and what is wrong with it: `root` is null exactly where `errors` holds something. */
export interface NixTree {
  readonly text: string;
  readonly root: Expr | null;
  readonly errors: readonly NixError[];
  /** Read anew when first asked for: few do, and a fleet's trees are kept in memory without them. */
  readonly tokens: Tokens;
}

/** Reads any text as Nix. Never throws, whatever the text holds and however deep it nests. */
export function parseNix(text: string): NixTree {
  const { tokens, error } = lexShared(text);
  reader.begin(text, tokens);
  reader.open({}, endOfFile);
  let step: Step = EXPRESSION;
  while (step !== STOP) step = take(step);
  const refused = reader.error;
  // The earlier of the two is what a person must mend first.
  const first = error !== null && (refused === null || error.offset <= refused.offset) ? error : refused;
  const tree = new ReadTree(text, reader.value, first);
  reader.end();
  return tree;
}

/** One for all texts, for the reason that the lexer gives. */
const reader = new Reader();

function take(step: Step): Step {
  switch (step) {
    case EXPRESSION:
      return expression(reader);
    case OPERAND:
      return operand(reader);
    case SIMPLE:
      return simple(reader);
    case AFTER_SIMPLE:
      return afterSimple(reader);
    case AFTER_SELECTION:
      return afterSelection(reader);
    case AFTER_OPERAND:
      return afterOperand(reader);
    default:
      return reader.resume();
  }
}

function endOfFile(): Step {
  return reader.is(T.END) ? STOP : reader.fail('end of file');
}

class ReadTree implements NixTree {
  readonly text: string;
  readonly root: Expr | null;
  readonly errors: readonly NixError[];
  private read: Tokens | null = null;

  constructor(text: string, root: Expr, error: NixError | null) {
    this.text = text;
    this.root = error === null ? root : null;
    this.errors = error === null ? [] : [error];
  }

  get tokens(): Tokens {
    this.read ??= lexNix(this.text).tokens;
    return this.read;
  }
}
