import type { Evaluator } from '../../nix/eval/evaluator.ts';
import { hole, ready, trimmed, type AttrsValue, type Thunk, type Value } from '../../nix/eval/values.ts';
import { joinPath, realPath } from '../../nix/repository.ts';
import { definition, type Definition } from './option-node.ts';

/** What all modules of a machine define, and which options they declare. */
export interface Modules {
  readonly definitions: readonly Definition[];
  readonly declarations: readonly Definition[];
}

/** A machine with more modules than this imports a module system of its own. */
const mostModules = 4000;

/** Goes through the modules that a machine is made of as the module system does: `imports`, then `config` and `options`. */
export function collectModules(evaluator: Evaluator, roots: readonly Definition[], args: Value): Modules {
  const collector = new Collector(evaluator, args);
  collector.collect(roots);
  return collector;
}

class Collector implements Modules {
  readonly definitions: Definition[] = [];
  readonly declarations: Definition[] = [];
  private readonly evaluator: Evaluator;
  private readonly args: Thunk;
  private readonly seenFiles = new Set<string>();
  private readonly seenValues = new Set<Value>();

  constructor(evaluator: Evaluator, args: Value) {
    this.evaluator = evaluator;
    this.args = ready(args);
  }

  collect(roots: readonly Definition[]): void {
    const waiting = [...roots].reverse();
    for (let left = mostModules; left > 0; left--) {
      const next = waiting.pop();
      if (next === undefined) return;
      waiting.push(...this.visit(next).reverse());
    }
  }

  /** Takes what a module says and returns what it imports. */
  private visit(from: Definition): Definition[] {
    const value = this.evaluator.force(from.thunk);
    if (value.kind !== 'path' && this.seenValues.has(value)) return [];
    this.seenValues.add(value);
    switch (value.kind) {
      case 'path':
        return this.file(trimmed(value.path), from);
      case 'lambda':
        return [{ ...from, thunk: ready(this.evaluator.apply(value, this.args), from.thunk.site) }];
      case 'list':
        return [
          ...value.items.map((thunk) => ({ ...from, thunk })),
          ...value.more.map((thunk) => ({ ...from, thunk, isMaybe: true })),
        ];
      case 'choice':
        return value.options.map((thunk) => ({ ...from, thunk, isMaybe: true }));
      case 'attrs':
        return this.module(value, from);
      case 'symbol':
        // Something unknown makes modules of these: `lib.flatten [ … ]` of a library that is not known.
        return value.parts.map((thunk) => ({ ...from, thunk })).filter((part) => this.mayBeModule(part));
      default:
        return [];
    }
  }

  private mayBeModule({ thunk }: Definition): boolean {
    const value = this.evaluator.force(thunk);
    return ['path', 'list', 'lambda', 'symbol', 'choice'].includes(value.kind) && !this.seenValues.has(value);
  }

  private file(path: string, from: Definition): Definition[] {
    const { repository } = this.evaluator;
    if (path.includes(hole)) return [];
    const real = realPath(repository, path);
    // clan and its like take a machine's folder, whose file is then `configuration.nix`.
    const inside = ['default.nix', 'configuration.nix'].flatMap((name) => joinPath(real, name) ?? []);
    const found = repository.folders.has(real) ? inside.find((each) => repository.entries.has(each)) : real;
    if (found === undefined) return [];
    const file = realPath(repository, found);
    if (this.seenFiles.has(file)) return [];
    this.seenFiles.add(file);
    const thunk = this.evaluator.file(file);
    return thunk === null ? [] : [{ ...from, thunk }];
  }

  private module(value: AttrsValue, from: Definition): Definition[] {
    if (value.isFlake === true || isConfig(value)) return [];
    const config = value.slots.get('config');
    const options = value.slots.get('options');
    if (options !== undefined) this.declarations.push({ ...from, thunk: options });
    if (config !== undefined) this.definitions.push({ ...from, thunk: config });
    else if (options === undefined) this.definitions.push({ ...from, thunk: ready(value, from.thunk.site) });
    const imports = ['imports', 'require'].flatMap((name) => value.slots.get(name) ?? []);
    return imports.map((thunk) => ({ ...definition(thunk), isMaybe: from.isMaybe }));
  }
}

/** What all modules define together, and what they are given, are none of them. */
function isConfig({ rest }: AttrsValue): boolean {
  return rest?.kind === 'symbol' && (rest.path[0] === 'config' || rest.path[0] === 'argument');
}
