/** More differences than this are shown as one block that goes and one that comes: nobody reads them line by line. */
const mostSteps = 1000;

export interface LineHunk {
  /** Lines `[from, to)` of the old text go, `[fresh, end)` of the new one come. */
  readonly from: number;
  readonly to: number;
  readonly fresh: number;
  readonly end: number;
}

/** The differing lines, by Myers' greedy walk: time grows with the length times the number of differences. */
export function lineHunks(old: readonly string[], now: readonly string[]): readonly LineHunk[] {
  const steps = walk(old, now);
  if (steps === null) return [{ from: 0, to: old.length, fresh: 0, end: now.length }];
  const hunks: LineHunk[] = [];
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
