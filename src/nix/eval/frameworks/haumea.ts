import type { Evaluator } from '../evaluator.ts';
import { asList, called } from '../library/as-list.ts';
import { Thunk, attrs, list, ready, symbol, text, type PathValue, type Value } from '../values.ts';
import { inFolder, pathValue } from './machines-in-folders.ts';

const deepest = 8;

interface Loading {
  readonly inputs: Value;
  /** `inputs: path: value`; null for haumea's own, which calls each file with the inputs that it asks for. */
  readonly loader: Thunk | null;
  /** `cursor: folder: value`, one after the other, for each folder. */
  readonly transformers: readonly Thunk[];
}

/** haumea (src/load.nix): a folder as a set, each file as its loader gives it, each folder as the transformers make it. */
export function haumea(evaluator: Evaluator, arg: Thunk): Value {
  const options = evaluator.force(arg);
  const source = evaluator.select(options, 'src');
  if (source.kind !== 'path') return symbol(['haumea'], [arg]);
  const given = (name: string): Thunk[] => {
    const slot = options.kind === 'attrs' ? options.slots.get(name) : undefined;
    return slot === undefined ? [] : flat(evaluator, slot);
  };
  const [loader] = given('loader');
  const loading: Loading = {
    inputs: evaluator.select(options, 'inputs'),
    loader: loader !== undefined && isOwn(evaluator, loader) ? loader : null,
    transformers: given('transformer'),
  };
  return folderValue(evaluator, source, loading, []);
}

function flat(evaluator: Evaluator, slot: Thunk): Thunk[] {
  const value = evaluator.force(slot);
  return value.kind === 'list' ? asList(evaluator, slot).items.flatMap((item) => flat(evaluator, item)) : [slot];
}

/** A function that can be called here, and not one of haumea's. */
function isOwn(evaluator: Evaluator, thunk: Thunk): boolean {
  const value = evaluator.force(thunk);
  return value.kind === 'lambda' || value.kind === 'builtin' || isVerbatim(value);
}

function isVerbatim(value: Value): boolean {
  return value.kind === 'symbol' && ['path', 'verbatim'].includes(value.path.at(-1) ?? '');
}

function folderValue(evaluator: Evaluator, source: PathValue, loading: Loading, cursor: readonly string[]): Value {
  const slots = new Map<string, Thunk>();
  for (const { name, path, isFolder } of inFolder(evaluator, source.path)) {
    const site = { file: path, offset: 0 };
    if (isFolder && cursor.length < deepest)
      slots.set(name, new Thunk(() => folderValue(evaluator, pathValue(path, path), loading, [...cursor, name]), site));
    else if (!isFolder && name.endsWith('.nix'))
      slots.set(keyOf(name), new Thunk(() => fileValue(evaluator, path, loading), site));
  }
  let value: Value = attrs(slots);
  for (const transformer of loading.transformers) {
    const place = ready(list(cursor.map((step) => ready(text(step)))));
    const made = evaluator.force(called(evaluator, transformer, place, ready(value)));
    // A transformer of haumea's own moves values about and takes none away.
    if (made.kind !== 'symbol') value = made;
  }
  return value;
}

/** Leading underscores say who sees a file. */
function keyOf(name: string): string {
  return name.replace(/\.nix$/, '').replace(/^_+/, '');
}

function fileValue(evaluator: Evaluator, path: string, { inputs, loader }: Loading): Value {
  evaluator.note('files', path);
  if (loader !== null) {
    const value = evaluator.force(loader);
    if (value.kind === 'symbol')
      return value.path.at(-1) === 'path' ? pathValue(path, path) : contentOf(evaluator, path);
    return evaluator.force(called(evaluator, loader, ready(inputs), ready(pathValue(path, path))));
  }
  const value = contentOf(evaluator, path);
  if (value.kind !== 'lambda') return value;
  const slots = inputs.kind === 'attrs' ? inputs.slots : new Map<string, Thunk>();
  return evaluator.apply(value, ready(attrs(slots, symbol(['haumea']))));
}

function contentOf(evaluator: Evaluator, path: string): Value {
  const file = evaluator.file(path);
  return file === null ? symbol(['unread', path]) : evaluator.force(file);
}
