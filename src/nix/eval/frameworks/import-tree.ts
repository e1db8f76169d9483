import type { Evaluator } from '../evaluator.ts';
import { pathValue } from './machines-in-folders.ts';
import { attrs, list, ready, symbol, type Thunk, type Value } from '../values.ts';

/** import-tree: every Nix file below a folder is a module, but for those behind a `_`. */
export function importTree(evaluator: Evaluator, arg: Thunk): Value {
  const given = evaluator.force(arg);
  if (given.kind !== 'path') return symbol(['import-tree', '()'], [arg]);
  evaluator.note('listings', given.path);
  const prefix = given.path === '' ? '' : `${given.path}/`;
  const files = [...evaluator.repository.entries.keys()].filter(
    (path) => path.startsWith(prefix) && path.endsWith('.nix') && !path.slice(prefix.length - 1).includes('/_'),
  );
  const imports = files.map((file) => ready(pathValue(file, given.origin)));
  return attrs(new Map([['imports', ready(list(imports))]]));
}
