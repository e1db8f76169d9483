import type { Library, LibraryFunction } from './library-function.ts';
import { bool, symbol, text, type Thunk, type Value } from '../values.ts';

function isKind(...kinds: readonly Value['kind'][]): LibraryFunction {
  return {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const { kind } = evaluator.force(thunk as Thunk);
      if (kinds.includes(kind)) return bool(true);
      const isOpen = kind === 'symbol' || kind === 'choice' || kind === 'system';
      return isOpen ? symbol(['unknown'], [thunk as Thunk]) : bool(false);
    },
  };
}

export const kindFunctions: Library = {
  isAttrs: isKind('attrs'),
  isList: isKind('list'),
  isString: isKind('string'),
  isFunction: isKind('lambda', 'builtin'),
  isPath: isKind('path'),
  isBool: isKind('bool'),
  isInt: isKind('number'),
  isNull: isKind('null'),
  isDerivation: { arity: 1, run: (_, [thunk]) => symbol(['unknown'], [thunk as Thunk]) },
  typeOf: {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const { kind } = evaluator.force(thunk as Thunk);
      const names: Partial<Record<Value['kind'], string>> = {
        attrs: 'set',
        lambda: 'lambda',
        builtin: 'lambda',
        null: 'null',
      };
      const name = names[kind] ?? (['list', 'string', 'path', 'bool'].includes(kind) ? kind : null);
      return name === null ? symbol(['unknown'], [thunk as Thunk]) : text(name);
    },
  },
};
