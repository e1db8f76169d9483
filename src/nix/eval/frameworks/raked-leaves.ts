import { joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { Thunk, attrs, ready, symbol, type Value } from '../values.ts';
import { pathValue } from './machines-in-folders.ts';

/** digga's `rakeLeaves`: Nix files and folders with a `default.nix` by their names, other folders as sets of these. */
export function rakedLeaves(evaluator: Evaluator, source: Value): Value {
  return source.kind === 'path' ? leavesOf(evaluator, source.path) : symbol(['rakeLeaves'], [ready(source)]);
}

function leavesOf(evaluator: Evaluator, folder: string): Value {
  evaluator.note('listings', folder);
  const slots = new Map<string, Thunk>();
  for (const [name, kind] of evaluator.repository.folders.get(folder) ?? []) {
    const path = joinPath(folder, name) ?? name;
    const inner = `${path}/default.nix`;
    if (kind !== 'folder') {
      if (name.endsWith('.nix'))
        slots.set(name.replace(/\.nix$/, ''), ready(pathValue(path, path), { file: path, offset: 0 }));
    } else if (evaluator.repository.entries.has(inner)) {
      slots.set(name, ready(pathValue(path, inner), { file: inner, offset: 0 }));
    } else slots.set(name, new Thunk(() => leavesOf(evaluator, path), null));
  }
  return attrs(slots);
}
