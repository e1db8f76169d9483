import { parseToml } from '../../toml.ts';
import type { Evaluator } from '../evaluator.ts';
import { readFile } from './files.ts';
import type { Library } from './library-function.ts';
import { Thunk, attrs, bool, hole, list, nullValue, ready, symbol, text, type Site, type Value } from '../values.ts';
import type { DataWatch } from '../watch.ts';

function fromData(value: unknown, site: Site): Value {
  if (typeof value === 'string') return text(value, site);
  if (typeof value === 'number') return { kind: 'number', value };
  if (typeof value === 'boolean') return bool(value);
  if (Array.isArray(value)) return list(value.map((item) => ready(fromData(item, site), site)));
  if (typeof value !== 'object' || value === null) return nullValue;
  return attrs(new Map(Object.entries(value).map(([name, held]) => [name, ready(fromData(held, site), site)])));
}

/** The same where some of it is watched: each value is touched when it is asked for. */
function watchedData(evaluator: Evaluator, value: unknown, from: WatchedFrom): Value {
  const { site, watch, path } = from;
  const inner = (name: string, held: unknown): Thunk => {
    const below = { site, watch, path: [...path, name] };
    return new Thunk(() => {
      evaluator.touchData(watch.nodes.get(JSON.stringify(below.path)));
      return watchedData(evaluator, held, below);
    }, site);
  };
  if (Array.isArray(value)) return list(value.map((item, index) => inner(String(index), item)));
  if (typeof value !== 'object' || value === null) return fromData(value, site);
  const slots = new Map(Object.entries(value).map(([name, held]) => [name, inner(name, held)] as const));
  const names = watch.names.get(JSON.stringify(path));
  return attrs(slots, null, names === undefined ? undefined : [names]);
}

interface WatchedFrom {
  readonly site: Site;
  readonly watch: DataWatch;
  readonly path: readonly string[];
}

function dataFrom(evaluator: Evaluator, thunk: Thunk | undefined, parse: (source: string) => unknown): Value {
  const value = thunk === undefined ? nullValue : evaluator.forceData(thunk);
  if (value.kind !== 'string' || value.text.includes(hole))
    return symbol(['unknown'], thunk === undefined ? [] : [thunk]);
  try {
    const site = value.site ?? { file: '', offset: 0 };
    const watch = evaluator.dataWatch(value.site);
    if (watch === null) return fromData(parse(value.text), site);
    evaluator.touchData(watch.nodes.get('[]'));
    return watchedData(evaluator, parse(value.text), { site, watch, path: [] });
  } catch {
    // The file's own tools report what is wrong with it; here its content is merely not known.
    return symbol(['unknown']);
  }
}

const readAnd = (parse: (source: string) => unknown): Library[string] => ({
  arity: 1,
  run: (evaluator, [path]) => dataFrom(evaluator, new Thunk(() => readFile(evaluator, path), null), parse),
});

export const dataFunctions: Library = {
  fromJSON: { arity: 1, run: (evaluator, [content]) => dataFrom(evaluator, content, JSON.parse) },
  fromTOML: { arity: 1, run: (evaluator, [content]) => dataFrom(evaluator, content, parseToml) },
  importJSON: readAnd(JSON.parse),
  importTOML: readAnd(parseToml),
};
