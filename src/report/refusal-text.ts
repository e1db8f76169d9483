import type { Refusal } from '../core/refusal.ts';
import { refusalSentence } from './refusals.ts';

/** A refusal for a terminal: the same words as on a pull request, without the marks that make a comment of them. */
export function refusalText(refusal: Refusal): string {
  return withoutMarks(refusalSentence(refusal));
}

/** Takes back what `plain` and `code` of `markdown.ts` put in. */
export function withoutMarks(markdown: string): string {
  return markdown
    .split(/(`+[^`]+`+)/)
    .map((part, at) => (at % 2 === 1 ? part.replace(/^`+ ?| ?`+$/g, '') : unescaped(part)))
    .join('');
}

function unescaped(text: string): string {
  return text
    .replaceAll('\u200B', '')
    .replaceAll(/\\([\\`*_[\]|~])/g, '$1')
    .replaceAll('&#47;', '/')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
