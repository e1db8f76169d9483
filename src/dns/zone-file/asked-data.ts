import { refuse, type Refusal } from '../../core/refusal.ts';
import { canonicalIpv6 } from '../address.ts';
import { canonicalData, dataWords, type DataWord } from '../data.ts';
import { shapeOf } from '../record-types.ts';

export interface AskedData {
  readonly words: readonly DataWord[];
  readonly canonical: string;
}

/** The asked data as words to write (names absolute, addresses canonical) and in its one spelling. */
export function askedData(change: {
  readonly owner: string;
  readonly type: string;
  readonly data: string;
}): AskedData | Refusal {
  const wrong = (reason: string): Refusal =>
    refuse('bad-arguments', { name: change.owner, type: change.type, data: change.data, reason });
  if (/[\r\n\0]/.test(change.data)) return wrong('the data holds a line end');
  const words = dataWords(change.data, change.type === 'SVCB' || change.type === 'HTTPS');
  if (words === null) return wrong('a double quote is not closed');
  const reading = canonicalData(change.type, words, '.');
  if (reading.kind === 'wrong') return wrong(reading.problem);
  const shape = shapeOf(change.type);
  const strings =
    shape.at(-1) === 'texts' || shape.at(-1) === 'long-text' || shape.includes('text') ? dataWords(reading.data) : null;
  const written = words.map((word, at): DataWord => {
    if (shape[at] === 'ipv6') return { text: canonicalIpv6(word.text) ?? word.text, quoted: false };
    if (shape[at] === 'name') return { text: word.text.endsWith('.') ? word.text : `${word.text}.`, quoted: false };
    return (
      strings?.[at] ??
      (/[;()]/.test(word.text) && !word.quoted
        ? { text: word.text.replace(/(?<!\\)[;()]/g, '\\$&'), quoted: false }
        : word)
    );
  });
  return { words: written, canonical: reading.data };
}
