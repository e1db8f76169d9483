import type { Edit } from './edit.ts';

/** Lines around a change, as `git diff` shows them. */
const around = 3;

/** More differences than this are shown as one block that goes and one that comes: nobody reads them line by line. */
const mostSteps = 1000;

interface Hunk {
  /** Lines `[from, to)` of the old text go, `[fresh, end)` of the new one come. */
  readonly from: number;
  readonly to: number;
  readonly fresh: number;
  readonly end: number;
}

/** One file's change as `patch` and `git apply` take it; empty where nothing differs. */
export function unifiedDiff({ path, before, after }: Edit): string {
  const old = linesOf(before ?? '');
  const now = linesOf(after ?? '');
  const hunks = hunksOf(old, now);
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

function grouped(hunks: readonly Hunk[]): readonly (readonly Hunk[])[] {
  const groups: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1);
    if (last !== undefined && hunk.from - (last.at(-1)?.to ?? 0) <= 2 * around) last.push(hunk);
    else groups.push([hunk]);
  }
  return groups;
}

function shown(group: readonly Hunk[], old: readonly string[], now: readonly string[]): readonly string[] {
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

/** The differing lines, by Myers' greedy walk: time grows with the length times the number of differences. */
function hunksOf(old: readonly string[], now: readonly string[]): readonly Hunk[] {
  const steps = walk(old, now);
  if (steps === null) return [{ from: 0, to: old.length, fresh: 0, end: now.length }];
  const hunks: Hunk[] = [];
  let [at, there] = [0, 0];
  for (const [left, right, length] of [...steps, [old.length, now.length, 0] as const]) {
    if (left > at || right > there) hunks.push({ from: at, to: left, fresh: there, end: right });
    [at, there] = [left + length, right + length];
  }
  return hunks;
}

type Run = readonly [old: number, now: number, length: number];

/** Runs of equal lines, in order; null where there are too many differences. */
function walk(old: readonly string[], now: readonly string[]): readonly Run[] | null {
  const most = Math.min(mostSteps, old.length + now.length);
  const reach = new Map<number, number>([[1, 0]]);
  const trace: ReadonlyMap<number, number>[] = [];
  for (let steps = 0; steps <= most; steps += 1) {
    trace.push(new Map(reach));
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const down = comesDown(reach, diagonal, steps);
      let left = down ? (reach.get(diagonal + 1) ?? 0) : (reach.get(diagonal - 1) ?? 0) + 1;
      while (left < old.length && left - diagonal < now.length && old[left] === now[left - diagonal]) left += 1;
      reach.set(diagonal, left);
      if (left >= old.length && left - diagonal >= now.length) return runsOf(trace, old.length, now.length);
    }
  }
  return null;
}

function comesDown(reach: ReadonlyMap<number, number>, diagonal: number, steps: number): boolean {
  if (diagonal === -steps) return true;
  return diagonal !== steps && (reach.get(diagonal - 1) ?? 0) < (reach.get(diagonal + 1) ?? 0);
}

function runsOf(trace: readonly ReadonlyMap<number, number>[], old: number, now: number): readonly Run[] {
  const runs: Run[] = [];
  let [left, right] = [old, now];
  for (let steps = trace.length - 1; steps >= 0; steps -= 1) {
    const reach = trace[steps] ?? new Map<number, number>();
    const diagonal = left - right;
    const down = comesDown(reach, diagonal, steps);
    const from = down ? diagonal + 1 : diagonal - 1;
    const start = steps === 0 ? 0 : (reach.get(from) ?? 0);
    const [begin, beginNow] = steps === 0 ? [0, 0] : down ? [start, start - from + 1] : [start + 1, start - from];
    if (left > begin) runs.push([begin, beginNow, left - begin]);
    [left, right] = [start, start - from];
  }
  return runs.toReversed();
}
