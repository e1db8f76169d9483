import type { DnsAsk } from './ask.ts';

const headingWords = new Set([
  'dns',
  'record',
  'records',
  'new',
  'change',
  'changes',
  'update',
  'updates',
  'request',
  'for',
  'add',
  'remove',
  'zone',
  'entry',
  'a',
  'an',
  'the',
  'and',
  'of',
  'in',
  'to',
  '-',
  'name',
  'names',
  'aaaa',
  'cname',
  'txt',
  'mx',
  'srv',
  'ptr',
]);

/** True for a title that says nothing beyond the asks: words about DNS and the names in the asks. */
export function isHeading(title: string, asks: readonly DnsAsk[]): boolean {
  const names = new Set(
    asks.flatMap((ask) => [ask.name.toLowerCase(), ask.name.toLowerCase().split('.')[0] ?? '', ask.zone ?? '']),
  );
  for (const ask of asks) {
    const rest = ask.name.toLowerCase().replace(/\.$/, '').split('.').slice(1).join('.');
    if (rest !== '') names.add(rest);
  }
  return title
    .toLowerCase()
    .replace(/[[\](){}:,!?`"]/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .every((word) => headingWords.has(word) || names.has(word.replace(/\.$/, '')));
}
