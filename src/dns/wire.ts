import { canonicalIpv6 } from './address.ts';
import { type FieldKind, shapeOf } from './record-types.ts';

/**
 * Data in the octets of the wire (RFC 3597 section 5) as the words that a zone file usually has for it, names absolute.
 * Null for types that have no such words here, and where the octets are not such data.
 */
export function wordsOfWire(type: string, hex: string): readonly { text: string; quoted: boolean }[] | null {
  const octets = Uint8Array.from((hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
  const words: { text: string; quoted: boolean }[] = [];
  let at = 0;
  for (const kind of shapeOf(type)) {
    const field = type === 'CAA' && kind === 'word' ? tag(octets, at) : fieldAt(kind, octets, at);
    if (field === null) return null;
    const quoted = kind === 'text' || kind === 'texts' || kind === 'long-text';
    for (const word of field.words) words.push({ text: word, quoted });
    at = field.end;
  }
  return at === octets.length && words.length > 0 ? words : null;
}

interface Field {
  readonly words: readonly string[];
  readonly end: number;
}

function fieldAt(kind: FieldKind, octets: Uint8Array, at: number): Field | null {
  switch (kind) {
    case 'u8':
    case 'algorithm':
      return number(octets, at, 1);
    case 'u16':
      return number(octets, at, 2);
    case 'u32':
    case 'time':
    case 'serial':
      return number(octets, at, 4);
    case 'ipv4':
      return at + 4 > octets.length ? null : { words: [octets.slice(at, at + 4).join('.')], end: at + 4 };
    case 'ipv6': {
      const groups = (hexOf(octets.slice(at, at + 16)).match(/.{4}/g) ?? []).join(':');
      const address = at + 16 > octets.length ? null : canonicalIpv6(groups);
      return address === null ? null : { words: [address], end: at + 16 };
    }
    case 'name':
      return name(octets, at);
    case 'text':
      return text(octets, at);
    case 'texts': {
      const words: string[] = [];
      let end = at;
      while (end < octets.length) {
        const next = text(octets, end);
        if (next === null) return null;
        words.push(...next.words);
        end = next.end;
      }
      return words.length === 0 ? null : { words, end };
    }
    case 'long-text':
      return { words: [spelled(octets.slice(at))], end: octets.length };
    case 'hex':
      return at >= octets.length ? null : { words: [hexOf(octets.slice(at))], end: octets.length };
    case 'base64':
      return at >= octets.length
        ? null
        : { words: [btoa(String.fromCharCode(...octets.slice(at)))], end: octets.length };
    case 'params':
      return at === octets.length ? { words: [], end: at } : null;
    case 'word':
    case 'types':
    case 'words':
      return null;
  }
}

function number(octets: Uint8Array, at: number, size: number): Field | null {
  if (at + size > octets.length) return null;
  return { words: [String(Number.parseInt(hexOf(octets.slice(at, at + size)), 16))], end: at + size };
}

/** Names on the wire of unknown data are never compressed (RFC 3597 section 4). */
function name(octets: Uint8Array, from: number): Field | null {
  let said = '';
  let at = from;
  for (let size = octets[at]; size !== undefined && size < 64; size = octets[at]) {
    if (size === 0) return { words: [said === '' ? '.' : said], end: at + 1 };
    if (at + 1 + size > octets.length) return null;
    for (const octet of octets.slice(at + 1, at + 1 + size)) said += `\\${String(octet).padStart(3, '0')}`;
    said += '.';
    at += 1 + size;
  }
  return null;
}

function text(octets: Uint8Array, at: number): Field | null {
  const size = octets[at];
  if (size === undefined || at + 1 + size > octets.length) return null;
  return { words: [spelled(octets.slice(at + 1, at + 1 + size))], end: at + 1 + size };
}

/** A property's name: letters and digits (RFC 8659 section 4.1). */
function tag(octets: Uint8Array, at: number): Field | null {
  const size = octets[at] ?? 0;
  const said = String.fromCharCode(...octets.slice(at + 1, at + 1 + size));
  return /^[A-Za-z0-9]+$/.test(said) && said.length === size ? { words: [said], end: at + 1 + size } : null;
}

function spelled(octets: Uint8Array): string {
  return [...octets].map((octet) => `\\${String(octet).padStart(3, '0')}`).join('');
}

function hexOf(octets: Uint8Array): string {
  return [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}
