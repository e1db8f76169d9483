/**
 * The character classes of Nix's own lexer (nix/src/libexpr/lexer.l), as bits by ASCII code. Everything beyond ASCII
 * is in no class: Nix takes it inside strings and comments only.
 */
export const ID_START = 1;
export const ID_PART = 2;
export const PATH_CHAR = 4;
export const SCHEME_CHAR = 8;
export const URI_CHAR = 16;
export const DIGIT = 32;
export const BLANK = 64;

export const classes: Uint8Array = makeClasses();

function makeClasses(): Uint8Array {
  const table = new Uint8Array(128);
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
  return table;
}

/** The class bits of a character code; none beyond ASCII, and none for the NaN that `charCodeAt` gives past the end. */
export function classOf(code: number): number {
  return code < 128 ? (classes[code] as number) : 0;
}
