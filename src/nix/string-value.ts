import type { Expr, StringLiteral } from './syntax.ts';

/** A string's parts as Nix evaluates them: text with escapes and indentation gone, and the expressions between. */
export type Piece = string | Expr;

/** The value of a string without interpolation, or null. */
export function plainValue(text: string, node: StringLiteral): string | null {
  let value = '';
  for (const piece of piecesOf(text, node)) {
    if (typeof piece !== 'string') return null;
    value += piece;
  }
  return value;
}

export function piecesOf(text: string, node: StringLiteral): Piece[] {
  if (node.indented) return indentedPieces(text, node);
  return node.parts.map((part) => (part.type === 'text' ? unescape(text.slice(part.from, part.to)) : part.expr));
}

const namedEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Between plain quotes a carriage return reads as a line feed, with or without one behind it. */
function unescape(raw: string): string {
  if (!raw.includes('\\') && !raw.includes('\r')) return raw;
  return raw.replace(/\\([^])|\r\n?/g, (_, escaped: string | undefined) =>
    escaped === undefined ? '\n' : (namedEscapes[escaped] ?? escaped),
  );
}

interface Run {
  readonly text: string;
  /** Blanks at the start of its lines count as indentation: it was not written as an escape. */
  readonly indents: boolean;
}

/** Between `''`: the common indentation goes, as in nix/src/libexpr/parser-state.hh `stripIndentation`. */
function indentedPieces(text: string, node: StringLiteral): Piece[] {
  const runs: (Run | Expr)[] = [];
  for (const [index, part] of node.parts.entries()) {
    if (part.type === 'interpolation') runs.push(part.expr);
    else {
      const raw = text.slice(part.from, part.to);
      // The opening quotes take the blanks and the line feed behind them, so a first line without text does not count.
      runs.push(...runsOf(index === 0 ? raw.replace(/^ *\n/, '') : raw));
    }
  }
  const indent = commonIndent(runs);
  return strip(runs, indent);
}

function runsOf(raw: string): Run[] {
  const runs: Run[] = [];
  let at = 0;
  // `$$` and `'x` pairs are skipped as pairs: what follows them is never the start of an escape.
  for (const match of raw.matchAll(/''(?:([$'])|\\([^]))|\$[^'{]|'[^'$]/g)) {
    const [whole, quoted, escaped] = match;
    if (!whole.startsWith("''")) continue;
    if (match.index > at) runs.push({ text: raw.slice(at, match.index), indents: true });
    runs.push({ text: quoted === "'" ? "''" : (quoted ?? named(escaped ?? '')), indents: false });
    at = match.index + whole.length;
  }
  if (at < raw.length) runs.push({ text: raw.slice(at), indents: true });
  return runs;
}

function named(escaped: string): string {
  return namedEscapes[escaped] ?? (escaped === '\r' ? '\n' : escaped);
}

function isRun(run: Run | Expr): run is Run {
  return 'indents' in run;
}

function commonIndent(runs: readonly (Run | Expr)[]): number {
  let least = 1_000_000;
  let current = 0;
  let lineStart = true;
  for (const run of runs) {
    if (!isRun(run) || !run.indents) {
      if (lineStart) least = Math.min(least, current);
      lineStart = false;
      continue;
    }
    for (let i = 0; i < run.text.length; i++) {
      const c = run.text.charCodeAt(i);
      if (c === 10) {
        lineStart = true;
        current = 0;
      } else if (lineStart && c === 32) current++;
      else if (lineStart) {
        lineStart = false;
        least = Math.min(least, current);
      }
    }
  }
  return least;
}

function strip(runs: readonly (Run | Expr)[], indent: number): Piece[] {
  const pieces: Piece[] = [];
  let lineStart = true;
  let dropped = 0;
  for (const [index, run] of runs.entries()) {
    if (!isRun(run)) {
      lineStart = false;
      dropped = 0;
      pieces.push(run);
      continue;
    }
    let kept = '';
    for (let i = 0; i < run.text.length; i++) {
      const character = run.text[i] as string;
      if (lineStart && character === ' ') {
        if (dropped++ >= indent) kept += character;
        continue;
      }
      dropped = 0;
      lineStart = character === '\n';
      kept += character;
    }
    // A last line of blanks only holds the closing quotes and is no text.
    if (index === runs.length - 1) kept = kept.replace(/\n *$/, '\n');
    pieces.push(kept);
  }
  return pieces;
}
