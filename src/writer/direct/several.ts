import type { DnsAsk } from './ask.ts';
import { askIn, isAddress, type Verb, withoutFromDns } from './grammar.ts';
import { takeHead } from './head.ts';
import { isNameWord } from './name-word.ts';
import type { Word } from './sentences.ts';
import { Walk } from './walk.ts';

/** One verb for several names: null where the sentence is about one. All of them are understood, or none is. */
export function severalAsks(words: readonly Word[], verb: Verb): readonly DnsAsk[] | null {
  const parts =
    verb === 'point' ? pointed(words) : verb === 'remove' ? removed(words) : verb === 'add' ? added(words) : null;
  if (parts === null) return null;
  const asks = parts.map((part) => askIn(part, verb));
  return asks.some((ask) => ask === null) ? null : asks.flatMap((ask) => ask ?? []);
}

type Parts = readonly (readonly Word[])[] | null;

const isAnd = (word: Word): boolean => word.low === 'and' || word.low === '&';
const isName = (word: Word): boolean => !word.quoted && isNameWord(word.text) && !isAddress(word);

/** `grafana and prometheus at anubis` */
function pointed(words: readonly Word[]): Parts {
  const link = words.findIndex((word) => word.low === 'at' || word.low === 'to');
  if (link < 3 || !words.slice(0, link).some(isAnd)) return null;
  const names = words.slice(0, link).filter((word) => !isAnd(word));
  return names.every(isName) ? names.map((name) => [name, ...words.slice(link)]) : null;
}

/** `nas, old-wiki and paste from DNS`, `the CNAMEs nas and paste` */
function removed(words: readonly Word[]): Parts {
  const { words: own, fromDns } = withoutFromDns(words);
  const walk = new Walk(own);
  const head = takeHead(walk);
  const names = walk.rest.filter((word) => !isAnd(word));
  if (head.old || !walk.rest.some(isAnd) || names.length < 2 || !names.every(isName)) return null;
  if (!fromDns && !head.saidRecord && head.type === null) return null;
  return names.map((name) => [...own.slice(0, walk.at), name, ...words.slice(own.length)]);
}

/** `A records for consul 10.0.20.51 and nomad 10.0.20.52`, `consul with 10.0.20.30 and fd42::30` */
function added(words: readonly Word[]): Parts {
  const walk = new Walk(words);
  takeHead(walk);
  const [before, rest] = [words.slice(0, walk.at), walk.rest.filter((word) => !isAnd(word))];
  const pairs = rest.length % 2 === 0 && rest.every((word, at) => (at % 2 === 0 ? isName(word) : isAddress(word)));
  if (pairs && rest.length > 2)
    return rest.flatMap((word, at) => (at % 2 === 0 ? [[...before, word, ...rest.slice(at + 1, at + 2)]] : []));
  const first = rest.findIndex(isAddress);
  const addresses = first < 1 ? [] : rest.slice(first);
  return walk.rest.some(isAnd) && addresses.length > 1 && addresses.every(isAddress)
    ? addresses.map((address) => [...before, ...rest.slice(0, first), address])
    : null;
}
