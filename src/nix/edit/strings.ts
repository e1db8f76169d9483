import type { NixTree } from '../parser.ts';
import { escapeLine, indentString, quoteString } from '../string-text.ts';
import { plainValue } from '../string-value.ts';
import type { Bind, StringLiteral } from '../syntax.ts';
import { bare } from '../walk.ts';
import { lineEnd, lineIndent } from './layout.ts';
import { refused, type Refused, type Splice } from './nix-edit.ts';

/** Gives a written string another text, in the quotes that it has. Lines that stay the same stay as they are written. */
export function setString(tree: NixTree, bind: Bind, value: string): readonly Splice[] | Refused {
  const node = bare(bind.value);
  if (node.type !== 'string') return refused('not-a-string', 'the value is not a written string', [bind.value.from]);
  const current = plainValue(tree.text, node);
  if (current === null) return refused('interpolated', 'the string holds interpolations', [node.from]);
  if (value.includes('\0')) return refused('bad-value', 'Nix strings cannot hold a NUL');
  if (current === value) return [];
  const written = node.indented ? indentedText(tree.text, node, current, value) : quoteString(value);
  return [{ from: node.from, to: node.to, text: written }];
}

function indentedText(text: string, node: StringLiteral, current: string, value: string): string {
  const raw = text.slice(node.from + 2, node.to - 2);
  const eol = lineEnd(text);
  const rawLines = raw.split('\n').map((line) => line.replace(/\r$/, ''));
  if (!/^ *$/.test(rawLines[0] ?? '') || rawLines.length < 2)
    return value.includes('\n') ? fresh(text, node, value, eol) : `''${escapeLine(value)}''`;
  const indent =
    rawLines
      .slice(1, -1)
      .find((line) => /\S/.test(line))
      ?.match(/^ */)?.[0] ?? `${lineIndent(text, node.from)}  `;
  const closing = /^[ \t]*$/.test(rawLines[rawLines.length - 1] ?? '')
    ? (rawLines[rawLines.length - 1] ?? '')
    : lineIndent(text, node.from);
  const made = indentString(value, minimalIndent(rawLines, indent), closing);
  return eol === '\n' ? keepLines(made, rawLines, current) : made;
}

/** The indentation that the text's own lines share. */
function minimalIndent(rawLines: readonly string[], fallback: string): string {
  const widths = rawLines
    .slice(1, -1)
    .filter((line) => /\S/.test(line))
    .map((line) => /^ */.exec(line)?.[0].length ?? 0);
  return widths.length === 0 ? fallback : ' '.repeat(Math.min(...widths));
}

function fresh(text: string, node: StringLiteral, value: string, eol: string): string {
  const outer = lineIndent(text, node.from);
  return indentString(value, `${outer}  `, outer).replaceAll('\n', eol);
}

/** Escapes may be written in more than one way: a line that says what it said before keeps its own. */
function keepLines(made: string, rawLines: readonly string[], current: string): string {
  const values = current.split('\n');
  const said = new Map<string, string>();
  for (const [index, value] of values.entries()) {
    const raw = rawLines[index + 1];
    if (raw !== undefined && value !== '' && raw.trim() !== value.trim() && rawLines.length === values.length + 1)
      said.set(value, raw);
  }
  if (said.size === 0) return made;
  const rewritten = new Map([...said].map(([value, raw]) => [escapeLine(value), raw]));
  return made
    .split('\n')
    .map((line) => rewritten.get(line.trimStart()) ?? line)
    .join('\n');
}
