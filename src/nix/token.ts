/**
 * What the lexer tells the parser. Plain numbers, because a token is one entry in three typed arrays and a file has
 * a token for every five bytes. The order matters in one place: see `firstBinary`.
 */
export const END = 0;
/** A character that begins nothing in Nix. */
export const INVALID = 1;
export const ID = 2;
export const INT = 3;
export const FLOAT = 4;
export const URI = 5;
export const SEARCH_PATH = 6;
/** A path without interpolation. */
export const PATH = 7;
/** The literal beginning of a path that goes on with `${`; closed by PATH_END, which is empty. */
export const PATH_START = 8;
export const PATH_TEXT = 9;
export const PATH_END = 10;
export const QUOTE = 11;
export const TEXT = 12;
export const QUOTE_END = 13;
export const IND = 14;
export const IND_END = 15;
export const INTERPOLATION = 16;
export const BRACE = 17;
export const BRACE_END = 18;
export const BRACKET = 19;
export const BRACKET_END = 20;
export const PAREN = 21;
export const PAREN_END = 22;
export const SEMICOLON = 23;
export const COLON = 24;
export const COMMA = 25;
export const AT = 26;
export const DOT = 27;
export const ASSIGN = 28;
export const QUESTION = 29;
export const ELLIPSIS = 30;
export const NOT = 31;
export const IF = 32;
export const THEN = 33;
export const ELSE = 34;
export const ASSERT = 35;
export const WITH = 36;
export const LET = 37;
export const IN = 38;
export const REC = 39;
export const INHERIT = 40;
export const OR_WORD = 41;
export const PIPE_INTO = 42;
export const PIPE_FROM = 43;
export const IMPLIES = 44;
export const OR = 45;
export const AND = 46;
export const EQUAL = 47;
export const UNEQUAL = 48;
export const LESS = 49;
export const GREATER = 50;
export const LESS_EQUAL = 51;
export const GREATER_EQUAL = 52;
export const UPDATE = 53;
export const PLUS = 54;
export const MINUS = 55;
export const TIMES = 56;
export const DIVIDE = 57;
export const CONCAT = 58;

/** From here on, every kind is a binary operator. */
export const firstBinary = PIPE_INTO;

/** How messages name a kind, by its number. */
export const tokenNames: readonly string[] = [
  'end of file',
  'invalid character',
  'identifier',
  'integer',
  'floating-point number',
  'URI',
  'search path',
  'path',
  'path',
  'path',
  'end of path',
  '"',
  'string',
  '"',
  "''",
  "''",
  '${',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  ';',
  ':',
  ',',
  '@',
  '.',
  '=',
  '?',
  '...',
  '!',
  'if',
  'then',
  'else',
  'assert',
  'with',
  'let',
  'in',
  'rec',
  'inherit',
  'or',
  '|>',
  '<|',
  '->',
  '||',
  '&&',
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  '//',
  '+',
  '-',
  '*',
  '/',
  '++',
];

/** All significant tokens of a text in order; what lies between two of them is blank or comment. */
export interface Tokens {
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly count: number;
}

/** A place in a text, and what is wrong there. Line and column are worked out when somebody asks. */
export interface NixError {
  /** In UTF-16 code units from 0. */
  readonly offset: number;
  readonly message: string;
}
