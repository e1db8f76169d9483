import { escapeLine } from '../../nix/string-text.ts';
import { piecesOf } from '../../nix/string-value.ts';
import type { StringLiteral } from '../../nix/syntax.ts';

/** What stands in a value where the string has an interpolation. Text that holds it is never understood or written. */
export const hole = '\uE000';

/** A string of a Nix file: what it says, and where each character of that stands in the file. */
export interface WrittenText {
  /** The whole file. */
  readonly file: string;
  readonly node: StringLiteral;
  /** Interpolations are one `hole` each. */
  readonly value: string;
  /** Offset in the file for each code unit of the value. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Where the value's first line begins in the file, behind quotes that have a line of their own. */
  readonly first: number;
  /** Blanks that Nix takes from the start of each line. */
  readonly indent: number;
}

interface Unit {
  readonly text: string;
  readonly at: number;
  readonly end: number;
  /** Written as an escape or an interpolation: never indentation. */
  readonly fixed: boolean;
  /** Of one stretch of text; the closing rule looks at the last stretch only. */
  readonly run: number;
}

/** Null where the string's value cannot be told character by character. */
export function writtenText(text: string, node: StringLiteral): WrittenText | null {
  const value = piecesOf(text, node)
    .map((piece) => (typeof piece === 'string' ? piece : hole))
    .join('');
  const read = node.indented
    ? indentedUnits(text, node)
    : { units: plainUnits(text, node), first: node.from + 1, indent: 0 };
  const starts: number[] = [];
  const ends: number[] = [];
  let said = '';
  for (const unit of read.units) {
    said += unit.text;
    for (let i = 0; i < unit.text.length; i += 1) {
      starts.push(unit.at);
      ends.push(unit.end);
    }
  }
  return said === value ? { file: text, node, value, starts, ends, first: read.first, indent: read.indent } : null;
}

const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function plainUnits(text: string, node: StringLiteral): readonly Unit[] {
  const units: Unit[] = [];
  for (const part of node.parts) {
    if (part.type === 'interpolation') {
      units.push({ text: hole, at: part.from, end: part.to, fixed: true, run: 0 });
      continue;
    }
    for (const match of text.slice(part.from, part.to).matchAll(/\\([^])|\r\n?|[^]/g)) {
      const at = part.from + match.index;
      const escaped = match[1];
      const said = escaped === undefined ? (match[0].startsWith('\r') ? '\n' : match[0]) : (named[escaped] ?? escaped);
      units.push({ text: said, at, end: at + match[0].length, fixed: false, run: 0 });
    }
  }
  return units;
}

function indentedUnits(
  text: string,
  node: StringLiteral,
): { readonly units: readonly Unit[]; readonly first: number; readonly indent: number } {
  const units: Unit[] = [];
  let first = node.from + 2;
  let run = 0;
  for (const [index, part] of node.parts.entries()) {
    run += 1;
    if (part.type === 'interpolation') {
      units.push({ text: hole, at: part.from, end: part.to, fixed: true, run });
      continue;
    }
    let from = part.from;
    // The opening quotes take the blanks and the line feed behind them.
    if (index === 0) from += /^ *\n/.exec(text.slice(from, part.to))?.[0].length ?? 0;
    if (index === 0) first = from;
    for (const match of text.slice(from, part.to).matchAll(/''(?:([$'])|\\([^]))|\$[^'{]|'[^'$]|[^]/g)) {
      const [whole, quoted, escaped] = match;
      const at = from + match.index;
      if (quoted !== undefined || escaped !== undefined) {
        const said =
          quoted === "'" ? "''" : (quoted ?? named[escaped ?? ''] ?? (escaped === '\r' ? '\n' : (escaped ?? '')));
        units.push({ text: said, at, end: at + whole.length, fixed: true, run: run + 1 });
        run += 2;
      } else {
        for (let i = 0; i < whole.length; i += 1)
          units.push({ text: whole.charAt(i), at: at + i, end: at + i + 1, fixed: false, run });
      }
    }
  }
  const indent = commonIndent(units);
  return { units: strip(units, indent), first, indent };
}

function commonIndent(units: readonly Unit[]): number {
  let least = 1_000_000;
  let current = 0;
  let lineStart = true;
  for (const { text, fixed } of units) {
    if (fixed) {
      if (lineStart) least = Math.min(least, current);
      lineStart = false;
    } else if (text === '\n') {
      lineStart = true;
      current = 0;
    } else if (lineStart && text === ' ') current += 1;
    else if (lineStart) {
      lineStart = false;
      least = Math.min(least, current);
    }
  }
  return least;
}

function strip(units: readonly Unit[], indent: number): readonly Unit[] {
  const kept: Unit[] = [];
  let lineStart = true;
  let dropped = 0;
  for (const unit of units) {
    if (unit.text === hole && unit.fixed) {
      lineStart = false;
      dropped = 0;
    } else if (lineStart && unit.text === ' ') {
      dropped += 1;
      if (dropped <= indent) continue;
    } else {
      dropped = 0;
      lineStart = unit.text.endsWith('\n');
    }
    kept.push(unit);
  }
  // A last line of blanks only holds the closing quotes and is no text.
  const last = units.at(-1);
  let end = kept.length;
  while (end > 0 && kept[end - 1]?.text === ' ' && kept[end - 1]?.run === last?.run) end -= 1;
  const before = kept[end - 1];
  return before?.text === '\n' && before.run === last?.run ? kept.slice(0, end) : kept;
}

/** The value's lines with their places: `[at, end)` is the line with its indentation, without its line end. */
export interface WrittenLine {
  readonly text: string;
  readonly at: number;
  readonly end: number;
  /** Where the line's own text begins, behind its indentation. */
  readonly textAt: number;
  /** Offset of the line in the value. */
  readonly from: number;
}

export function linesOf(written: WrittenText): readonly WrittenLine[] {
  const lines: WrittenLine[] = [];
  const close = written.node.to - (written.node.indented ? 2 : 1);
  let from = 0;
  let at = written.first;
  for (const text of written.value.split('\n')) {
    const to = from + text.length;
    const textAt = text === '' ? at : (written.starts[from] ?? at);
    const end = text === '' ? at : (written.ends[to - 1] ?? close);
    lines.push({ text, at, end, textAt, from });
    at = written.ends[to] ?? close;
    from = to + 1;
  }
  return lines;
}

/** A line's text as it is written in this string, without its indentation. */
export function encodeLine({ file, node }: WrittenText, line: string): string {
  if (node.indented) {
    const body = line.endsWith('\r') ? line.slice(0, -1) : line;
    return escapeLine(body) + line.slice(body.length);
  }
  const tabs = file.slice(node.from, node.to).includes('\\t');
  const escaped = line.replace(/["\\]|\$(?=\{)/g, '\\$&').replace(/\r/g, '\\r');
  return tabs ? escaped.replace(/\t/g, '\\t') : escaped;
}
