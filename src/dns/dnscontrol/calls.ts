import { stringValue, type Token, tokensOf } from './tokens.ts';

/** One argument of a call, comments around it left out. */
export interface Argument {
  readonly from: number;
  readonly to: number;
  readonly tokens: readonly Token[];
}

/** A call `NAME(…)` that is written out. */
export interface Call {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly args: readonly Argument[];
}

export interface DomainCalls {
  readonly written: readonly Call[];
  /** Where functions and loops say domains, which only a run of them would tell. */
  readonly computed: readonly number[];
}

/** The calls of `D` and `D_EXTEND`. Those at the top of the file are written. */
export function domainCalls(text: string, tokens: readonly Token[] = tokensOf(text)): DomainCalls {
  const written: Call[] = [];
  const computed: number[] = [];
  let depth = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const word = textOf(text, tokens[at]);
    if (/^[{([]$/.test(word)) depth += 1;
    else if (/^[})\]]$/.test(word)) depth = Math.max(0, depth - 1);
    if ((word !== 'D' && word !== 'D_EXTEND') || textOf(text, tokens[at - 1]) === '.') continue;
    const call = callAt(text, tokens.slice(at));
    if (call === null) continue;
    if (depth === 0) written.push(call);
    else computed.push(call.from);
  }
  return { written, computed };
}

/** The call that the tokens begin with. Null where its parentheses do not close. */
export function callAt(text: string, tokens: readonly Token[]): Call | null {
  const [word, open] = tokens;
  if (word?.kind !== 'name' || textOf(text, open) !== '(') return null;
  const inside = argumentsIn(text, tokens.slice(2), ')');
  return inside === null ? null : { name: textOf(text, word), from: word.from, ...inside };
}

/** What stands between commas up to the closing mark; null where that never comes. */
export function argumentsIn(
  text: string,
  tokens: readonly Token[],
  closing: ')' | ']',
): { readonly args: readonly Argument[]; readonly to: number } | null {
  const args: Argument[] = [];
  let own: Token[] = [];
  let depth = 0;
  const take = (): void => {
    const [first, last] = [own[0], own.at(-1)];
    if (first !== undefined && last !== undefined) args.push({ from: first.from, to: last.to, tokens: own });
    own = [];
  };
  for (const token of tokens) {
    const mark = token.kind === 'mark' ? textOf(text, token) : '';
    if (depth === 0 && mark === closing) {
      take();
      return { args, to: token.to };
    }
    if (depth === 0 && mark === ',') {
      take();
      continue;
    }
    if (/^[{([]$/.test(mark)) depth += 1;
    else if (/^[})\]]$/.test(mark)) depth -= 1;
    own.push(token);
  }
  return null;
}

/** The call that an argument is, and nothing beside it. */
export function wholeCall(text: string, argument: Argument): Call | null {
  const call = callAt(text, argument.tokens);
  return call !== null && call.to === argument.to ? call : null;
}

/** A written string or number, and strings put together with `+`; null for everything else. */
export function literalOf(text: string, argument: Argument | undefined): string | null {
  const [only, ...more] = argument?.tokens ?? [];
  if (only === undefined) return null;
  if (only.kind === 'number') return more.length === 0 ? textOf(text, only) : null;
  let value = '';
  for (const [at, token] of (argument?.tokens ?? []).entries()) {
    if (at % 2 === 0 && token.kind === 'string') value += stringValue(text, token);
    else if (at % 2 === 0 || textOf(text, token) !== '+') return null;
  }
  return more.length % 2 === 0 ? value : null;
}

/** `var addr = IP("192.0.2.1")` or `const addr = "192.0.2.1"`, where the name is given a value once. */
export function constantsOf(text: string, tokens: readonly Token[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const assigned = new Map<string, number>();
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'name' || textOf(text, tokens[at + 1]) !== '=' || textOf(text, tokens[at + 2]) === '=') continue;
    const word = textOf(text, token);
    assigned.set(word, (assigned.get(word) ?? 0) + 1);
    if (!/^(var|let|const|,)$/.test(textOf(text, tokens[at - 1]))) continue;
    const value = tokens[at + 2];
    const inner = textOf(text, value) === 'IP' && textOf(text, tokens[at + 3]) === '(' ? tokens[at + 4] : value;
    const behind = tokens[at + (inner === value ? 3 : 6)];
    const ends =
      behind === undefined ||
      /^(;|,|var|let|const|D|D_EXTEND)$/.test(textOf(text, behind)) ||
      onNextLine(text, inner, behind);
    if (inner?.kind === 'string' && ends && !/^[+.?]$/.test(textOf(text, behind)))
      found.set(word, stringValue(text, inner));
  }
  return new Map([...found].filter(([word]) => assigned.get(word) === 1));
}

function onNextLine(text: string, one: Token | undefined, other: Token): boolean {
  return one !== undefined && text.slice(one.to, other.from).includes('\n');
}

function textOf(text: string, token: Token | undefined): string {
  return token === undefined ? '' : text.slice(token.from, token.to);
}
