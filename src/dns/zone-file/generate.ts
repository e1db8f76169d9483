import { canonicalData } from '../data.ts';
import { absoluteName } from '../name.ts';
import { isKnownType, typeNamed } from '../record-types.ts';
import type { DnsRecord } from '../record.ts';
import { readTime } from '../data.ts';
import type { Entry, ZoneFileDocument } from './syntax.ts';
import { dataWordsOf, type PlacedWord } from './words.ts';

/** More than this is no longer a list that somebody keeps; BIND would take minutes over it too. */
const mostGenerated = 100_000;

export type Generation =
  | { readonly kind: 'records'; readonly records: Iterable<DnsRecord> }
  | { readonly kind: 'wrong'; readonly problem: string };

/** What a `$GENERATE` line stands for: `$GENERATE 1-9/2 host-$ 300 IN A 10.0.0.${10,0,d}` (BIND only). */
export function generationOf(document: ZoneFileDocument, entry: Entry): Generation {
  const [range, owner, ...rest] = dataWordsOf(document.text, entry);
  const bounds = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(range?.text ?? '');
  if (bounds === null || owner === undefined) return { kind: 'wrong', problem: '$GENERATE needs a range and a name' };
  const [first, last, step] = [Number(bounds[1]), Number(bounds[2]), Number(bounds[3] ?? '1')];
  if (step < 1 || last < first) return { kind: 'wrong', problem: 'the range of $GENERATE is empty' };
  if ((last - first) / step > mostGenerated)
    return { kind: 'wrong', problem: `$GENERATE makes more than ${mostGenerated} records` };
  const head = headOf(rest);
  if (head === null) return { kind: 'wrong', problem: '$GENERATE needs a record type and data' };
  return { kind: 'records', records: generated(document, entry, { first, last, step, owner: owner.text, ...head }) };
}

interface Pattern {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly owner: string;
  readonly ttl: number | null;
  readonly type: string;
  readonly data: readonly PlacedWord[];
}

function headOf(words: readonly PlacedWord[]): Pick<Pattern, 'ttl' | 'type' | 'data'> | null {
  let ttl: number | null = null;
  for (const [at, word] of words.entries()) {
    const type = typeNamed(word.text);
    if (isKnownType(type)) return at + 1 < words.length ? { ttl, type, data: words.slice(at + 1) } : null;
    if (readTime(word.text) !== null) ttl = readTime(word.text);
    else if (type !== 'IN') return null;
  }
  return null;
}

function* generated(document: ZoneFileDocument, entry: Entry, pattern: Pattern): Generator<DnsRecord> {
  const { origin, defaultTtl } = entry.scope;
  for (let value = pattern.first; value <= pattern.last; value += pattern.step) {
    const words = pattern.data.map((word) => ({ ...word, text: filled(word.text, value) }));
    const reading = canonicalData(pattern.type, words, origin);
    if (reading.kind === 'wrong') continue;
    yield {
      zone: document.zone,
      owner: absoluteName(filled(pattern.owner, value), origin),
      type: pattern.type,
      ttl: pattern.ttl ?? defaultTtl,
      data: reading.data,
    };
  }
}

/** `$` is the counter, `${offset,width,base}` the counter in another dress, `\$` and `$$` a dollar. */
function filled(text: string, value: number): string {
  const pattern = /\\\$|\$\$|\$(?:\{(-?\d{1,10})(?:,(\d{1,3})(?:,([doxXnN]))?)?\})?/g;
  return text.replace(pattern, (match, offset?: string, width?: string, base?: string) =>
    match === '\\$' || match === '$$' ? '$' : dressed(value + Number(offset ?? 0), Number(width ?? 0), base ?? 'd'),
  );
}

function dressed(value: number, width: number, base: string): string {
  switch (base) {
    case 'o':
      return value.toString(8).padStart(width, '0');
    case 'x':
      return value.toString(16).padStart(width, '0');
    case 'X':
      return value.toString(16).toUpperCase().padStart(width, '0');
    case 'n':
    case 'N': {
      const hex = value.toString(16).padStart(Math.ceil(width / 2), '0');
      const nibbles = (base === 'N' ? hex.toUpperCase() : hex).split('').reverse().join('.');
      return nibbles;
    }
    default:
      return String(value).padStart(width, '0');
  }
}
