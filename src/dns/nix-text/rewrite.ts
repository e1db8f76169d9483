import { lineHunks } from '../../core/line-hunks.ts';
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

function hunksOf(old: readonly WrittenLine[], next: readonly string[]): readonly Hunk[] {
  const texts = old.map((line) => line.text);
  return lineHunks(texts, next).map(({ from, to, fresh, end }) => ({ from, to, lines: next.slice(fresh, end) }));
}
