import { canonicalIpv6 } from './address.ts';

/** The keys of RFC 9460 section 14.3.2 and RFC 9461, RFC 9540, by their numbers. */
const keys: readonly string[] = [
  'mandatory',
  'alpn',
  'no-default-alpn',
  'port',
  'ipv4hint',
  'ech',
  'ipv6hint',
  'dohpath',
  'ohttp',
];

/** Pairs in their one spelling: keys by name, in the order of their numbers, values without quotes. */
export function canonicalParams(words: readonly string[]): string {
  return words
    .map(pairOf)
    .toSorted((a, b) => a.number - b.number)
    .map(({ key, value }) => (value === null ? key : `${key}=${value}`))
    .join(' ');
}

function pairOf(word: string): { readonly number: number; readonly key: string; readonly value: string | null } {
  const at = word.indexOf('=');
  const written = (at < 0 ? word : word.slice(0, at)).toLowerCase();
  const value = at < 0 ? null : word.slice(at + 1).replace(/^"(.*)"$/s, '$1');
  const said = /^key(\d{1,5})$/.exec(written)?.[1];
  const named = keys.indexOf(written);
  const number = said === undefined ? (named < 0 ? 65_536 : named) : Number(said);
  const key = keys[number] ?? written;
  return { number, key, value: value !== null && key === 'ipv6hint' ? addresses(value) : value };
}

function addresses(value: string): string {
  return value
    .split(',')
    .map((address) => canonicalIpv6(address) ?? address)
    .join(',');
}
