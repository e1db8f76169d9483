import { canonicalIpv4, canonicalIpv6 } from '../../dns/address.ts';
import { isKnownType } from '../../dns/record-types.ts';
import { readTime } from '../../dns/data.ts';
import type { DnsAsk } from './ask.ts';
import type { Word } from './sentences.ts';

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

interface Clauses {
  readonly words: readonly Word[];
  readonly ttl: number | null;
  readonly zone: string | null;
}

/** Takes `with a TTL of 300` and `in the zone fleet.lan` out of a sentence; each may stand once. */
function takeClauses(words: readonly Word[]): Clauses | null {
  let rest = words;
  let ttl: number | null = null;
  let zone: string | null = null;
  const ttlAt = rest.findIndex((word) => word.low === 'ttl' || word.low === '--ttl' || /^ttl[=:]/.test(word.low));
  if (ttlAt >= 0) {
    const inline = /^ttl[=:](.+)$/.exec(rest[ttlAt]?.low ?? '')?.[1];
    let from = ttlAt;
    while (from > 0 && ['with', 'a', 'and'].includes(rest[from - 1]?.low ?? '')) from -= 1;
    let to = ttlAt + 1;
    if (inline === undefined) {
      while (['of', '=', 'to', 'is'].includes(rest[to]?.low ?? '')) to += 1;
      to += 1;
    }
    ttl = readTime(inline ?? rest[to - 1]?.low ?? '');
    if (ttl === null) return null;
    if (['s', 'seconds', 'second', 'sec'].includes(rest[to]?.low ?? '')) to += 1;
    rest = [...rest.slice(0, from), ...rest.slice(to)];
  }
  const zoneAt = rest.findIndex((word, at) => at > 0 && word.low === 'zone');
  if (zoneAt >= 0) {
    const prepositions = ['in', 'to', 'from', 'into', 'of'];
    const before = rest.slice(0, zoneAt);
    const named = before.at(-1);
    // `in the fleet.lan zone` or `in (the) zone fleet.lan`.
    const opening = before.findLastIndex((word) => prepositions.includes(word.low));
    const between = opening < 0 ? [] : before.slice(opening + 1).filter((word) => word.low !== 'the');
    if (opening < 1 || named === undefined) return null;
    const after = rest[zoneAt + 1];
    if (between.length === 1 && after === undefined) {
      zone = between[0]?.text ?? null;
      rest = rest.slice(0, opening);
    } else if (between.length === 0 && after !== undefined && rest.length === zoneAt + 2) {
      zone = after.text;
      rest = rest.slice(0, opening);
    } else return null;
    if (zone === null || !isNameWord(zone)) return null;
  }
  return { words: rest, ttl, zone };
}

/** A walk over words that only goes forward. */
class Walk {
  readonly words: readonly Word[];
  at = 0;
  constructor(words: readonly Word[]) {
    this.words = words;
  }
  get here(): Word | undefined {
    return this.words[this.at];
  }
  get rest(): readonly Word[] {
    return this.words.slice(this.at);
  }
  /** Steps over one of the given words. */
  skip(...options: readonly string[]): boolean {
    if (!options.includes(this.here?.low ?? '') || this.here?.quoted === true) return false;
    this.at += 1;
    return true;
  }
  /** Steps over a phrase, all of it or nothing. */
  phrase(...phrase: readonly string[]): boolean {
    if (!phrase.every((low, index) => this.words[this.at + index]?.low === low)) return false;
    this.at += phrase.length;
    return true;
  }
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

/** The data of an ask, where it is plainly data of that type; a missing type is that of an address. */
function dataText(
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

/** Words of the grammar are no names: `add the for 10.0.0.1` is a slip, not a record. */
const notNames = new Set([
  'a',
  'an',
  'the',
  'for',
  'to',
  'at',
  'with',
  'record',
  'records',
  'dns',
  'entry',
  'in',
  'from',
  'of',
  'and',
  'it',
  'that',
  'this',
  'as',
  'all',
  'every',
  'everything',
  'is',
  'on',
  'me',
  'us',
  'you',
  'him',
  'her',
  'them',
  'my',
  'our',
  'your',
  'here',
  'there',
  'everyone',
  'anything',
  'something',
]);

/** A DNS name as people type one: labels of letters, digits, `-`, `_`, a `*` in front, `@` for the top. */
export function isNameWord(text: string): boolean {
  if (text === '@') return true;
  if (notNames.has(text.toLowerCase())) return false;
  return /^(\*\.)?([A-Za-z0-9_]([A-Za-z0-9_/-]{0,61}[A-Za-z0-9_])?)(\.[A-Za-z0-9_]([A-Za-z0-9_/-]{0,61}[A-Za-z0-9_])?)*\.?$/.test(
    text,
  );
}
