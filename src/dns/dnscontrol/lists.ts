import { type Argument, argumentsIn } from './calls.ts';
import type { Token } from './tokens.ts';

/** `var mail = [MX(…), TXT(…)];` at the top of the file: records that every domain has which names the list. */
export interface RecordList {
  readonly items: readonly Argument[];
  /** How many places name it. */
  readonly uses: number;
}

export function listsOf(text: string, tokens: readonly Token[]): ReadonlyMap<string, RecordList> {
  const word = (at: number): string => {
    const token = tokens[at];
    return token === undefined ? '' : text.slice(token.from, token.to);
  };
  const found = new Map<string, { items: readonly Argument[]; uses: number; assigned: number }>();
  for (let at = 0; at < tokens.length; at += 1) {
    if (!/^(var|let|const)$/.test(word(at)) || word(at + 2) !== '=' || word(at + 3) !== '[') continue;
    const list = argumentsIn(text, tokens.slice(at + 4), ']');
    // What stands behind the bracket may make something else of the list.
    if (list === null || /^[.([+?]$/.test(text.slice(list.to).trimStart().charAt(0))) continue;
    found.set(word(at + 1), { items: list.args, uses: 0, assigned: 0 });
  }
  for (let at = 0; at < tokens.length; at += 1) {
    const list = tokens[at]?.kind === 'name' && word(at - 1) !== '.' ? found.get(word(at)) : undefined;
    if (list === undefined) continue;
    if (word(at + 1) === '=' && word(at + 2) !== '=') list.assigned += 1;
    else list.uses += 1;
  }
  return new Map([...found].filter(([, { assigned }]) => assigned === 1));
}
