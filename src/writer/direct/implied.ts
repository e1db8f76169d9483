import type { Verb } from './grammar.ts';
import { typeOf } from './head.ts';
import { isNameWord } from './name-word.ts';
import type { Word } from './sentences.ts';
import { readTime } from '../../dns/data.ts';

/** What a sentence asks that says so without a verb of its own, in the words that the verb would have. */
export function impliedAsk(words: readonly Word[]): { readonly verb: Verb; readonly words: readonly Word[] } | null {
  return arrow(words) ?? zoneLine(words) ?? shouldBe(words) ?? shouldPoint(words) ?? needed(words);
}

type Implied = ReturnType<typeof impliedAsk>;

/** `grafana → anubis`, and nothing else. */
function arrow(words: readonly Word[]): Implied {
  const [name, link, target, ...more] = words;
  if (name === undefined || target === undefined || more.length > 0) return null;
  return ['->', '→', '=>'].includes(link?.low ?? '') && isNameWord(name.text) ? { verb: 'point', words } : null;
}

/** `consul1.fleet.lan. 300 IN A 10.0.20.51`, as it would stand in the file. */
function zoneLine(words: readonly Word[]): Implied {
  const [name] = words;
  const at = readTime(words[1]?.low ?? '') === null ? 1 : 2;
  if (name === undefined || !isNameWord(name.text) || words[at]?.text !== 'IN') return null;
  return typeOf(words[at + 1]) === null || words[at + 2] === undefined ? null : { verb: 'add', words };
}

/** `metrics should be an alias for griffin`, `www must be a CNAME of blackjack`. */
function shouldBe(words: readonly Word[]): Implied {
  const [name, must, be, article, what, link, target, ...more] = words;
  if (name === undefined || what === undefined || target === undefined || more.length > 0) return null;
  if (!['should', 'must'].includes(must?.low ?? '') || be?.low !== 'be') return null;
  const alias = what.low === 'alias' || typeOf(what) === 'CNAME';
  if (!alias || !['a', 'an'].includes(article?.low ?? '') || !['for', 'of', 'to'].includes(link?.low ?? ''))
    return null;
  const cname: Word = { text: 'CNAME', low: 'cname', quoted: false };
  return { verb: 'add', words: [cname, name, { text: 'to', low: 'to', quoted: false }, target] };
}

/** `grafana should point to anubis`, `make grafana point to anubis`. */
function shouldPoint(words: readonly Word[]): Implied {
  const rest = ['make', 'let', 'have'].includes(words[0]?.low ?? '') ? words.slice(1) : words;
  const at = rest.findIndex((word) => word.low === 'point' || word.low === 'resolve');
  if (at < 1) return null;
  const between = rest
    .slice(1, at)
    .map((word) => word.low)
    .join(' ');
  const wanted = rest === words ? between === 'should' || between === 'must' : between === '';
  return wanted ? { verb: 'point', words: [...rest.slice(0, 1), ...rest.slice(at + 1)] } : null;
}

/** `we need a DNS record vault.fleet.lan with IP 10.0.20.31`. */
function needed(words: readonly Word[]): Implied {
  const [who, need, article] = words;
  if (!['we', 'i'].includes(who?.low ?? '') || need?.low !== 'need') return null;
  return ['a', 'an', 'another'].includes(article?.low ?? '') ? { verb: 'add', words: words.slice(2) } : null;
}
