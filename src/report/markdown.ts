import { stripVTControlCharacters } from 'node:util';

/**
 * Text from outside, made safe to stand in a comment: nobody is pinged, no issue is linked or closed, no HTML is
 * rendered, no table or list breaks, and no line of ours begins with a slash (another bot would take it for a command).
 */
export function plain(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/([\\`*_[\]|~])/g, '\\$1')
    .replaceAll(/@(?=[A-Za-z0-9])/g, '@\u200B')
    .replaceAll(/#(?=\d)/g, '#\u200B')
    .replaceAll(/\b(GH)-(?=\d)/gi, '$1\u200B-')
    .replace(/^\//, '&#47;');
}

/** Like `plain`, but what stands between two backticks stays code: our own findings and reasons are written so. */
export function prose(text: string): string {
  return oneLine(text)
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1)) : plain(part)))
    .join('');
}

/** Inline code: the one place where text stays as it is. */
export function code(text: string): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  const padding = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : '';
  return `${ticks}${padding}${line}${padding}${ticks}`;
}

/** A fenced block whose fence no line of the text can close. Control characters of terminals are taken out. */
export function block(text: string, language = ''): string {
  const clean = withoutTerminalCodes(text);
  const longest = Math.max(2, ...[...clean.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${clean.replace(/\n+$/, '')}\n${fence}`;
}

/** A section that is closed until a reader opens it. */
export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** A table. Cells are Markdown already; a pipe ends a cell, also within code, unless a backslash stands before it (GFM 4.10). */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(withoutPipes).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** "griffin", "griffin and anubis", "griffin, anubis and 3 more". */
export function listed(words: readonly string[], most = 10): string {
  if (words.length > most) return `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
  const last = words.at(-1) ?? 'none';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** "1 host", "3 hosts". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function withoutPipes(cell: string): string {
  // An odd number of backslashes already takes the pipe's meaning away.
  return cell.replaceAll(/(\\*)\|/g, (pipe, before: string) => (before.length % 2 === 1 ? pipe : `${before}\\|`));
}

function oneLine(text: string): string {
  return withoutTerminalCodes(text).replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ');
}

/** ANSI sequences (ECMA-48) and other control characters can overwrite what was shown before them. */
export function withoutTerminalCodes(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\r(?!\n)/g, '\n')
    .replaceAll(/(?![\t\n\r])\p{Cc}/gu, '');
}
