import type { Evaluator } from '../evaluator.ts';
import { inFolder } from './machines-in-folders.ts';
import { called } from '../library/as-list.ts';
import { Thunk, attrs, emptyAttrs, ready, symbol, type Value } from '../values.ts';

/** haumea: a folder as a set, each file called with the `inputs` it asks for. */
export function haumea(evaluator: Evaluator, arg: Thunk): Value {
  const options = evaluator.force(arg);
  const source = evaluator.select(options, 'src');
  if (source.kind !== 'path') return symbol(['haumea'], [arg]);
  const inputs = evaluator.select(options, 'inputs');
  return haumeaFolder(evaluator, source.path, inputs, 0);
}

function haumeaFolder(evaluator: Evaluator, folder: string, inputs: Value, depth: number): Value {
  const slots = new Map<string, Thunk>();
  for (const { name, path, isFolder } of inFolder(evaluator, folder)) {
    if (isFolder && depth < 8)
      slots.set(name, new Thunk(() => haumeaFolder(evaluator, path, inputs, depth + 1), { file: path, offset: 0 }));
    else if (name.endsWith('.nix')) {
      const load = (): Value => {
        evaluator.note('files', path);
        const file = evaluator.file(path);
        if (file === null) return symbol(['unread', path]);
        const value = evaluator.force(file);
        return value.kind === 'lambda'
          ? evaluator.force(
              called(
                evaluator,
                file,
                ready(attrs(inputs.kind === 'attrs' ? inputs.slots : new Map(), symbol(['haumea']))),
              ),
            )
          : value;
      };
      slots.set(name.replace(/\.nix$/, '').replace(/^_+/, ''), new Thunk(load, { file: path, offset: 0 }));
    }
  }
  return slots.size === 0 ? emptyAttrs : attrs(slots);
}
