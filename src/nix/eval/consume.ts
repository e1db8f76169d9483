import { Deps, flattenDeps } from './deps.ts';
import type { Evaluator } from './evaluator.ts';
import { ready, symbol, type Thunk, type Value } from './values.ts';

/** What a condition rests on is small, or it is whole libraries and what all machines share. */
const mostSteps = 400;
/** Steps for what all such conditions rest on, together. */
const depthFuel = 1_000_000;

/** A mark that says that some condition rests on more than itself: then no host can be told from another by marks. */
export const unfinished = '?';

/**
 * What lies deeper in conditions than anybody looks one by one. It is looked at once for all of them, so that each
 * rests on all of it: that names too much, and never too little.
 */
export class Depths {
  private readonly seen = new Set<Value>();
  private readonly deps = new Deps(true);
  private fuel = depthFuel;

  /** Looks at what was not looked at before. Returns what all conditions that came here rest on. */
  reach(evaluator: Evaluator, from: readonly Thunk[]): Deps {
    const { fuel } = evaluator;
    evaluator.fuel = this.fuel;
    const { deps } = evaluator.watched(() => walk(evaluator, [...from], this.seen, Number.POSITIVE_INFINITY));
    this.fuel = Math.max(0, evaluator.fuel);
    evaluator.fuel = fuel;
    // Kept flat, so that nobody goes through it piece by piece.
    const { files, listings, marks, systems } = flattenDeps(deps);
    for (const file of files) this.deps.files.add(file);
    for (const folder of listings) this.deps.listings.add(folder);
    this.deps.marks = new Set([...(this.deps.marks ?? []), ...marks]);
    this.deps.systems = new Set([...(this.deps.systems ?? []), ...systems]);
    return this.deps;
  }
}

/**
 * Looks at what a value is made of, as far as something unknown may look at it: what a condition rests on is not told
 * by the branch that it picks, so everything that went into it counts. Systems are handed over; they are whole machines
 * of their own.
 */
export function consumeValue(evaluator: Evaluator, root: Value, depths: Depths): void {
  const left = walk(evaluator, [ready(root)], new Set(), mostSteps);
  if (left.length === 0) return;
  evaluator.noteMark(unfinished);
  evaluator.noteAll(depths.reach(evaluator, left));
}

/** Opens values one after the other. Returns those that are left after so many steps. */
function walk(evaluator: Evaluator, waiting: Thunk[], seen: Set<Value>, most: number): readonly Thunk[] {
  for (let at = 0; at < waiting.length; at++) {
    if (at > most) return waiting.slice(at);
    if (evaluator.fuel <= 0) {
      evaluator.cut = true;
      return [];
    }
    const value = evaluator.force(waiting[at] as Thunk);
    if (seen.has(value)) continue;
    seen.add(value);
    if (value.kind !== 'lambda') {
      // One by one: a list may hold more than a call takes arguments.
      for (const inner of innerOf(evaluator, value)) waiting.push(inner);
    } else if (evaluator.isWatching) waiting.push(ready(evaluator.apply(value, ready(symbol(['argument'])))));
  }
  return [];
}

function innerOf(evaluator: Evaluator, value: Value): readonly Thunk[] {
  switch (value.kind) {
    case 'string':
    case 'path':
    case 'symbol':
      return value.parts;
    case 'list':
      return [...value.items, ...value.more];
    case 'attrs':
      if (value.isFlake === true) return [];
      evaluator.enumerate(value);
      return value.rest === null ? [...value.slots.values()] : [...value.slots.values(), ready(value.rest)];
    case 'builtin':
      return value.args;
    case 'choice':
      return value.options;
    case 'system':
      evaluator.noteSystem(value);
      return [];
    default:
      return [];
  }
}

/** True where all that went into a value has been looked at by whoever has it, so that there is nothing behind it. */
export function isKnownThrough(value: Value, depth: number): boolean {
  if (depth === 0) return false;
  if (!('parts' in value)) return isPlain(value);
  if (value.kind === 'symbol' && value.path[0] === 'pkgs') return true;
  return value.parts.every(({ value: part }) => part !== null && isKnownThrough(part, depth - 1));
}

export function isPlain({ kind }: Value): boolean {
  return kind === 'null' || kind === 'bool' || kind === 'number';
}
