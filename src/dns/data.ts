import { canonicalIpv4, canonicalIpv6 } from './address.ts';
import { absoluteName, lowerCase, nameProblem } from './name.ts';
import { algorithmNumber } from './algorithms.ts';
import { type FieldKind, shapeOf, typeNamed } from './record-types.ts';
import { canonicalParams } from './svc-params.ts';
import { wordsOfWire } from './wire.ts';

/** One word of a record's data, as it is written. `quoted`: it stood in double quotes, which `text` leaves out. */
export interface DataWord {
  readonly text: string;
  readonly quoted: boolean;
}

export type DataReading =
  | { readonly kind: 'data'; readonly data: string }
  | { readonly kind: 'wrong'; readonly problem: string };

const wrong = (problem: string): DataReading => ({ kind: 'wrong', problem });

/**
 * The one spelling of a record's data: absolute lower-case names, RFC 5952 addresses, quoted strings. Two records of a
 * type hold the same exactly when their canonical data are equal strings.
 */
export function canonicalData(type: string, words: readonly DataWord[], origin: string): DataReading {
  const first = words[0];
  // A list of address prefixes may be empty (RFC 3123 section 4).
  if (first === undefined)
    return type === 'APL' ? { kind: 'data', data: '' } : wrong(`the data of the ${type} record is missing`);
  if (first.text === '\\#' && !first.quoted) return unknownForm(type, words);
  const out: string[] = [];
  let at = 0;
  for (const kind of shapeOf(type)) {
    if (isRest(kind)) {
      const rest = canonicalRest(kind, words.slice(at), type);
      if (typeof rest !== 'string') return rest;
      if (rest !== '') out.push(rest);
      at = words.length;
      continue;
    }
    const word = words[at];
    if (word === undefined) return wrong(`the data of the ${type} record ends early`);
    const field = canonicalField(kind, word, origin, type);
    if (typeof field !== 'string') return field;
    out.push(field);
    at += 1;
  }
  const extra = words[at];
  if (extra !== undefined) return wrong(`"${extra.text}" is more than a ${type} record holds`);
  return { kind: 'data', data: out.join(' ') };
}

/** Reads data as people type it: `10 mail`, `"v=spf1 -all"`. */
export function readData(type: string, text: string, origin: string): DataReading {
  const words = dataWords(text, type === 'SVCB' || type === 'HTTPS');
  return words === null ? wrong('a double quote is not closed') : canonicalData(type, words, origin);
}

/** The words of one record's data; null where a quote is not closed. Parentheses and comments do not occur here. */
export function dataWords(text: string, pairs = false): readonly DataWord[] | null {
  const words: DataWord[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    const quoted = char === '"';
    const start = quoted ? at + 1 : at;
    let end = start;
    let inPair = false;
    for (; end < text.length; end += 1) {
      const here = text.charAt(end);
      if (here === '\\') end += 1;
      else if (quoted || inPair) {
        if (here !== '"') continue;
        if (quoted) break;
        inPair = false;
      } else if (here === '"' && pairs && text.charAt(end - 1) === '=') inPair = true;
      else if (here === '"' || /\s/.test(here)) break;
    }
    if ((quoted || inPair) && end >= text.length) return null;
    words.push({ text: text.slice(start, Math.min(end, text.length)), quoted });
    at = quoted ? end + 1 : end;
  }
  return words;
}

type RestKind = 'texts' | 'hex' | 'base64' | 'params' | 'types' | 'words';

const rests: ReadonlySet<FieldKind> = new Set(['texts', 'hex', 'base64', 'params', 'types', 'words']);

function isRest(kind: FieldKind): kind is RestKind {
  return rests.has(kind);
}

function canonicalField(
  kind: Exclude<FieldKind, RestKind>,
  word: DataWord,
  origin: string,
  type: string,
): string | DataReading {
  const { text } = word;
  switch (kind) {
    case 'u8':
      return unsigned(text, 255);
    case 'u16':
      return unsigned(text, 65_535);
    case 'u32':
      return unsigned(text, 4_294_967_295);
    case 'time': {
      const seconds = readTime(text);
      return seconds === null ? wrong(`"${text}" is not a time`) : String(seconds);
    }
    case 'ipv4':
      return canonicalIpv4(text) ?? wrong(`"${text}" is not an IPv4 address`);
    case 'ipv6':
      return canonicalIpv6(text) ?? wrong(`"${text}" is not an IPv6 address`);
    case 'name': {
      if (word.quoted) return wrong(`a name in a ${type} record is not quoted`);
      const name = absoluteName(text, origin);
      const problem = nameProblem(name);
      return problem === null ? name : wrong(problem);
    }
    case 'text':
      return characterString(text);
    case 'long-text':
      return characterString(text, Infinity);
    case 'word':
      return lowerCase(text);
    case 'algorithm': {
      const number = algorithmNumber(text);
      return number === null
        ? wrong(`"${text}" is not an algorithm: a number from 0 to 255, or its name`)
        : String(number);
    }
    case 'serial':
      return word.quoted ? wrong('a serial is not quoted') : /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text;
  }
}

function canonicalRest(kind: RestKind, words: readonly DataWord[], type: string): string | DataReading {
  if (words.length === 0 && kind !== 'params') return wrong(`the data of the ${type} record ends early`);
  const joined = (): string => words.map((word) => word.text).join('');
  switch (kind) {
    case 'texts': {
      const strings: string[] = [];
      for (const word of words) {
        const string = characterString(word.text);
        if (typeof string !== 'string') return string;
        strings.push(string);
      }
      return strings.join(' ');
    }
    case 'hex':
      return /^([0-9a-f]{2})+$/i.test(joined())
        ? joined().toUpperCase()
        : wrong('the digits are not pairs of 0-9 and A-F');
    case 'base64':
      return /^[0-9A-Za-z+/]+={0,2}$/.test(joined()) ? joined() : wrong('the key is not base 64');
    case 'params':
      return canonicalParams(words.map((word) => word.text));
    case 'types':
      return words
        .map((word) => typeNamed(word.text))
        .toSorted()
        .join(' ');
    case 'words':
      return words.map((word) => (word.quoted ? `"${word.text}"` : word.text)).join(' ');
  }
}

function unsigned(text: string, most: number): string | DataReading {
  return /^\d{1,10}$/.test(text) && Number(text) <= most
    ? String(Number(text))
    : wrong(`"${text}" is not a number from 0 to ${most}`);
}

function unknownForm(type: string, words: readonly DataWord[]): DataReading {
  const length = words[1]?.text ?? '';
  const hex = words
    .slice(2)
    .map((word) => word.text)
    .join('');
  if (!/^\d{1,5}$/.test(length) || !/^([0-9a-f]{2})*$/i.test(hex) || hex.length !== Number(length) * 2)
    return wrong('the length after \\# and the digits disagree (RFC 3597 section 5)');
  // Data in its octets is the same record as in its usual spelling.
  const usual = wordsOfWire(type, hex);
  const reading = usual === null ? null : canonicalData(type, usual, '.');
  if (reading?.kind === 'data') return reading;
  return { kind: 'data', data: hex === '' ? `\\# ${length}` : `\\# ${length} ${hex.toUpperCase()}` };
}

/** A character-string in quotes, with one spelling for each octet. At most 255 octets (RFC 1035 section 3.3). */
function characterString(text: string, most = 255): string | DataReading {
  let out = '';
  let octets = 0;
  for (let at = 0; at < text.length; at += 1) {
    let char = text.charAt(at);
    if (char === '\\') {
      const digits = /^[0-2]\d\d/.exec(text.slice(at + 1, at + 4))?.[0];
      if (digits !== undefined && Number(digits) < 256) {
        char = String.fromCharCode(Number(digits));
        at += 3;
        octets += 1;
        out += spellInText(char, true);
        continue;
      }
      at += 1;
      char = text.charAt(at);
    }
    const code = text.codePointAt(at) ?? 0;
    octets += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code >= 0x10000) {
      char = String.fromCodePoint(code);
      at += 1;
    }
    out += spellInText(char, false);
  }
  return octets > most
    ? wrong(`a string of ${octets} octets: one holds at most 255, a longer text is split into several`)
    : `"${out}"`;
}

function spellInText(char: string, octet: boolean): string {
  if (char === '"' || char === '\\') return `\\${char}`;
  const code = char.charCodeAt(0);
  if (code >= 32 && code < 127) return char;
  if (code < 32 || code === 127 || octet) return `\\${String(code).padStart(3, '0')}`;
  return [...new TextEncoder().encode(char)].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('');
}

/** Seconds from `3600`, `1h30m`, `2W` (BIND's units), or null. */
export function readTime(text: string): number | null {
  if (/^\d{1,10}$/.test(text)) return Number(text) <= 4_294_967_295 ? Number(text) : null;
  if (!/^(\d{1,10}[wdhms])+$/i.test(text)) return null;
  let total = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+)([wdhms])/gi)) {
    total += Number(digits) * ({ w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 }[(unit ?? 's').toLowerCase()] ?? 1);
  }
  return total <= 4_294_967_295 ? total : null;
}
