import { refuse, type Refusal } from '../../core/refusal.ts';
import type { DnsAsk } from './ask.ts';
import { askIn } from './grammar.ts';
import { wordsOf, type Word } from './sentences.ts';

/** The headings of the shipped issue form, in lower case, and what they fill. */
const fields: Readonly<Record<string, 'action' | 'name' | 'type' | 'value' | 'ttl'>> = {
  action: 'action',
  name: 'name',
  type: 'type',
  value: 'value',
  'value or host': 'value',
  ttl: 'ttl',
};

/** The ask in a filled issue form (GitHub renders `### Heading` and the answer below); null where it is none. */
export function formAsks(text: string): readonly DnsAsk[] | Refusal | null {
  const answers = new Map<string, string>();
  const parts = text.replace(/<!--[\s\S]*?(-->|$)/g, '').split(/^###[ \t]+(.+?)[ \t]*\r?$/m);
  if ((parts[0] ?? '').trim() !== '' || parts.length < 5) return null;
  for (let at = 1; at < parts.length; at += 2) {
    const field = fields[(parts[at] ?? '').toLowerCase()];
    if (field === undefined || answers.has(field)) return null;
    const answer = (parts[at + 1] ?? '').trim();
    answers.set(field, answer === '_No response_' || answer === 'None' ? '' : answer);
  }
  const name = answers.get('name');
  if (name === undefined) return null;
  const action = (answers.get('action') ?? 'add').toLowerCase().split(/\s/)[0] ?? 'add';
  const ask = formAsk(action, answers);
  return ask === null
    ? refuse('ask-not-understood', {
        sentence: [...answers]
          .map(([field, answer]) => `${field}: ${answer}`)
          .join(', ')
          .slice(0, 200),
        understood: ['Action: add, set, point or remove', 'Name: one DNS name', 'Type and Value: as in a zone file'],
      })
    : [ask];
}

function formAsk(action: string, answers: ReadonlyMap<string, string>): DnsAsk | null {
  const words = (field: string): readonly Word[] => wordsOf(answers.get(field) ?? '');
  const word = (text: string): Word => ({ text, low: text, quoted: false });
  const name = words('name');
  const ttl = words('ttl');
  if (name.length !== 1 || ttl.length > 1) return null;
  const clause = ttl.length === 0 ? [] : [word('ttl'), ...ttl];
  const type = words('type').slice(0, 1);
  const said = (answers.get('value') ?? '').replace(/^`(.*)`$/s, '$1');
  // A form has a field for the text alone, so quotes around it are not asked of anybody.
  const whole = type[0]?.low === 'txt' && said !== '' && !said.includes('"') && !/[\r\n]/.test(said);
  const value = whole ? [{ text: said, low: '', quoted: true }] : words('value');
  switch (action) {
    case 'add':
    case 'set':
      return askIn([...name, ...type, ...value, ...clause], action);
    case 'change':
      return askIn([...name, ...type, ...value, ...clause], 'set');
    case 'point':
      return askIn([...name, word('to'), ...value, ...clause], 'point');
    case 'remove':
      return askIn([word('record'), ...name, ...type, ...value], 'remove');
    default:
      return null;
  }
}
