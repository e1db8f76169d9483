import { readTime } from '../../dns/data.ts';
import type { DnsAsk } from './ask.ts';
import { takeType } from './head.ts';
import { isNameWord } from './name-word.ts';
import type { Word } from './sentences.ts';
import { Walk } from './walk.ts';

const units: Readonly<Record<string, string>> = {
  second: 's',
  seconds: 's',
  sec: 's',
  minute: 'm',
  minutes: 'm',
  min: 'm',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  week: 'w',
  weeks: 'w',
};

/** `set the TTL of nas to 1h`, `lower the TTL of the A record griffin to 5 minutes`. */
export function ttlAsk(words: readonly Word[]): DnsAsk | null {
  const walk = new Walk(words);
  if (!walk.skip('set', 'change', 'update', 'lower', 'raise', 'reduce', 'increase', 'shorten', 'make')) return null;
  walk.skip('the');
  if (!walk.skip('ttl') || !walk.skip('of', 'for', 'on')) return null;
  walk.skip('the');
  let type = takeType(walk);
  walk.skip('record', 'records');
  const name = walk.here;
  if (name === undefined || name.quoted || !isNameWord(name.text)) return null;
  walk.at += 1;
  type ??= takeType(walk);
  walk.skip('record', 'records');
  if (!walk.skip('to', '=', 'at') || walk.here === undefined) return null;
  const [number, unit, ...more] = walk.rest;
  if (number === undefined || more.length > 0) return null;
  const letter = unit === undefined ? '' : units[unit.low];
  const ttl = letter === undefined ? null : readTime(`${number.low}${letter}`);
  return ttl === null ? null : { kind: 'ttl', name: name.text, type, ttl, zone: null };
}
