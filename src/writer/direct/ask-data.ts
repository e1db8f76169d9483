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
      const keyed = keyedData(type, words, ['priority', 'target']) ?? keyedData(type, words, ['preference', 'target']);
      if (keyed !== null) return keyed;
      const spoken = words.filter(({ low }) => !['with', 'priority', 'preference', 'of'].includes(low));
      return mailServer(type, spoken);
    }
    case 'SRV':
      return (
        keyedData(type, words, ['priority', 'weight', 'port', 'target']) ??
        (words.length === 4 ? plainData(type, words, said) : null)
      );
    case 'TXT':
    case 'SPF':
      if (words.every((word) => word.quoted)) return { type, data: said };
      return alone ? { type, data: `"${first.text.replaceAll('"', '\\"')}"` } : null;
    default:
      return plainData(type, words, said);
  }
}

type Made = { readonly type: string; readonly data: string } | null;

function plainData(type: string, words: readonly Word[], said: string): Made {
  return words.every((word) => word.quoted || /^[\w.:=+/\\#@,-]+$/.test(word.text)) &&
    words.some((word) => word.quoted || /\d/.test(word.text))
    ? { type, data: said }
    : null;
}

function mailServer(type: string, words: readonly Word[]): Made {
  const numbers = words.filter((word) => /^\d{1,5}$/.test(word.text));
  const names = words.filter((word) => isNameWord(word.text) && !/^\d+$/.test(word.text));
  return words.length === 2 && numbers.length === 1 && names.length === 1
    ? { type, data: `${numbers[0]?.text ?? ''} ${names[0]?.text ?? ''}` }
    : null;
}

/** `priority 0, weight 5, port 389, target griffin`, in whatever order. */
function keyedData(type: string, words: readonly Word[], keys: readonly string[]): Made {
  const said = words.filter(({ low }) => !['with', 'and'].includes(low));
  if (said.length !== keys.length * 2) return null;
  const values = keys.map((key) => said[said.findIndex(({ low }, at) => at % 2 === 0 && low === key) + 1]);
  const found = keys.every((key) => said.some(({ low }, at) => at % 2 === 0 && low === key));
  return found && values.every((value) => value !== undefined && !value.quoted)
    ? { type, data: values.map((value) => value?.text ?? '').join(' ') }
    : null;
}
