import type { Block, Run } from './runs.ts';
import type { ZoneFileDocument } from './syntax.ts';
import { dataWordsOf } from './words.ts';

/** The index in a sorted list of runs; after the last one where they are in no order that we know. */
export function sortedPlace(
  document: ZoneFileDocument,
  runs: Block,
  owner: string,
  type: string,
  data: string,
): number {
  if (runs.length < 3) return runs.length;
  const ownerOf = (run: Run): string => run.owner;
  const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
  for (const order of [naturalOrder, byText]) {
    if (isSorted(runs, ownerOf, order)) return placeIn(runs, ownerOf, owner, order);
  }
  if (type !== 'A') return runs.length;
  const addressOf = (run: Run): string => {
    const entry = run.entries.find((candidate) => candidate.type === 'A');
    return entry === undefined ? '' : (dataWordsOf(document.text, entry)[0]?.text ?? '');
  };
  return isSorted(runs, addressOf, naturalOrder) ? placeIn(runs, addressOf, data, naturalOrder) : runs.length;
}

type Order = (one: string, other: string) => number;

/** Digits compare as numbers, so that `host9` comes before `host10` and `9.10.in-addr.arpa.` before `10.10.…`. */
function naturalOrder(one: string, other: string): number {
  const a = one.match(/\d+|\D+/g) ?? [];
  const b = other.match(/\d+|\D+/g) ?? [];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const left = a[at] ?? '';
    const right = b[at] ?? '';
    if (left === right) continue;
    if (/^\d/.test(left) && /^\d/.test(right) && Number(left) !== Number(right)) return Number(left) - Number(right);
    return left < right ? -1 : 1;
  }
  return 0;
}

function isSorted(runs: Block, keyOf: (run: Run) => string, order: Order): boolean {
  let before: string | null = null;
  for (let at = 0; at < runs.length; at += 1) {
    const run = runs.at(at);
    if (run === undefined) continue;
    const key = keyOf(run);
    if (before !== null && order(before, key) >= 0) return false;
    before = key;
  }
  return true;
}

/** In a sorted list, so that half of what is left falls away with each look. */
function placeIn(runs: Block, keyOf: (run: Run) => string, value: string, order: Order): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const run = runs.at(middle);
    if (run !== undefined && order(keyOf(run), value) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
