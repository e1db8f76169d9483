import { refuse, type Refusal } from '../../core/refusal.ts';
import type { DnsAsk } from './ask.ts';
import { formAsks } from './form.ts';
import { afterCourtesy } from './courtesy.ts';
import { askIn, verbOf, type Verb } from './grammar.ts';
import { isHeading } from './heading.ts';
import { impliedAsk } from './implied.ts';
import { sentencesOf, type Sentence, type Word } from './sentences.ts';
import { severalAsks } from './several.ts';
import { slashAsks } from './slash.ts';
import { ttlAsk } from './ttl-ask.ts';

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
    const item = sentence.item ? listVerb : null;
    // `grafana -> anubis` below `add these records:` is new, or nothing.
    const found = item?.verb === 'add' ? (itemAsk(words, item) ?? asksIn(words)) : inList(words, item);
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

function inList(words: readonly Word[], head: Head | null): readonly DnsAsk[] | null {
  return asksIn(words) ?? (head === null ? null : itemAsk(words, head));
}

/** One sentence may hold several asks: `add A consul 10.0.20.30 and point grafana at anubis`. */
function asksIn(words: readonly Word[]): readonly DnsAsk[] | null {
  const ttl = ttlAsk(words);
  if (ttl !== null) return [ttl];
  const verb = verbOf(words[0]) ?? impliedAsk(words)?.verb ?? null;
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
  const ttl = ttlAsk(words);
  if (ttl !== null) return [ttl];
  const said = verbOf(words[0]) === null ? (impliedAsk(words)?.words ?? []) : words.slice(1);
  const several = severalAsks(said, verb);
  if (several !== null) return several;
  const ask = askIn(said, verb);
  return ask === null ? null : [ask];
}

function withoutRepeats(asks: readonly DnsAsk[]): readonly DnsAsk[] {
  return asks.filter((ask, at) => asks.findIndex((other) => same(ask, other)) === at);
}

function same(one: DnsAsk, other: DnsAsk): boolean {
  return JSON.stringify(one).toLowerCase() === JSON.stringify(other).toLowerCase();
}
