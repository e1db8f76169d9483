/**
 * The character classes of Nix's own lexer (nix/src/libexpr/lexer.l), as bits by code unit as `unitsOf` gives it.
 * Everything beyond ASCII is in no class: Nix takes it inside strings and comments only.
 */
export const ID_START = 1;
export const ID_PART = 2;
export const PATH_CHAR = 4;
export const SCHEME_CHAR = 8;
export const URI_CHAR = 16;
export const DIGIT = 32;
export const BLANK = 64;
/** Behind a word, these can make a path or a URI of it. */
export const JOINT = 128;

/** Characters that the lexer knows by name, as the code units that they are. */
export const NUL = 0;
export const LINE_FEED = 10;
export const CARRIAGE_RETURN = 13;
export const BANG = 33;
export const DOUBLE_QUOTE = 34;
export const HASH = 35;
export const DOLLAR = 36;
export const APOSTROPHE = 39;
export const ASTERISK = 42;
export const PLUS = 43;
export const MINUS = 45;
export const DOT = 46;
export const SLASH = 47;
export const ZERO = 48;
export const COLON = 58;
export const LESS = 60;
export const GREATER = 62;
export const BACKSLASH = 92;
export const UNDERSCORE = 95;
export const LOWER_E = 101;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;
export const TILDE = 126;

/** By code unit, which is below 256, so that no look-up can miss. */
export const classes: Uint8Array = makeClasses();

function makeClasses(): Uint8Array {
  const table = new Uint8Array(256);
  const add = (characters: string, bits: number): void => {
    for (let i = 0; i < characters.length; i++) {
      const code = characters.charCodeAt(i);
      table[code] = (table[code] ?? 0) | bits;
    }
  };
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const digits = '0123456789';
  add(letters, ID_START | ID_PART | PATH_CHAR | SCHEME_CHAR | URI_CHAR);
  add(digits, ID_PART | PATH_CHAR | SCHEME_CHAR | URI_CHAR | DIGIT);
  add('_', ID_START);
  add("_'-", ID_PART);
  add('._-+', PATH_CHAR);
  add('+-.', SCHEME_CHAR);
  add("%/?:@&=+$,-_.!~*'", URI_CHAR);
  add(' \t\r\n', BLANK);
  add('.+/:', JOINT);
  return table;
}
