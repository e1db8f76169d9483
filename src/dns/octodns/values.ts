import { dataWords, readData } from '../data.ts';
import { absoluteName } from '../name.ts';
import { stringsOfText } from '../text-strings.ts';

/** The fields of a structured value in the order of the record's data; older names of a field stand behind the newer. */
const fields: Readonly<Record<string, readonly (readonly string[])[]>> = {
  MX: [
    ['preference', 'priority'],
    ['exchange', 'value'],
  ],
  SRV: [['priority'], ['weight'], ['port'], ['target']],
  CAA: [['flags'], ['tag'], ['value']],
  SSHFP: [['algorithm'], ['fingerprint_type'], ['fingerprint']],
  TLSA: [['certificate_usage'], ['selector'], ['matching_type'], ['certificate_association_data']],
  DS: [
    ['key_tag', 'flags'],
    ['algorithm', 'protocol'],
    ['digest_type', 'algorithm'],
    ['digest', 'public_key'],
  ],
  NAPTR: [['order'], ['preference'], ['flags'], ['service'], ['regexp'], ['replacement']],
  URI: [['priority'], ['weight'], ['target']],
};

/** Types whose value is one scalar. */
const plain = new Set(['A', 'AAAA', 'ALIAS', 'CNAME', 'DNAME', 'NS', 'PTR', 'TXT', 'SPF']);

export function fieldsOf(type: string): readonly (readonly string[])[] | null {
  return fields[type] ?? null;
}

export function isPlain(type: string): boolean {
  return plain.has(type);
}

/** Quoted words of the data: what BIND wants between quotes and octoDNS writes bare. */
const quoted = new Set(['CAA value', 'NAPTR flags', 'NAPTR service', 'NAPTR regexp', 'URI target']);

/** The canonical data of a plain value; null where it is none. */
export function dataOfScalar(type: string, value: string, zone: string): string | null {
  if (type === 'TXT' || type === 'SPF') {
    // As octoDNS reads it: only semicolons are escaped, a backslash is one, and chunks in quotes are joined.
    const bare = value.startsWith('"') ? value.slice(1, -1) : value;
    const text = bare.replaceAll('" "', '').replaceAll('\\;', ';').replaceAll('\\', '\\\\');
    return canonical(
      type,
      stringsOfText(text)
        .map((one) => `"${one}"`)
        .join(' '),
    );
  }
  return canonical(type, /^(A|AAAA)$/.test(type) ? value : absoluteName(value, zone));
}

/** The canonical data of a structured value. */
export function dataOfFields(type: string, values: readonly string[], zone: string): string | null {
  const words = values.map((value, at) => {
    const name = fields[type]?.[at]?.[0] ?? '';
    if (quoted.has(`${type} ${name}`)) return `"${value.replaceAll('\\;', ';').replaceAll('"', '\\"')}"`;
    return ['exchange', 'target', 'replacement'].includes(name) ? absoluteName(value, zone) : value;
  });
  return canonical(type, words.join(' '));
}

/** What is written for the record's data: one scalar, or one for each field; null where octoDNS has no words for it. */
export function scalarsOf(type: string, data: string): readonly string[] | null {
  const words = dataWords(data);
  if (words === null) return null;
  if (type === 'TXT' || type === 'SPF') {
    const text = words.map((word) => word.text).join('');
    // Octets outside of ASCII have no words in octoDNS.
    if (/\\\d{3}/.test(text)) return null;
    const said = text.replace(/\\(.)/g, '$1').replaceAll(';', '\\;');
    return said.startsWith('"') ? null : [said];
  }
  if (plain.has(type)) return words.length === 1 ? [data] : null;
  const shape = fields[type];
  if (shape === undefined || words.length !== shape.length) return null;
  return words.map(({ text }) => text.replaceAll('\\"', '"').replaceAll(';', '\\;'));
}

function canonical(type: string, data: string): string | null {
  const reading = readData(type, data, '.');
  return reading.kind === 'data' ? reading.data : null;
}
