import { refuse, type Refusal } from '../../core/refusal.ts';
import type { DnsAsk } from './ask.ts';
import { askIn } from './grammar.ts';
import { wordsOf, type Word } from './sentences.ts';

/** How `/dns` is typed. */
export const slashUsage = [
  '/dns add NAME [TTL] TYPE VALUE',
  '/dns set NAME [TTL] TYPE VALUE',
  '/dns point NAME HOST',
  '/dns remove NAME [TYPE [VALUE]]',
] as const;

/** The asks of a text whose lines start with `/dns`; null where none does. */
export function slashAsks(text: string): readonly DnsAsk[] | Refusal | null {
  const own = spokenLines(text).filter((line) => /^\/dns(\s|$)/i.test(line));
  if (own.length === 0) return null;
  const asks: DnsAsk[] = [];
  for (const line of own) {
    const ask = slashAsk(wordsOf(line).slice(1));
    if (ask === null) {
      return refuse('ask-not-understood', { sentence: line.slice(0, 200), understood: [...slashUsage] }, slashUsage[0]);
    }
    asks.push(ask);
  }
  return asks;
}

/** The lines that somebody says: not what a comment hides, and not what a code block or an indent only shows. */
function spokenLines(text: string): readonly string[] {
  let fenced = false;
  return text
    .replace(/<!--[\s\S]*?(-->|$)/g, '')
    .split(/\r\n|\n|\r/)
    .flatMap((line) => {
      const fence = /^ {0,3}(```|~~~)/.test(line);
      if (fence) fenced = !fenced;
      return fence || fenced || /^( {4}|\t)/.test(line) ? [] : [line.trim()];
    });
}

function slashAsk(words: readonly Word[]): DnsAsk | null {
  const [verb, name, ...rest] = words;
  if (verb === undefined || name === undefined || name.quoted) return null;
  const ttl = /^\d+[wdhms]?$/i.test(rest[0]?.text ?? '') && rest.length > 2 ? rest[0] : undefined;
  const clause: readonly Word[] = ttl === undefined ? [] : [{ text: 'ttl', low: 'ttl', quoted: false }, ttl];
  const data = ttl === undefined ? rest : rest.slice(1);
  const record: Word = { text: 'record', low: 'record', quoted: false };
  switch (verb.low) {
    case 'add':
      return askIn([...clause, name, ...data].toSorted(byClause(clause)), 'add');
    case 'set':
      return askIn([...clause, name, ...data].toSorted(byClause(clause)), 'set');
    case 'point': {
      const to: Word = { text: 'to', low: 'to', quoted: false };
      const target = data.filter((word) => word.low !== 'at' && word.low !== 'to');
      return target.length === 1 ? askIn([name, to, ...target], 'point') : null;
    }
    case 'remove':
    case 'delete':
      return askIn([record, name, ...data], 'remove');
    default:
      return null;
  }
}

/** The TTL clause goes to the end, where the grammar looks for it; all else keeps its order. */
function byClause(clause: readonly Word[]): (one: Word, other: Word) => number {
  return (one, other) => Number(clause.includes(one)) - Number(clause.includes(other));
}
