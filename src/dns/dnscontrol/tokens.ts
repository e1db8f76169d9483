/** A word of JavaScript, as far as calls with written arguments need them told apart. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'computed' | 'mark';
  readonly from: number;
  readonly to: number;
}

const name = /[\p{L}\p{Nl}_$][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}_$\u200c\u200d]*/uy;
const number = /(?:0[xob])?\d[\w.]*/iy;
const space = /(?:\s|\/\/[^\n\r]*|\/\*[^]*?(?:\*\/|$))+/y;
const string = /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y;
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

/** Reads any text; a character that begins nothing is a mark. Templates and regular expressions are computed. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const gap = match(space, text, at);
    if (gap > at) {
      at = gap;
      continue;
    }
    const token = tokenAt(text, at, tokens.at(-1), text);
    tokens.push(token);
    at = token.to;
  }
  return tokens;
}

function tokenAt(text: string, from: number, before: Token | undefined, source: string): Token {
  const char = text.charAt(from);
  if (char === '`') return { kind: 'computed', from, to: templateEnd(text, from) };
  const to = match(string, text, from);
  if (to > from) return { kind: 'string', from, to };
  if (char === '/' && mayBeginRegex(before, source)) {
    const end = match(regex, text, from);
    if (end > from) return { kind: 'computed', from, to: end };
  }
  const word = match(name, text, from);
  if (word > from) return { kind: 'name', from, to: word };
  const digits = match(number, text, from);
  if (digits > from) return { kind: 'number', from, to: digits };
  return { kind: 'mark', from, to: from + 1 };
}

/** After a value a slash divides; after anything else it begins a regular expression. */
function mayBeginRegex(before: Token | undefined, text: string): boolean {
  if (before === undefined) return true;
  if (before.kind === 'mark') return !/[)\]}]/.test(text.charAt(before.from));
  return before.kind === 'name' && /^(return|typeof|case|in|of|delete|void)$/.test(text.slice(before.from, before.to));
}

/** Where the template ends, with the expressions in it, which may hold templates again. */
function templateEnd(text: string, from: number): number {
  const open: ('`' | '{')[] = ['`'];
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    const inside = open.at(-1);
    if (char === '\\') at += 1;
    else if (char === '`' && inside === '`') {
      open.pop();
      if (open.length === 0) return at + 1;
    } else if (char === '`') open.push('`');
    else if (inside === '`' && char === '$' && text.charAt(at + 1) === '{') {
      open.push('{');
      at += 1;
    } else if (inside === '{' && char === '{') open.push('{');
    else if (inside === '{' && char === '}') open.pop();
  }
  return text.length;
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

/** What a string literal says. */
export function stringValue(text: string, { from, to }: Token): string {
  return text
    .slice(from + 1, to - 1)
    .replace(
      /\\(?:u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2})|(\r\n|[^]))/gi,
      (...found: (string | undefined)[]) => {
        const [, wide, four, two, plain = ''] = found;
        const code = wide ?? four ?? two;
        if (code !== undefined)
          return Number.parseInt(code, 16) > 0x10ffff ? '' : String.fromCodePoint(Number.parseInt(code, 16));
        return /[\r\n]/.test(plain) ? '' : (escapes[plain] ?? plain);
      },
    );
}

/** A string literal in the quotes of its neighbour. */
export function stringLiteral(value: string, quote: string): string {
  const body = value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
  return `${quote}${body}${quote}`;
}
