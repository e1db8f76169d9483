import * as T from '../token.ts';

/** Signs that are known by their spelling alone. Braces, quotes, dots and what may begin a path are read by rule. */
const spellings: readonly (readonly [string, number])[] = [
  ['[', T.BRACKET],
  [']', T.BRACKET_END],
  ['(', T.PAREN],
  [')', T.PAREN_END],
  [';', T.SEMICOLON],
  [':', T.COLON],
  [',', T.COMMA],
  ['@', T.AT],
  ['?', T.QUESTION],
  ['*', T.TIMES],
  ['=', T.ASSIGN],
  ['==', T.EQUAL],
  ['!', T.NOT],
  ['!=', T.UNEQUAL],
  ['&&', T.AND],
  ['||', T.OR],
  ['|>', T.PIPE_INTO],
  ['<', T.LESS],
  ['<=', T.LESS_EQUAL],
  ['<|', T.PIPE_FROM],
  ['>', T.GREATER],
  ['>=', T.GREATER_EQUAL],
  ['+', T.PLUS],
  ['++', T.CONCAT],
  ['-', T.MINUS],
  ['->', T.IMPLIES],
  ['/', T.DIVIDE],
  ['//', T.UPDATE],
];

const alone = new Uint8Array(256).fill(T.INVALID);
const pairs = new Uint8Array(1 << 14);
/** By unit: a token whatever follows it. 0 elsewhere. */
export const singles: Uint8Array = new Uint8Array(256);

for (const [spelling, kind] of spellings) {
  const first = spelling.charCodeAt(0);
  if (spelling.length === 1) alone[first] = kind;
  else pairs[(first << 7) | spelling.charCodeAt(1)] = kind;
}
for (const character of '[]();:,@?*') singles[character.charCodeAt(0)] = alone[character.charCodeAt(0)] as number;

/** The kind of the sign of two units, or 0 where they are none. */
export function pairKind(first: number, second: number): number {
  return first < 128 && second < 128 ? (pairs[(first << 7) | second] as number) : 0;
}

/** The kind of a sign of one unit; INVALID where the unit begins nothing in Nix. */
export function signKind(unit: number): number {
  return alone[unit] as number;
}
