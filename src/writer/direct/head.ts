import { asciiName } from '../../dns/asked-change.ts';
import { isKnownType } from '../../dns/record-types.ts';
import { isNameWord } from './name-word.ts';
import type { Word } from './sentences.ts';
import type { Walk } from './walk.ts';

/** Types that may be asked for; SOA and the DNSSEC types that a signer makes are not typed by people. */
export function typeOf(word: Word | undefined): string | null {
  if (word === undefined || word.quoted || !/^[A-Za-z][A-Za-z0-9]*$/.test(word.text)) return null;
  const type = word.text.toUpperCase();
  // A policy of senders is a TXT record; the type of that name is gone (RFC 7208 section 3.1).
  if (type === 'SPF') return 'TXT';
  if (isKnownType(type)) return ['SOA', 'NULL', 'KEY', 'SIG'].includes(type) ? null : type;
  return /^[A-Z]+s$/.test(word.text) && isKnownType(word.text.slice(0, -1)) ? word.text.slice(0, -1) : null;
}

export function takeType(walk: Walk): string | null {
  const type = typeOf(walk.here);
  if (type !== null) walk.at += 1;
  return type;
}

export function takeName(walk: Walk): string | null {
  const word = walk.here;
  const name = word === undefined || word.quoted ? null : asciiName(word.text);
  if (name === null || !isNameWord(name)) return null;
  walk.at += 1;
  return name;
}

export interface AskHead {
  readonly type: string | null;
  readonly saidRecord: boolean;
  readonly all: boolean;
  readonly old: boolean;
}

/** `a`, `the new`, `an additional DNS`, with the type where it is said: `an A record for`. */
export function takeHead(walk: Walk): AskHead {
  let type: string | null = null;
  let [saidRecord, all, old] = [false, false, false];
  for (;;) {
    const word = walk.here;
    const next = walk.words[walk.at + 1];
    if (word === undefined) break;
    // A lower-case `a` is the article where a type or `record` follows it, and the type where a name does.
    const article =
      word.text === 'a' &&
      (typeOf(next) !== null || ['new', 'dns', 'record', 'host', 'wildcard'].includes(next?.low ?? ''));
    if (article || walk.skip('an', 'the', 'new', 'another', 'this', 'following', 'these', 'wildcard')) {
      if (article) walk.at += 1;
      continue;
    }
    if (walk.skip('dns', 'record', 'records', 'entry', 'entries')) {
      saidRecord = true;
      continue;
    }
    if (next !== undefined && walk.skip('all', 'every')) {
      all = true;
      continue;
    }
    if (word.low === 'old' && next !== undefined && isNameWord(next.text)) {
      old = true;
      walk.at += 1;
      continue;
    }
    if (takeAddressWord(walk)) {
      saidRecord = true;
      continue;
    }
    if (type === null && ['alias', 'aliases'].includes(word.low) && next !== undefined) {
      [type, saidRecord] = ['CNAME', true];
      walk.at += 1;
      continue;
    }
    if (type === null && typeOf(word) !== null && next !== undefined) {
      type = takeType(walk);
      continue;
    }
    break;
  }
  walk.skip('for', 'of', 'called', 'named', 'on', '-');
  if (!walk.phrase('the', 'name') && !walk.phrase('the', 'host')) walk.skip('name', 'host');
  return { type, saidRecord, all, old };
}

/** `the IP of`, `the IPv6 address for`: a word of its own only where a name is still to come. */
function takeAddressWord(walk: Walk): boolean {
  const start = walk.at;
  if (walk.skip('ip', 'ipv4', 'ipv6')) walk.skip('address');
  else if (!walk.skip('address')) return false;
  if (['of', 'for'].includes(walk.here?.low ?? '')) return true;
  walk.at = start;
  return false;
}

/** What parts a name from its data: `to`, `->`, `with the value`, `pointing at`. */
export function takeLink(walk: Walk): boolean {
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
