import type { Edit } from './edit.ts';
import { type LineHunk, lineHunks } from './line-hunks.ts';

/** Lines around a change, as `git diff` shows them. */
const around = 3;

/** One file's change as `patch` and `git apply` take it; empty where nothing differs. */
export function unifiedDiff({ path, before, after }: Edit): string {
  const old = linesOf(before ?? '');
  const now = linesOf(after ?? '');
  const hunks = lineHunks(old, now);
  if (hunks.length === 0) return '';
  const name = (side: 'a' | 'b', there: boolean): string =>
    there ? (path.startsWith('/') ? path : `${side}/${path}`) : '/dev/null';
  const out = [`--- ${name('a', before !== null)}`, `+++ ${name('b', after !== null)}`];
  for (const group of grouped(hunks)) out.push(...shown(group, old, now));
  return `${out.join('\n')}\n`;
}

/** Each line with its line end; the last one may have none. */
function linesOf(text: string): readonly string[] {
  return text === '' ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
}

function grouped(hunks: readonly LineHunk[]): readonly (readonly LineHunk[])[] {
  const groups: LineHunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1);
    if (last !== undefined && hunk.from - (last.at(-1)?.to ?? 0) <= 2 * around) last.push(hunk);
    else groups.push([hunk]);
  }
  return groups;
}

function shown(group: readonly LineHunk[], old: readonly string[], now: readonly string[]): readonly string[] {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = Math.max(0, first.from - around);
  const to = Math.min(old.length, last.to + around);
  const fresh = first.fresh - (first.from - from);
  const end = last.end + (to - last.to);
  const out = [`@@ -${span(from, to)} +${span(fresh, end)} @@`];
  let at = from;
  for (const hunk of group) {
    out.push(...old.slice(at, hunk.from).map((line) => marked(' ', line)));
    out.push(...old.slice(hunk.from, hunk.to).map((line) => marked('-', line)));
    out.push(...now.slice(hunk.fresh, hunk.end).map((line) => marked('+', line)));
    at = hunk.to;
  }
  out.push(...old.slice(at, to).map((line) => marked(' ', line)));
  return out;
}

function span(from: number, to: number): string {
  const length = to - from;
  return length === 1 ? String(from + 1) : `${length === 0 ? from : from + 1},${length}`;
}

function marked(mark: string, line: string): string {
  return line.endsWith('\n') ? mark + line.slice(0, -1) : `${mark}${line}\n\\ No newline at end of file`;
}
