import type { Finding } from '../../core/finding.ts';
import type { Fact } from '../fact.ts';
import type { Conflict } from './conflict.ts';
import { type Listening, listeningWords, overlap, readListening } from './listening.ts';
import { byPlace, findingAtFact, groupBy, placeWords, thingWords } from './things.ts';

/** One port for two services of one host or guest. */
export const portTwice: Conflict = {
  id: 'port-twice',
  summary: 'Two services of one host or guest listen on the same port.',
  find(facts) {
    const listeners = facts.flatMap((fact): Listener[] => {
      const listening = fact.kind === 'service-port' && fact.host !== null ? readListening(fact.value) : null;
      return listening === null ? [] : [{ fact, listening }];
    });
    const things = groupBy(listeners, ({ fact }) => `${fact.host} ${fact.guest ?? ''}`);
    return [...things.values()].flatMap(clashesOf);
  },
};

interface Listener {
  readonly fact: Fact;
  readonly listening: Listening;
}

function clashesOf(listeners: readonly Listener[]): readonly Finding[] {
  const sorted = [...listeners].sort((a, b) => byPlace(a.fact, b.fact));
  const told = new Set<string>();
  return sorted.flatMap((late, index) => {
    const early = sorted.slice(0, index).find((one) => clash(one, late));
    if (early === undefined) return [];
    const names = [early.fact.name, late.fact.name].sort().join(' ');
    const key = `${names} ${late.listening.from}/${late.listening.protocol ?? ''}`;
    if (told.has(key)) return [];
    told.add(key);
    const message = `${late.fact.name} (${placeWords(late.fact)}) and ${early.fact.name} (${placeWords(early.fact)}) both listen on ${listeningWords(late.listening)} of ${thingWords(late.fact)}`;
    return [findingAtFact(late.fact, { check: portTwice.id, level: 'error', message })];
  });
}

function clash(a: Listener, b: Listener): boolean {
  return overlap(a.listening, b.listening) && !sameService(a.fact, b.fact);
}

/** Sockets, proxies and parts of one service share its name or its line. */
function sameService(a: Fact, b: Fact): boolean {
  const [one, other] = [a.name, b.name].map((name) => name.toLowerCase());
  if (one === undefined || other === undefined || placeWords(a) === placeWords(b)) return true;
  return one === other || one.includes(other) || other.includes(one);
}
