import { dataWords, readData, readTime } from '../data.ts';
import { absoluteName, relativeName } from '../name.ts';
import type { NameRecord } from '../names/piece.ts';
import { stringsOfText } from '../text-strings.ts';
import { type Argument, argumentsIn, type Call, literalOf, wholeCall } from './calls.ts';
import { stringLiteral } from './tokens.ts';

type Field = 'name' | 'number' | 'text' | 'texts' | 'word';

/** What stands behind the name in the call of each type, in the order of the record's data. */
const shapes: Readonly<Record<string, readonly Field[]>> = {
  A: ['word'],
  AAAA: ['word'],
  ALIAS: ['name'],
  CNAME: ['name'],
  DNAME: ['name'],
  NS: ['name'],
  PTR: ['name'],
  TXT: ['texts'],
  MX: ['number', 'name'],
  SRV: ['number', 'number', 'number', 'name'],
  // The flags come behind, as CAA_CRITICAL.
  CAA: ['word', 'text'],
  SSHFP: ['number', 'number', 'word'],
  TLSA: ['number', 'number', 'number', 'word'],
  DS: ['number', 'number', 'number', 'word'],
  NAPTR: ['number', 'number', 'text', 'text', 'text', 'name'],
};

export function isRecordCall({ name }: Call): boolean {
  return Object.hasOwn(shapes, name);
}

export interface ReadCall {
  readonly record: NameRecord;
  /** The arguments that say the data, in its order; null where a constant says it. */
  readonly values: readonly Argument[];
  readonly ttlCall: Call | null;
}

/** What is known around a call. */
export interface Around {
  readonly base: string;
  readonly constants: ReadonlyMap<string, string>;
  /** The TTL of records that say none. */
  readonly ttl: number | null;
}

/** The record of a call; null where its data is computed. */
export function readCall(text: string, call: Call, { base, constants, ttl: usual }: Around): ReadCall | null {
  const shape = shapes[call.name] ?? [];
  const [owner, ...rest] = call.args;
  const constant = (argument: Argument | undefined): string | undefined =>
    argument?.tokens.length === 1 ? constants.get(text.slice(argument.from, argument.to)) : undefined;
  const name = literalOf(text, owner) ?? constant(owner);
  const values = rest.slice(0, shape.length);
  if (name === undefined || values.length < shape.length) return null;
  const words: string[] = [];
  for (const [at, value] of values.entries()) {
    const said = shape[at] === 'texts' ? textsOf(text, value) : literalOf(text, value);
    const word = said ?? constant(value);
    if (word === undefined) return null;
    words.push(wordOf(shape[at] ?? 'word', word, base));
  }
  const modifiers = rest.slice(shape.length);
  const ttlCall = modifiers.map((one) => wholeCall(text, one)).find((one) => one?.name === 'TTL') ?? null;
  const ttl = ttlCall === null ? usual : readTime(literalOf(text, ttlCall.args[0]) ?? '');
  if (ttlCall !== null && ttl === null) return null;
  const critical = modifiers.some((one) => text.slice(one.from, one.to) === 'CAA_CRITICAL');
  const data = call.name === 'CAA' ? `${critical ? 128 : 0} ${words.join(' ')}` : words.join(' ');
  const canonical = canonicalOf(call.name, data);
  if (canonical === null) return null;
  return {
    record: { owner: absoluteName(name, base), type: call.name, ttl, data: canonical },
    values,
    ttlCall,
  };
}

/** The flag that stands behind the data, as `CAA_CRITICAL`. */
export function isCritical({ type, data }: NameRecord): boolean {
  return type === 'CAA' && data.startsWith('128 ');
}

/** A text, or a list of texts, which dnscontrol joins, as some do by `.join('')`. */
function textsOf(text: string, value: Argument): string | null {
  const only = literalOf(text, value);
  if (only !== null) return only;
  const word = (at: number): string => text.slice(value.tokens.at(at)?.from, value.tokens.at(at)?.to);
  if (word(0) !== '[') return null;
  const list = argumentsIn(text, value.tokens.slice(1), ']');
  const behind = list === null ? '' : text.slice(list.to, value.to).replace(/\s/g, '');
  if (list === null || list.args.length === 0 || !/^(?:\.join\((?:''|"")\))?$/.test(behind)) return null;
  const parts = list.args.map((part) => literalOf(text, part));
  return parts.includes(null) ? null : parts.join('');
}

function wordOf(field: Field, value: string, base: string): string {
  switch (field) {
    case 'name':
      return absoluteName(value, base);
    case 'text':
      return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
    case 'texts':
      return stringsOfText(value.replaceAll('\\', '\\\\'))
        .map((one) => `"${one}"`)
        .join(' ');
    case 'number':
    case 'word':
      return value;
  }
}

function canonicalOf(type: string, data: string): string | null {
  const reading = readData(type, data, '.');
  return reading.kind === 'data' ? reading.data : null;
}

/** How a neighbour is written: its quotes, and what parts its arguments. */
export interface CallStyle {
  readonly quote: string;
  readonly comma: string;
}

export function styleOf(written: string): CallStyle {
  return { quote: /['"]/.exec(written)?.[0] ?? '"', comma: /,\S/.test(written) && !/, /.test(written) ? ',' : ', ' };
}

/** The data as arguments; null where dnscontrol has no words for it. */
export function argumentsOf({ type, data }: NameRecord, { quote }: CallStyle): readonly string[] | null {
  const shape = shapes[type];
  const words = dataWords(data);
  if (shape === undefined || words === null) return null;
  const plain = words.map(({ text }) =>
    text.replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number(code))).replace(/\\(.)/g, '$1'),
  );
  if (shape[0] === 'texts') return [stringLiteral(plain.join(''), quote)];
  const values = type === 'CAA' ? plain.slice(1) : plain;
  if (values.length !== shape.length || (type === 'CAA' && !/^(0|128)$/.test(plain[0] ?? ''))) return null;
  return values.map((value, at) => (shape[at] === 'number' ? value : stringLiteral(value, quote)));
}

/** A whole call for a record; null where it cannot be said in this domain. */
export function callText(record: NameRecord, base: string, style: CallStyle): string | null {
  const name = relativeName(record.owner, base);
  const values = argumentsOf(record, style);
  if (name === null || values === null) return null;
  const critical = isCritical(record) ? ['CAA_CRITICAL'] : [];
  const ttl = record.ttl === null ? [] : [`TTL(${record.ttl})`];
  return `${record.type}(${[stringLiteral(name, style.quote), ...values, ...critical, ...ttl].join(style.comma)})`;
}
