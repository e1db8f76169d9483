import { escapeHtml, trusted, type Html } from './html.ts';

/**
 * Shows the Markdown that reports and issues use: headings, lists, tables, fences, quotes, folded details, links,
 * code, emphasis. Everything is escaped first; of HTML only `details`, `summary`, `br`, `kbd` and `sub` come back.
 * Not CommonMark: what is not known stays readable as it was typed.
 */
export function markdown(text: string): Html {
  const lines = text
    .replaceAll('\r\n', '\n')
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .split('\n');
  return trusted(blocks(lines));
}

interface Block {
  readonly html: string;
  readonly used: number;
}

type Reader = (lines: readonly string[]) => Block | null;

function blocks(lines: readonly string[]): string {
  const out: string[] = [];
  let at = 0;
  while (at < lines.length) {
    const rest = lines.slice(at);
    if ((rest[0] ?? '').trim() === '') {
      at += 1;
      continue;
    }
    const block = readers.map((reader) => reader(rest)).find((one) => one !== null) ?? paragraph(rest);
    out.push(block.html);
    at += Math.max(1, block.used);
  }
  return out.join('\n');
}

const fence: Reader = (lines) => {
  const open = /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)/.exec(lines[0] ?? '');
  if (open === null) return null;
  const mark = open[1] ?? '```';
  const end = lines.findIndex(
    (line, index) => index > 0 && line.trim().startsWith(mark) && line.trim().replaceAll(mark.charAt(0), '') === '',
  );
  const stop = end < 0 ? lines.length : end;
  const body = lines.slice(1, stop).join('\n');
  const code = open[2] === 'diff' ? colouredDiff(body) : escapeHtml(body);
  return { html: `<pre><code>${code}</code></pre>`, used: stop + 1 };
};

/** A diff's lines, each marked by what it does. */
export function colouredDiff(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const kind = line.startsWith('@@') ? 'hunk' : line.startsWith('+') ? 'plus' : line.startsWith('-') ? 'minus' : '';
      return kind === '' ? escapeHtml(line) : `<span class="${kind}">${escapeHtml(line)}</span>`;
    })
    .join('\n');
}

const heading: Reader = (lines) => {
  const match = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[0] ?? '');
  if (match === null) return null;
  const level = Math.min(6, (match[1] ?? '').length + 1);
  return { html: `<h${level}>${inline(match[2] ?? '')}</h${level}>`, used: 1 };
};

const rule: Reader = (lines) => (/^ {0,3}([-*_])( *\1){2,} *$/.test(lines[0] ?? '') ? { html: '<hr>', used: 1 } : null);

/** `<details>` and its closing tag stand on lines of their own; what is between is Markdown again. */
const folded: Reader = (lines) => {
  const match = /^\s*<(\/?details)(\s+open)?>\s*(?:<summary>(.*?)<\/summary>)?\s*$/i.exec(lines[0] ?? '');
  if (match !== null) {
    const summary = match[3] === undefined ? '' : `<summary>${inline(match[3])}</summary>`;
    const tag = (match[1] ?? '').toLowerCase();
    return { html: `<${tag}${match[2] === undefined ? '' : ' open'}>${summary}`, used: 1 };
  }
  const summary = /^\s*<summary>(.*?)<\/summary>\s*$/i.exec(lines[0] ?? '');
  return summary === null ? null : { html: `<summary>${inline(summary[1] ?? '')}</summary>`, used: 1 };
};

const quote: Reader = (lines) => {
  const end = lines.findIndex((line) => !/^ {0,3}>/.test(line));
  const used = end < 0 ? lines.length : end;
  if (used === 0) return null;
  const inner = lines.slice(0, used).map((line) => line.replace(/^ {0,3}> ?/, ''));
  return { html: `<blockquote>${blocks(inner)}</blockquote>`, used };
};

/** The cells of a row. A pipe inside code or after a backslash is no border. */
function cells(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|(?=(?:[^`]*`[^`]*`)*[^`]*$)/).map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));
}

const table: Reader = (lines) => {
  const [head = '', border = ''] = lines;
  if (!head.includes('|') || !/^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(border)) return null;
  const end = lines.findIndex((line, index) => index > 1 && !line.includes('|'));
  const used = end < 0 ? lines.length : end;
  const row = (line: string, tag: string): string =>
    `<tr>${cells(line)
      .map((cell) => `<${tag}>${inline(cell)}</${tag}>`)
      .join('')}</tr>`;
  const body = lines.slice(2, used).map((line) => row(line, 'td'));
  return { html: `<table><thead>${row(head, 'th')}</thead><tbody>${body.join('')}</tbody></table>`, used };
};

const item = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;

const list: Reader = (lines) => {
  const first = item.exec(lines[0] ?? '');
  if (first === null) return null;
  const indent = (first[1] ?? '').length;
  const items: string[][] = [];
  let used = 0;
  for (const line of lines) {
    const match = item.exec(line);
    const depth = /^\s*/.exec(line)?.[0].length ?? 0;
    if (match !== null && depth === indent) items.push([match[3] ?? '']);
    else if (line.trim() !== '' && depth > indent) items.at(-1)?.push(line.slice(indent + 2));
    else break;
    used += 1;
  }
  const tag = /\d/.test(first[2] ?? '') ? 'ol' : 'ul';
  const entry = (own: readonly string[]): string => {
    const [head = '', ...rest] = own;
    const task = /^\[([ xX])\]\s+(.*)$/.exec(head);
    const text = task === null ? inline(head) : `${task[1] === ' ' ? '☐' : '☑'} ${inline(task[2] ?? '')}`;
    return `<li>${text}${rest.length === 0 ? '' : `\n${blocks(rest)}`}</li>`;
  };
  return { html: `<${tag}>${items.map(entry).join('')}</${tag}>`, used };
};

const readers: readonly Reader[] = [fence, heading, rule, folded, quote, table, list];

function paragraph(lines: readonly string[]): Block {
  let used = 1;
  while (used < lines.length) {
    const rest = lines.slice(used);
    if ((rest[0] ?? '').trim() === '' || readers.some((reader) => reader(rest) !== null)) break;
    used += 1;
  }
  // In comments GitHub keeps line breaks.
  return { html: `<p>${lines.slice(0, used).map(inline).join('<br>')}</p>`, used };
}

/** Only addresses that lead somewhere harmless become links. */
const harmless = /^(https?:\/\/|\/(?!\/)|#)/;

const codeLinkOrAddress = /(`+)(.+?)\1(?!`)|!?\[([^\]]*)\]\(([^\s)]+)\)|(https?:\/\/[^\s<)]+)/g;

/**
 * Code and links are finished first and stand as a private character each while emphasis is read:
 * so nothing in them is taken for markup, and emphasis may go around them.
 */
function inline(text: string): string {
  const done: string[] = [];
  const keep = (piece: string): string => `\uE000${done.push(piece) - 1}\uE001`;
  const link = (address: string, label: string): string => `<a href="${escapeHtml(address)}">${label}</a>`;
  const rest = text
    .replaceAll(/[\uE000\uE001]/g, '')
    .replaceAll(codeLinkOrAddress, (whole: string, ...found: readonly (string | undefined)[]) => {
      const [, code, label, target, address] = found;
      if (code !== undefined) return keep(`<code>${escapeHtml(code.trim())}</code>`);
      if (address !== undefined) return keep(link(address, escapeHtml(address)));
      return target !== undefined && harmless.test(target) ? keep(link(target, inline(label ?? ''))) : whole;
    });
  return emphasis(rest).replaceAll(/\uE000(\d+)\uE001/g, (_, index: string) => done[Number(index)] ?? '');
}

function emphasis(text: string): string {
  return escapeHtml(text)
    .replaceAll(/&lt;(\/?(?:kbd|sub|sup|b|i|em|strong)|br ?\/?)&gt;/gi, '<$1>')
    .replaceAll(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/(^|[^\w*])\*([^*\s][^*]*?)\*(?!\w)/g, '$1<em>$2</em>')
    .replaceAll(/(^|\W)_([^_\s][^_]*?)_(?!\w)/g, '$1<em>$2</em>')
    .replaceAll(/~~(.+?)~~/g, '<del>$1</del>');
}
