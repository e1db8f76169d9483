import { parseNix, type NixTree } from '../../nix/parser.ts';
import type { StringLiteral } from '../../nix/syntax.ts';
import { walk } from '../../nix/walk.ts';
import { encodeLine, hole, linesOf, type WrittenLine, writtenText, type WrittenText } from './written-text.ts';

/** Text that takes the place of `[at, end)` in a file. */
export interface TextSplice {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

export function spliceText(text: string, splices: readonly TextSplice[]): string {
  let out = '';
  let from = 0;
  for (const splice of splices.toSorted((a, b) => a.at - b.at)) {
    out += text.slice(from, splice.at) + splice.text;
    from = splice.end;
  }
  return out + text.slice(from);
}

/**
 * The file with one of its strings saying something else. Lines of the string that stay are not touched, and of a line
 * that changes only the stretch that differs. Null where the new value cannot be written: an interpolation would go,
 * or Nix would read something else.
 */
export function rewriteString(written: WrittenText, value: string): string | null {
  for (const whole of [false, true]) {
    const splices = splicesFor(written, value, whole);
    if (splices === null) continue;
    const edited = spliceText(written.file, splices);
    const node = stringAt(parseNix(edited), written.node.from);
    if (node !== null && writtenText(edited, node)?.value === value) return edited;
  }
  return null;
}

export function stringAt(tree: NixTree, from: number): StringLiteral | null {
  let found: StringLiteral | null = null;
  if (tree.root === null) return null;
  walk(tree.root, (node) => {
    if (node.type === 'string' && node.from === from) found = node;
    return node.from <= from && from < node.to;
  });
  return found;
}

interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

function splicesFor(written: WrittenText, value: string, whole: boolean): readonly TextSplice[] | null {
  const old = linesOf(written);
  const splices: TextSplice[] = [];
  for (const hunk of hunksOf(old, value.split('\n'))) {
    const changed = old.slice(hunk.from, hunk.to);
    if (!whole && changed.length === hunk.lines.length) {
      for (const [at, line] of changed.entries()) {
        const splice = withinLine(written, line, hunk.lines[at] ?? '');
        if (splice === null) return null;
        splices.push(splice);
      }
      continue;
    }
    if (hunk.lines.some((line) => line.includes(hole)) || changed.some((line) => line.text.includes(hole))) return null;
    splices.push(blockSplice(written, old, hunk));
  }
  return splices;
}

function withinLine(written: WrittenText, line: WrittenLine, next: string): TextSplice | null {
  const before = line.text;
  let head = 0;
  while (head < before.length && head < next.length && before[head] === next[head]) head += 1;
  let tail = 0;
  const most = Math.min(before.length, next.length) - head;
  while (tail < most && before[before.length - 1 - tail] === next[next.length - 1 - tail]) tail += 1;
  if ((before.slice(head, before.length - tail) + next.slice(head, next.length - tail)).includes(hole)) return null;
  if (before === '') return { at: line.at, end: line.at, text: padOf(written, next) + encodeLine(written, next) };
  const at = head < before.length ? (written.starts[line.from + head] ?? line.end) : line.end;
  const end = tail === 0 ? line.end : (written.starts[line.from + before.length - tail] ?? line.end);
  return { at, end: Math.max(at, end), text: encodeLine(written, next.slice(head, next.length - tail)) };
}

function blockSplice(written: WrittenText, old: readonly WrittenLine[], hunk: Hunk): TextSplice {
  const encoded = hunk.lines.map((line) => padOf(written, line) + encodeLine(written, line));
  const lineEnd = lineEndOf(written);
  const next = old[hunk.to];
  const first = old[hunk.from];
  if (next !== undefined) {
    return { at: first?.at ?? next.at, end: next.at, text: encoded.map((line) => line + lineEnd).join('') };
  }
  const last = old[hunk.from - 1];
  const end = old.at(-1)?.end ?? written.first;
  if (last === undefined) return { at: written.first, end, text: encoded.join(lineEnd) };
  return { at: last.end, end, text: encoded.map((line) => lineEnd + line).join('') };
}

function padOf(written: WrittenText, line: string): string {
  return written.node.indented && line !== '' && written.indent < 1_000_000 ? ' '.repeat(written.indent) : '';
}

/** As the string ends its own lines: by a line feed, or by the escape for one. */
function lineEndOf(written: WrittenText): string {
  const at = written.value.indexOf('\n');
  return at < 0 ? (written.node.indented ? '\n' : '\\n') : written.file.slice(written.starts[at], written.ends[at]);
}

/** Where two lists of lines differ: common lines at both ends are left out, then those in the middle. */
function hunksOf(old: readonly WrittenLine[], next: readonly string[]): readonly Hunk[] {
  let head = 0;
  while (head < old.length && head < next.length && old[head]?.text === next[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, next.length) - head;
  while (tail < most && old[old.length - 1 - tail]?.text === next[next.length - 1 - tail]) tail += 1;
  const a = old.slice(head, old.length - tail).map((line) => line.text);
  const b = next.slice(head, next.length - tail);
  if (a.length * b.length === 0 || a.length * b.length > 40_000 || a.length === b.length) {
    return a.length + b.length === 0 ? [] : sameSize(head, a, b);
  }
  return aligned(head, a, b);
}

/** As many lines as before: only those that differ. */
function sameSize(head: number, a: readonly string[], b: readonly string[]): readonly Hunk[] {
  if (a.length !== b.length) return [{ from: head, to: head + a.length, lines: b }];
  return b.flatMap((line, at) => (a[at] === line ? [] : [{ from: head + at, to: head + at + 1, lines: [line] }]));
}

/** By the longest common subsequence. */
function aligned(head: number, a: readonly string[], b: readonly string[]): readonly Hunk[] {
  const lengths = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] ?? [];
    for (let j = b.length - 1; j >= 0; j -= 1)
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const hunks: Hunk[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const from = i;
    const start = j;
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && a[i] === b[j])) {
      if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) i += 1;
      else j += 1;
    }
    if (i > from || j > start) hunks.push({ from: head + from, to: head + i, lines: b.slice(start, j) });
    while (i < a.length && j < b.length && a[i] === b[j]) {
      i += 1;
      j += 1;
    }
  }
  return hunks;
}
