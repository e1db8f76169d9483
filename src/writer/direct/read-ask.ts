import { refuse, type Refusal } from '../../core/refusal.ts';
import type { DnsAsk } from './ask.ts';
import { formAsks } from './form.ts';
import { afterCourtesy } from './courtesy.ts';
import { askIn, verbOf, type Verb } from './grammar.ts';
import { isHeading } from './heading.ts';
import { isNameWord } from './name-word.ts';
import { sentencesOf, type Sentence, type Word } from './sentences.ts';
import { slashAsks } from './slash.ts';

/** What works without a model, in words that can be typed as they stand. */
export const askExamples = [
  'Add an A record consul.fleet.lan 10.0.20.30',
  'Point grafana at anubis',
  'Remove the CNAME old-wiki',
  'Add TXT _acme-challenge.fleet.lan "abc"',
  '/dns set grafana.fleet.lan CNAME anubis',
] as const;

/**
 * The DNS changes that a text asks for. All of the text is understood, or none of it is: an issue that asks for more
 * than DNS is not half done here. A title and a body are given as one text, the title first.
 */
export function readAsk(text: string): readonly DnsAsk[] | Refusal {
  const slash = slashAsks(text);
  if (slash !== null) return slash;
  const [title = '', ...lines] = text.trim().split(/\r\n|\n|\r/);
  const form = formAsks(text);
  if (form !== null) return form;
  const formBelow = formAsks(lines.join('\n'));
  if (formBelow !== null)
    return isHeading(title, 'kind' in formBelow ? [] : formBelow) || isAskAlike(title, formBelow)
      ? formBelow
      : notUnderstood(title);
  return fromSentences(sentencesOf(text));
}

function isAskAlike(title: string, asks: readonly DnsAsk[] | Refusal): boolean {
  const own = fromSentences(sentencesOf(title));
  return !('kind' in own) && !('kind' in asks) && own.every((ask) => asks.some((other) => same(ask, other)));
}

function fromSentences(sentences: readonly Sentence[]): readonly DnsAsk[] | Refusal {
  const asks: DnsAsk[] = [];
  const left: Sentence[] = [];
  let listVerb: Head | null = null;
  for (const sentence of sentences) {
    const words = afterCourtesy(sentence.words);
    if (words.length === 0) continue;
    const head = sentence.opensList ? listHead(words) : null;
    if (head !== null) {
      listVerb = head;
      continue;
    }
    const found = asksIn(words) ?? (sentence.item && listVerb !== null ? itemAsk(words, listVerb) : null);
    if (found === null) left.push(sentence);
    else asks.push(...found);
    if (!sentence.item) listVerb = null;
  }
  const once = withoutRepeats(asks);
  // The first line is the title: `DNS record for consul` over a body that asks adds nothing to it.
  const [first, ...others] = left;
  const onlyTitle = first !== undefined && others.length === 0 && first === sentences[0] && isHeading(first.text, once);
  if (once.length === 0 || (left.length > 0 && !onlyTitle))
    return notUnderstood(first?.text ?? sentences[0]?.text ?? '');
  return once;
}

export function notUnderstood(sentence: string): Refusal {
  return refuse(
    'ask-not-understood',
    { sentence: sentence.slice(0, 200), understood: [...askExamples] },
    askExamples[0],
  );
}

interface Head {
  readonly verb: Verb;
  readonly before: readonly Word[];
}

/** `Please add the following A records:` */
function listHead(words: readonly Word[]): Head | null {
  const verb = verbOf(words[0]);
  if (verb === null || words.slice(1).some((word) => word.quoted)) return null;
  const filler = new Set([
    'the',
    'following',
    'these',
    'this',
    'new',
    'dns',
    'record',
    'records',
    'entry',
    'entries',
    'a',
    'an',
  ]);
  const rest = words.slice(1);
  const types = rest.filter((word) => !filler.has(word.low) || word.text === 'A');
  if (types.length > 1 || types.some((word) => !/^[A-Z]{1,6}$/.test(word.text))) return null;
  const record: Word = { text: 'record', low: 'record', quoted: false };
  return { verb, before: verb === 'remove' && types.length === 0 ? [record] : types };
}

function itemAsk(words: readonly Word[], head: Head): readonly DnsAsk[] | null {
  const ask = askIn([...head.before, ...words], head.verb);
  return ask === null ? null : [ask];
}

/** One sentence may hold several asks: `add A consul 10.0.20.30 and point grafana at anubis`. */
function asksIn(words: readonly Word[]): readonly DnsAsk[] | null {
  const verb = verbOf(words[0]) ?? impliedVerb(words);
  if (verb === null) return null;
  const from = verbOf(words[0]) === null ? 0 : 1;
  for (let at = from + 1; at < words.length; at += 1) {
    if (words[at]?.low !== 'and' && words[at]?.low !== 'then') continue;
    let next = at + 1;
    while (['then', 'also', 'please'].includes(words[next]?.low ?? '')) next += 1;
    if (verbOf(words[next]) === null) continue;
    const first = single(words.slice(0, at), verb);
    const rest = asksIn(words.slice(next));
    return first === null || rest === null ? null : [...first, ...rest];
  }
  return single(words, verb);
}

function single(words: readonly Word[], verb: Verb): readonly DnsAsk[] | null {
  const said = verbOf(words[0]) === null ? impliedWords(words) : words.slice(1);
  if (verb === 'point') {
    const several = severalNames(said);
    if (several !== null) {
      const asks = several.map((part) => askIn(part, verb));
      return asks.some((ask) => ask === null) ? null : asks.filter((ask) => ask !== null);
    }
  }
  const ask = askIn(said, verb);
  return ask === null ? null : [ask];
}

/** `point grafana and prometheus at anubis` */
function severalNames(words: readonly Word[]): readonly (readonly Word[])[] | null {
  const link = words.findIndex((word) => word.low === 'at' || word.low === 'to');
  if (link < 3 || !words.slice(0, link).some((word) => word.low === 'and' || word.low === '&')) return null;
  const names = words.slice(0, link).filter((word) => word.low !== 'and' && word.low !== '&');
  if (!names.every((word) => isNameWord(word.text))) return null;
  return names.map((name) => [name, ...words.slice(link)]);
}

/** `grafana should point to anubis`, `make grafana point to anubis`. */
function impliedVerb(words: readonly Word[]): Verb | null {
  return impliedWords(words).length > 0 ? 'point' : null;
}

function impliedWords(words: readonly Word[]): readonly Word[] {
  const rest = ['make', 'let', 'have'].includes(words[0]?.low ?? '') ? words.slice(1) : words;
  const at = rest.findIndex((word) => word.low === 'point' || word.low === 'resolve');
  if (at < 1) return [];
  const between = rest
    .slice(1, at)
    .map((word) => word.low)
    .join(' ');
  const wanted = rest === words ? between === 'should' || between === 'must' : between === '';
  return wanted ? [...rest.slice(0, 1), ...rest.slice(at + 1)] : [];
}

function withoutRepeats(asks: readonly DnsAsk[]): readonly DnsAsk[] {
  return asks.filter((ask, at) => asks.findIndex((other) => same(ask, other)) === at);
}

function same(one: DnsAsk, other: DnsAsk): boolean {
  return JSON.stringify(one).toLowerCase() === JSON.stringify(other).toLowerCase();
}
