import { filesUnder, folderOf } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { asList } from '../library/as-list.ts';
import { importedFile } from '../library/paths.ts';
import { plainPriority, priorityOf, withPriority } from './priorities.ts';
import { attrs, bothNames, emptyAttrs, list, ready, symbol, Thunk, type AttrsValue, type Value } from '../values.ts';

const mostModules = 3000;

export interface CollectedModules {
  /** What all of them define, merged. */
  readonly config: Value;
  /** The sets of options that they declare. */
  readonly options: readonly Thunk[];
  /** Modules that are none of the repository's own. */
  readonly foreign: readonly Value[];
}

/** All definitions of some modules and of what they import, each called with the arguments that it asks for. */
export function collectModules(
  evaluator: Evaluator,
  args: Value,
  roots: readonly Thunk[],
  asDefined: (definitions: Value) => Value = (definitions) => definitions,
): CollectedModules {
  const waiting: Thunk[] = [...roots];
  const seen = new Set<string>();
  const foreign: Value[] = [];
  const options: Thunk[] = [];
  let config: Value = emptyAttrs;
  const saved = evaluator.isCollecting;
  evaluator.isCollecting = true;
  for (let count = 0; waiting.length > 0 && count < mostModules; count++) {
    const next = waiting.shift() as Thunk;
    const value = moduleAt(evaluator, next, args, seen);
    if (value === null) continue;
    if (value.kind !== 'attrs') {
      foreign.push(value);
      waiting.push(...loadedFrom(evaluator, value, seen));
      continue;
    }
    const imports = value.slots.get('imports');
    const listed = imports === undefined ? null : asList(evaluator, imports);
    waiting.push(...(listed === null ? [] : [...listed.items, ...listed.more]));
    const declared = value.slots.get('options');
    if (declared !== undefined) options.push(declared);
    const inner = value.slots.get('config');
    const definitions = inner === undefined ? value : evaluator.force(inner);
    config = mergedDefinitions(evaluator, config, asDefined(definitions));
  }
  evaluator.isCollecting = saved;
  return { config, options, foreign };
}

/** A module as what it says; null for a file that was read before. */
function moduleAt(evaluator: Evaluator, thunk: Thunk, args: Value, seen: Set<string>): Value | null {
  let value = evaluator.force(thunk);
  if (value.kind === 'path') {
    const file = importedFile(evaluator, value.path);
    if (seen.has(file)) return null;
    seen.add(file);
    evaluator.note('files', file);
    const content = evaluator.file(file);
    value = content === null ? symbol(['unread', file]) : evaluator.force(content);
  }
  // A file may give a function that gives the module: `{ inputs }: { lib, … }: { … }` is called twice.
  for (let calls = 0; value.kind === 'lambda' && calls < 2; calls++) value = evaluator.apply(value, ready(args));
  return value.kind === 'list' ? attrs(new Map([['imports', ready(value)]])) : value;
}

/**
 * Modules that a function which is not ours loads from a folder (`loader.modulesIn ./parts`): what it leaves out cannot
 * be told, so that every file there is read. The whole repository is no folder of modules.
 */
function loadedFrom(evaluator: Evaluator, value: Value, seen: Set<string>): Thunk[] {
  if (value.kind !== 'symbol' || value.path.at(-1) !== '()') return [];
  return value.parts.flatMap((part) => {
    const source = evaluator.force(part);
    if (source.kind !== 'path' || source.path === '' || !evaluator.repository.folders.has(source.path)) return [];
    evaluator.note('listings', source.path);
    return filesUnder(evaluator.repository, source.path)
      .filter((file) => file.endsWith('.nix') && !/(?:^|\/)_/.test(file) && !seen.has(file))
      .filter((file) => isEntry(evaluator, file, source.path))
      .map((file) => ready({ kind: 'path', path: file, origin: source.origin, parts: [] }, { file, offset: 0 }));
  });
}

/** A folder with a `default.nix` is one module, whose other files are its own affair. */
function isEntry(evaluator: Evaluator, file: string, top: string): boolean {
  const { entries } = evaluator.repository;
  for (let folder = folderOf(file); folder.length > top.length; folder = folderOf(folder))
    if (entries.has(`${folder}/default.nix`) && file !== `${folder}/default.nix`) return false;
  return true;
}

/** Two definitions of one option: sets by their names; else the stronger; lists one after the other, modules both. */
function mergedDefinitions(evaluator: Evaluator, left: Value, right: Value, depth = 0): Value {
  const [before, after] = [priorityOf(left), priorityOf(right)];
  if (left.kind === 'attrs' && right.kind === 'attrs' && depth <= 12) {
    const slots = new Map(before === plainPriority ? left.slots : weighed(evaluator, left, before));
    for (const [name, slot] of after === plainPriority ? right.slots : weighed(evaluator, right, after)) {
      const known = slots.get(name);
      const make = (): Value =>
        mergedDefinitions(evaluator, evaluator.force(known ?? slot), evaluator.force(slot), depth + 1);
      slots.set(name, known === undefined ? slot : new Thunk(make, slot.site));
    }
    return attrs(slots, left.rest ?? right.rest, bothNames(left, right));
  }
  if (isNothing(left) || isNothing(right)) return isNothing(left) ? right : left;
  if (before !== after) return before < after ? left : right;
  if (left.kind === 'list' && right.kind === 'list') return evaluator.concat(left, right);
  if (areModules(left, right)) return attrs(new Map([['imports', ready(list([ready(left), ready(right)]))]]));
  return left.kind === 'attrs' ? evaluator.update(left, right) : right;
}

/** What a condition that does not hold leaves of a definition. */
function isNothing(value: Value): boolean {
  return value.kind === 'symbol' && value.path[0] === 'missing' && value.parts.length === 0;
}

/** What a set's priority says of each value in it. */
function weighed(evaluator: Evaluator, { slots }: AttrsValue, priority: number): ReadonlyMap<string, Thunk> {
  const each = [...slots].map(([name, slot]) => {
    const make = (): Value => {
      const value = evaluator.force(slot);
      return priorityOf(value) === plainPriority ? withPriority(value, priority) : value;
    };
    return [name, new Thunk(make, slot.site)] as const;
  });
  return new Map(each);
}

/** A set beside a function can only be merged as modules are. */
function areModules(left: Value, right: Value): boolean {
  if (left.kind === 'lambda' || right.kind === 'lambda')
    return [left, right].every((each) => each.kind === 'attrs' || isModule(each));
  return isModule(left) && isModule(right);
}

/** What stands for a module wherever two of them may be merged. */
function isModule(value: Value): boolean {
  return value.kind === 'lambda' || value.kind === 'path' || (value.kind === 'attrs' && isOpen(value));
}

function isOpen({ slots }: AttrsValue): boolean {
  return slots.has('imports') || slots.has('config');
}
