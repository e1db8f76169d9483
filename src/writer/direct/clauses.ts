import { readTime } from '../../dns/data.ts';
import { isNameWord } from './name-word.ts';
import type { Word } from './sentences.ts';

export interface Clauses {
  readonly words: readonly Word[];
  readonly ttl: number | null;
  readonly zone: string | null;
}

/** Takes `with a TTL of 300` and `in the zone fleet.lan` out of a sentence; each may stand once. */
export function takeClauses(words: readonly Word[]): Clauses | null {
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
