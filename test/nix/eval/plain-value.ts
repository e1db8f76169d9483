import { Evaluator } from '../../../src/nix/eval/evaluator.ts';
import { hole, type Thunk, type Value } from '../../../src/nix/eval/values.ts';
import { loadRepository } from '../../../src/nix/repository.ts';
import { memoryTree } from '../memory-tree.ts';

/** A value as JSON would show it; what is not known reads `<…>`. */
function plain(evaluator: Evaluator, value: Value): unknown {
  const go = (thunk: Thunk): unknown => plain(evaluator, evaluator.force(thunk));
  switch (value.kind) {
    case 'null':
    case 'bool':
    case 'number':
      return value.value;
    case 'string':
      return value.text.replaceAll(hole, '<>');
    case 'path':
      return `./${value.path.replaceAll(hole, '<>')}`;
    case 'list':
      return value.more.length === 0 ? value.items.map(go) : [...value.items.map(go), '<more>'];
    case 'attrs': {
      const slots = Object.fromEntries([...value.slots].map(([name, slot]) => [name, go(slot)]));
      return value.rest === null ? slots : { ...slots, '<rest>': true };
    }
    case 'choice':
      return { either: value.options.map(go) };
    case 'symbol':
      return `<${value.path.join('.')}>`;
    default:
      return `<${value.kind}>`;
  }
}

/** What a text says beside some files of a repository. */
export async function plainValue(text: string, files: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const evaluator = new Evaluator(await loadRepository(memoryTree({ ...files, 'x.nix': text })), 100_000);
  const file = evaluator.file('x.nix');
  return file === null ? null : plain(evaluator, evaluator.force(file));
}
