import { canonicalIpv4, canonicalIpv6 } from '../../dns/address.ts';
import { isNameWord } from './name-word.ts';
import type { Word } from './sentences.ts';

/** The data of an ask, where it is plainly data of that type; a missing type is that of an address. */
export function dataText(
  type: string | null,
  words: readonly Word[],
): { readonly type: string; readonly data: string } | null {
  const [first] = words;
  if (first === undefined) return null;
  const alone = words.length === 1 && !first.quoted;
  const family = alone
    ? canonicalIpv4(first.text) !== null
      ? 'A'
      : canonicalIpv6(first.text) !== null
        ? 'AAAA'
        : null
    : null;
  const said = words.map((word) => (word.quoted ? `"${word.text}"` : word.text)).join(' ');
  switch (type) {
    case null:
      return family === null ? null : { type: family, data: first.text };
    case 'A':
    case 'AAAA':
      // A wrong address is understood as one, so that the answer says what is wrong with it.
      return alone && (family !== null || isNameWord(first.text) || /^[\d.:a-f]+$/i.test(first.text))
        ? { type, data: first.text }
        : null;
    case 'CNAME':
    case 'DNAME':
    case 'NS':
    case 'PTR':
      return alone && isNameWord(first.text) ? { type, data: first.text } : null;
    case 'MX': {
      const numbers = words.filter((word) => /^\d{1,5}$/.test(word.text));
      const names = words.filter((word) => isNameWord(word.text) && !/^\d+$/.test(word.text));
      const other = words.filter((word) => !numbers.includes(word) && !names.includes(word));
      return words.length === 2 && numbers.length === 1 && names.length === 1 && other.length === 0
        ? { type, data: `${numbers[0]?.text ?? ''} ${names[0]?.text ?? ''}` }
        : null;
    }
    case 'TXT':
    case 'SPF':
      if (words.every((word) => word.quoted)) return { type, data: said };
      return alone ? { type, data: `"${first.text.replaceAll('"', '\\"')}"` } : null;
    default:
      return words.every((word) => word.quoted || /^[\w.:=+/\\#@,-]+$/.test(word.text)) &&
        words.some((word) => word.quoted || /\d/.test(word.text))
        ? { type, data: said }
        : null;
  }
}
