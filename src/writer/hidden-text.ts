import type { Finding } from '../core/finding.ts';
import { hiddenCharacters } from './hidden-characters.ts';
import { hiddenMarkup } from './hidden-markup.ts';
import { lookAlikes } from './look-alikes.ts';
import { withoutShownCode } from './shown-code.ts';

/** Something that a text holds and the page does not show, or shows as something else. */
export interface Hidden {
  /** Where in the text, in UTF-16 code units. */
  readonly at: number;
  readonly what: string;
  /** The hidden text itself, raw. */
  readonly text: string;
}

/** GitHub's own limit of a body; what is longer came by another way and is not read on. */
const mostCharacters = 65_536;
const longestLine = 10_000;
const mostFindings = 30;

/**
 * What an issue or a comment holds that its reader does not see on GitHub's page: people approve what they see, and the
 * model reads everything. It reports and never strips: twenty ways of hiding got past the best-known filter.
 * In doubt it reports. `names` are words of the fleet, whose look-alikes count also where no scripts are mixed.
 */
export function hiddenText(text: string, names: readonly string[] = []): readonly Finding[] {
  const read = text.slice(0, mostCharacters);
  const found: Hidden[] = [
    ...hiddenMarkup(withoutShownCode(read), read),
    ...hiddenCharacters(read),
    ...lookAlikes(read, names),
    ...floods(text),
  ].sort((a, b) => a.at - b.at);
  const findings = found.slice(0, mostFindings).map((one) => findingOf(read, one));
  const left = found.length - findings.length;
  return left === 0 ? findings : [...findings, { check, level, message: `… and ${left} more hidden places` }];
}

const check = 'hidden-text';
const level = 'warning';

function findingOf(text: string, { at, what, text: hidden }: Hidden): Finding {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - (before.lastIndexOf('\n') + 1) + 1;
  return { check, level, line, column, message: hidden === '' ? what : `${what}: ${excerpt(hidden)}` };
}

function floods(text: string): Hidden[] {
  const found: Hidden[] = [];
  if (text.length > mostCharacters)
    found.push({
      at: mostCharacters,
      what: `${text.length - mostCharacters} characters behind the first ${mostCharacters} were not looked at`,
      text: '',
    });
  let at = 0;
  for (const line of text.slice(0, mostCharacters).split('\n')) {
    if (line.length > longestLine) found.push({ at, what: `a line of ${line.length} characters`, text: '' });
    at += line.length + 1;
  }
  return found;
}

/** At most eighty characters, with everything that does not show written as its code point. */
function excerpt(hidden: string): string {
  const shown = hidden
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(
      /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu,
      (one) => `<U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
    );
  const characters = Array.from(shown);
  return characters.length > 80 ? `${characters.slice(0, 80).join('')}…` : shown;
}
