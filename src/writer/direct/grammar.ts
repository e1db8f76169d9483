import { canonicalIpv4, canonicalIpv6 } from '../../dns/address.ts';
import { readTime } from '../../dns/data.ts';
import type { DnsAsk } from './ask.ts';
import { dataText } from './ask-data.ts';
import { type Clauses, takeClauses } from './clauses.ts';
import { type AskHead, takeHead, takeLink, takeName, takeType } from './head.ts';
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
    case 'set':
      return (verb === 'add' ? dataBeforeName(clauses, 'add') : null) ?? addAsk(clauses, verb);
    case 'point':
      return pointAsk(clauses);
    case 'remove':
      return dataBeforeName(clauses, 'remove') ?? removeAsk(clauses);
    case 'rename':
      return renameAsk(clauses);
  }
}

export type Verb = 'add' | 'set' | 'point' | 'remove' | 'rename';

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
  rename: 'rename',
};

export function verbOf(word: Word | undefined): Verb | null {
  return word !== undefined && Object.hasOwn(verbs, word.low) ? (verbs[word.low] ?? null) : null;
}

/** The word is an address: no name, though it may look like one. */
export function isAddress(word: Word): boolean {
  return canonicalIpv4(word.text) !== null || canonicalIpv6(word.text) !== null;
}

function addAsk(clauses: Clauses, kind: 'add' | 'set'): DnsAsk | null {
  const walk = new Walk(clauses.words);
  const head = takeHead(walk);
  if (head.all || head.old) return null;
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
    if (walk.skip('alias')) type ??= 'CNAME';
    type ??= takeType(walk);
    walk.skip('dns');
    walk.skip('record', 'entry');
  } else if (walk.phrase('of', 'type') || walk.phrase('with', 'type') || walk.skip('type')) type ??= takeType(walk);
  else if (type === null && walk.words[walk.at + 1] !== undefined) type = takeType(walk);
  walk.skip('record');
  const from = kind === 'set' && walk.skip('from') ? (walk.words[walk.at++] ?? null) : null;
  if (kind === 'add' && type === 'CNAME' && walk.here?.low === 'for') walk.at += 1;
  // `add consul to anubis` asks for a service; an arrow, or a name that only DNS has, does not.
  const linked = ['->', '→', '=>'].includes(walk.here?.low ?? '') || name.startsWith('*');
  takeLink(walk);
  const data = walk.rest;
  const ttl = clauses.ttl ?? lineTtl;
  const made = dataText(type, data);
  if (made === null) {
    // `add consul -> anubis`: whether by an alias or by its address is for the zone's own habits to say.
    const [target] = data;
    const plain = data.length === 1 && target !== undefined && !target.quoted && isNameWord(target.text);
    if (kind !== 'add' || type !== null || !linked || !plain || target === undefined) return null;
    return { kind: 'point', name, target: target.text, ttl, zone: clauses.zone, fresh: true };
  }
  const was = from === null ? {} : { from: from.quoted ? `"${from.text}"` : from.text };
  return { kind, name, type: made.type, data: made.data, ttl, zone: clauses.zone, ...was };
}

/** `CAA 0 issue "letsencrypt.org" for fleet.lan`, `an A record 10.0.20.30 for consul`, `MX 10 mail to fleet.lan`. */
function dataBeforeName(clauses: Clauses, kind: 'add' | 'remove'): DnsAsk | null {
  const link = clauses.words.at(-2)?.low ?? '';
  const name = clauses.words.at(-1);
  const links = kind === 'add' ? ['for', 'at', 'on', 'to'] : ['from', 'of'];
  if (name === undefined || !links.includes(link)) return null;
  if (name.quoted || !isNameWord(name.text) || isAddress(name)) return null;
  const walk = new Walk(clauses.words.slice(0, -2));
  const head = takeHead(walk);
  if (head.type === null || head.type === 'CNAME' || head.all || head.old) return null;
  // `to` stands before the data of most types.
  if (link === 'to' && head.type !== 'MX' && head.type !== 'CAA') return null;
  walk.skip('with');
  walk.skip('value');
  const [first] = walk.rest;
  const isData = first !== undefined && (first.quoted || isAddress(first) || /^\d+$/.test(first.text));
  const made = kind === 'add' || isData ? dataText(head.type, walk.rest) : null;
  if (made === null) return null;
  const base = { name: name.text, type: made.type, data: made.data, zone: clauses.zone };
  return kind === 'add' ? { kind, ...base, ttl: clauses.ttl } : { kind, ...base };
}

function pointAsk(clauses: Clauses): DnsAsk | null {
  const walk = new Walk(clauses.words);
  const head = takeHead(walk);
  const name = takeName(walk);
  if (head.all || head.old) return null;
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
  const { words, fromDns } = withoutFromDns(clauses.words);
  const walk = new Walk(words);
  const head = takeHead(walk);
  let type = head.type;
  const name = takeName(walk);
  if (name === null) return null;
  walk.skip('in');
  type ??= takeType(walk);
  const said = walk.skip('record', 'records', 'entry') || head.saidRecord || fromDns || clauses.zone !== null;
  const linked = takeLink(walk);
  const rest = walk.rest;
  // `remove consul` alone may mean the service, the host or the name: it takes a word that says DNS.
  if (type === null && !said) return null;
  const more = manner(head);
  if (rest.length === 0) return linked ? null : { kind: 'remove', name, type, data: null, zone: clauses.zone, ...more };
  const made = dataText(type, rest);
  return made === null || head.all
    ? null
    : { kind: 'remove', name, type: made.type, data: made.data, zone: clauses.zone, ...more };
}

function manner({ all, old }: AskHead): { readonly all?: true; readonly old?: true } {
  return { ...(all ? { all: true as const } : {}), ...(old ? { old: true as const } : {}) };
}

/** `rename the record old-wiki to archive`, `rename printer.fleet.lan to brother.fleet.lan`. */
function renameAsk(clauses: Clauses): DnsAsk | null {
  if (clauses.ttl !== null) return null;
  const { words, fromDns } = withoutFromDns(clauses.words);
  const walk = new Walk(words);
  const head = takeHead(walk);
  const name = takeName(walk);
  walk.skip('record', 'records', 'entry');
  if (name === null || head.all || head.old || !walk.skip('to', 'into', '->', '→', '=>')) return null;
  const to = takeName(walk);
  if (to === null || walk.rest.length > 0) return null;
  // A host or a service may be renamed too: it takes a word that says DNS, or a name that is one.
  const said = head.saidRecord || head.type !== null || fromDns || clauses.zone !== null;
  if (!said && !(name.includes('.') && to.includes('.'))) return null;
  return { kind: 'rename', name, to, zone: clauses.zone };
}

/** The words without `from DNS` or `in DNS` at their end. */
export function withoutFromDns(words: readonly Word[]): { readonly words: readonly Word[]; readonly fromDns: boolean } {
  for (const end of [
    ['from', 'dns'],
    ['from', 'the', 'dns'],
    ['in', 'dns'],
    ['in', 'the', 'dns'],
  ]) {
    const from = words.length - end.length;
    if (from > 0 && end.every((low, at) => words[from + at]?.low === low))
      return { words: words.slice(0, from), fromDns: true };
  }
  return { words, fromDns: false };
}
