import { canonicalIpv6 } from '../../dns/address.ts';
import { readTime } from '../../dns/data.ts';
import { isKnownType } from '../../dns/record-types.ts';
import type { DnsAsk } from './ask.ts';
import { dataText } from './ask-data.ts';
import { type Clauses, takeClauses } from './clauses.ts';
import { isNameWord } from './name-word.ts';
import type { Word } from './sentences.ts';
import { Walk } from './walk.ts';

/**
 * What the direct path understands, and nothing else. A sentence is understood to its last word or not at all: a word
 * left over might be the one that mattered.
 */
export function askIn(words: readonly Word[], verb: Verb): DnsAsk | null {
  const clauses = takeClauses(words);
  if (clauses === null) return null;
  switch (verb) {
    case 'add':
      return addAsk(clauses, 'add');
    case 'set':
      return addAsk(clauses, 'set');
    case 'point':
      return pointAsk(clauses);
    case 'remove':
      return removeAsk(clauses);
  }
}

export type Verb = 'add' | 'set' | 'point' | 'remove';

const verbs: Readonly<Record<string, Verb>> = {
  add: 'add',
  create: 'add',
  register: 'add',
  publish: 'add',
  set: 'set',
  change: 'set',
  update: 'set',
  point: 'point',
  repoint: 'point',
  remove: 'remove',
  delete: 'remove',
  drop: 'remove',
};

export function verbOf(word: Word | undefined): Verb | null {
  return word !== undefined && Object.hasOwn(verbs, word.low) ? (verbs[word.low] ?? null) : null;
}

/** Types that may be asked for; SOA and the DNSSEC types that a signer makes are not typed by people. */
function typeOf(word: Word | undefined): string | null {
  if (word === undefined || word.quoted || !/^[A-Za-z][A-Za-z0-9]*$/.test(word.text)) return null;
  const type = word.text.toUpperCase();
  return isKnownType(type) && !['SOA', 'NULL', 'KEY', 'SIG'].includes(type) ? type : null;
}

function takeType(walk: Walk): string | null {
  const type = typeOf(walk.here);
  if (type !== null) walk.at += 1;
  return type;
}

/** `a`, `the new`, `an additional DNS`, with the type where it is said: `an A record for`. */
function takeHead(walk: Walk): { readonly type: string | null; readonly saidRecord: boolean } {
  let type: string | null = null;
  let saidRecord = false;
  for (;;) {
    const word = walk.here;
    const next = walk.words[walk.at + 1];
    if (word === undefined) break;
    // A lower-case `a` is the article where a type or `record` follows it, and the type where a name does.
    const article =
      word.text === 'a' && (typeOf(next) !== null || ['new', 'dns', 'record', 'host'].includes(next?.low ?? ''));
    if (article || walk.skip('an', 'the', 'new', 'another', 'this', 'following', 'these')) {
      if (article) walk.at += 1;
      continue;
    }
    if (walk.skip('dns', 'record', 'records', 'entry', 'entries')) {
      saidRecord = true;
      continue;
    }
    if (type === null && typeOf(word) !== null && next !== undefined) {
      type = takeType(walk);
      continue;
    }
    break;
  }
  walk.skip('for', 'of', 'called', 'named', 'on', '-');
  if (walk.phrase('the', 'name') || walk.phrase('the', 'host') || walk.skip('name', 'host'))
    return { type, saidRecord };
  return { type, saidRecord };
}

/** What parts a name from its data: `to`, `->`, `with the value`, `pointing at`. */
function takeLink(walk: Walk): boolean {
  const start = walk.at;
  if (walk.skip('that', 'which', 'should')) walk.skip('should');
  if (walk.skip('pointing', 'points', 'point', 'resolving', 'resolves', 'resolve')) walk.skip('to', 'at');
  else if (walk.skip('with', 'having')) {
    walk.skip('the', 'a', 'an');
    if (walk.skip('ip', 'ipv4', 'ipv6')) walk.skip('address');
    else walk.skip('value', 'address', 'data', 'content', 'target', 'text');
    walk.skip('of', '=');
  } else walk.skip('to', 'at', '->', '→', '=>', '=', 'is', '-', 'value');
  return walk.at > start;
}

function addAsk(clauses: Clauses, kind: 'add' | 'set'): DnsAsk | null {
  const walk = new Walk(clauses.words);
  const head = takeHead(walk);
  let type = head.type;
  const name = takeName(walk);
  if (name === null) return null;
  // `consul IN A 10.0.20.30`, `consul as an A record`, `consul of type A`.
  const zoneLine = readTime(walk.here?.low ?? '') !== null && walk.words.length - walk.at > 2;
  // `wiki 300 IN CNAME anubis`: the type is still to come, so the number is not the data's.
  const lineTtl = zoneLine && type === null && clauses.ttl === null ? readTime(walk.here?.low ?? '') : null;
  if (lineTtl !== null) walk.at += 1;
  walk.skip('in');
  if (walk.skip('as')) {
    walk.skip('a', 'an');
    type ??= takeType(walk);
    walk.skip('dns');
    walk.skip('record', 'entry');
  } else if (walk.phrase('of', 'type') || walk.phrase('with', 'type') || walk.skip('type')) type ??= takeType(walk);
  else if (type === null && walk.words[walk.at + 1] !== undefined) type = takeType(walk);
  walk.skip('record');
  if (kind === 'set' && walk.skip('from')) walk.at += 1;
  takeLink(walk);
  const data = walk.rest;
  if (data.length === 0) return null;
  const made = dataText(type, data);
  if (made === null) return null;
  return { kind, name, type: made.type, data: made.data, ttl: clauses.ttl ?? lineTtl, zone: clauses.zone };
}

function pointAsk(clauses: Clauses): DnsAsk | null {
  const walk = new Walk(clauses.words);
  const head = takeHead(walk);
  const name = takeName(walk);
  if (name === null || !walk.skip('at', 'to', '->', '→', '=>')) return null;
  if (!walk.phrase('the', 'host') && !walk.phrase('the', 'server') && !walk.phrase('the', 'machine')) walk.skip('host');
  const target = walk.rest;
  const [word] = target;
  if (word === undefined || target.length !== 1 || word.quoted) return null;
  if (!isNameWord(word.text) && canonicalIpv6(word.text) === null) return null;
  if (head.type !== null) {
    return { kind: 'set', name, type: head.type, data: word.text, ttl: clauses.ttl, zone: clauses.zone };
  }
  return { kind: 'point', name, target: word.text, ttl: clauses.ttl, zone: clauses.zone };
}

function removeAsk(clauses: Clauses): DnsAsk | null {
  if (clauses.ttl !== null) return null;
  const fromDns = endsWith(clauses.words, ['from', 'dns']) ?? endsWith(clauses.words, ['from', 'the', 'dns']);
  const walk = new Walk(fromDns ?? clauses.words);
  const head = takeHead(walk);
  let type = head.type;
  const name = takeName(walk);
  if (name === null) return null;
  walk.skip('in');
  type ??= takeType(walk);
  const said = walk.skip('record', 'records', 'entry') || head.saidRecord || fromDns !== null || clauses.zone !== null;
  const linked = takeLink(walk);
  const rest = walk.rest;
  // `remove consul` alone may mean the service, the host or the name: it takes a word that says DNS.
  if (type === null && !said) return null;
  if (rest.length === 0) return linked ? null : { kind: 'remove', name, type, data: null, zone: clauses.zone };
  const made = dataText(type, rest);
  return made === null ? null : { kind: 'remove', name, type: made.type, data: made.data, zone: clauses.zone };
}

function endsWith(words: readonly Word[], end: readonly string[]): readonly Word[] | null {
  const from = words.length - end.length;
  return from > 0 && end.every((low, at) => words[from + at]?.low === low) ? words.slice(0, from) : null;
}

function takeName(walk: Walk): string | null {
  const word = walk.here;
  if (word === undefined || word.quoted || !isNameWord(word.text)) return null;
  walk.at += 1;
  return word.text;
}
