import type { Evaluator } from '../evaluator.ts';
import { falseValue, nullValue, ready, symbol, trueValue, type Thunk, type Value } from '../values.ts';
import { attrPathFunctions } from './attrs-by-path.ts';
import { deepAttrFunctions } from './attrs-deep.ts';
import { mappedAttrFunctions } from './attrs-mapped.ts';
import { mergedAttrFunctions } from './attrs-merged.ts';
import { pickedAttrFunctions } from './attrs-picked.ts';
import { dataFunctions } from './data.ts';
import { fileFunctions } from './files.ts';
import { kindFunctions } from './kinds.ts';
import type { LibraryFunction } from './library-function.ts';
import { cutListFunctions } from './lists-cut.ts';
import { foldedListFunctions } from './lists-folded.ts';
import { mappedListFunctions } from './lists-mapped.ts';
import { pickedListFunctions } from './lists-picked.ts';
import { sortFunctions } from './lists-sorted.ts';
import { markFunctions } from './marks.ts';
import { numberFunctions } from './numbers.ts';
import { patternFunctions } from './patterns.ts';
import { plainFunctions } from './plain-functions.ts';
import { platformFunctions } from './platforms.ts';
import { textFunctions } from './texts.ts';

const tables = [
  mappedListFunctions,
  pickedListFunctions,
  foldedListFunctions,
  sortFunctions,
  mappedAttrFunctions,
  pickedAttrFunctions,
  mergedAttrFunctions,
  attrPathFunctions,
  deepAttrFunctions,
  cutListFunctions,
  numberFunctions,
  patternFunctions,
  textFunctions,
  fileFunctions,
  dataFunctions,
  markFunctions,
  plainFunctions,
  kindFunctions,
  platformFunctions,
];

const functions: ReadonlyMap<string, LibraryFunction> = new Map(tables.flatMap((table) => Object.entries(table)));

/** Functions that need no `builtins.` before them. */
const globals = [
  'import',
  'map',
  'toString',
  'baseNameOf',
  'dirOf',
  'removeAttrs',
  'throw',
  'abort',
  'isNull',
  'scopedImport',
];

export function globalNames(evaluator: Evaluator): Map<string, Thunk> {
  const names = new Map<string, Thunk>([
    ['true', ready(trueValue)],
    ['false', ready(falseValue)],
    ['null', ready(nullValue)],
    ['builtins', ready(symbol(['builtins']))],
    ['__curPos', ready(symbol(['unknown']))],
  ]);
  for (const name of [...globals, 'derivation', 'fetchTarball', 'fetchGit', 'fetchTree', 'placeholder']) {
    const known = functions.get(name);
    names.set(name, ready(known === undefined ? symbol(['builtins', name]) : builtin(evaluator, name, known)));
  }
  for (const [name, known] of functions) {
    if (!names.has(`__${name}`)) names.set(`__${name}`, ready(builtin(evaluator, name, known)));
  }
  return names;
}

function builtin(evaluator: Evaluator, name: string, { arity, run }: LibraryFunction): Value {
  if (arity === 0) return run(evaluator, []);
  return { kind: 'builtin', name, arity, args: [], run: (args) => run(evaluator, args) };
}

/** The function that a symbol's path names, if it is one of `builtins` or of some `lib` and can be run here. */
export function libraryFunction(evaluator: Evaluator, path: readonly string[]): Value | null {
  const name = path[path.length - 1];
  if (name === undefined || path.length < 2) return null;
  const known = functions.get(name);
  if (known === undefined) return null;
  if (path[0] !== 'builtins' && !path.includes('lib', 0)) return null;
  return path.indexOf('lib') === path.length - 1 ? null : builtin(evaluator, name, known);
}
