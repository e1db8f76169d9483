import { jsonPlaces, type Places } from '../../data-places.ts';
import { placedToml } from '../../toml.ts';
import type { Evaluator } from '../evaluator.ts';
import { readFile } from './files.ts';
import type { Library } from './library-function.ts';
import { Thunk, attrs, bool, hole, list, nullValue, ready, symbol, text, type Site, type Value } from '../values.ts';
import type { DataWatch } from '../watch.ts';

/** A value of data, and where in its file the keys of its tables stand. */
interface Parsed {
  readonly value: unknown;
  readonly places: Places;
}

type Parse = (source: string) => Parsed;

const json: Parse = (source) => {
  const value: unknown = JSON.parse(source);
  return { value, places: jsonPlaces(source, value) };
};

/** Where a key stands. */
function siteIn(site: Site, places: Places, table: object, name: string): Site {
  const at = places.get(table)?.get(name);
  return at === undefined ? site : { file: site.file, offset: at };
}

function fromData(value: unknown, site: Site, places: Places): Value {
  if (typeof value === 'string') return text(value, site);
  if (typeof value === 'number') return { kind: 'number', value };
  if (typeof value === 'boolean') return bool(value);
  if (Array.isArray(value)) return list(value.map((item) => ready(fromData(item, site, places), site)));
  if (typeof value !== 'object' || value === null) return nullValue;
  const slots = Object.entries(value).map(([name, held]) => {
    const own = siteIn(site, places, value, name);
    return [name, ready(fromData(held, own, places), own)] as const;
  });
  return attrs(new Map(slots));
}

/** The same where some of it is watched: each value is touched when it is asked for. */
function watchedData(evaluator: Evaluator, value: unknown, from: WatchedFrom): Value {
  const { site, watch, path, places } = from;
  const inner = (name: string, held: unknown): Thunk => {
    const own = typeof value === 'object' && value !== null ? siteIn(site, places, value, name) : site;
    const below = { site: own, watch, path: [...path, name], places };
    return new Thunk(() => {
      evaluator.touchData(watch.nodes.get(JSON.stringify(below.path)));
      return watchedData(evaluator, held, below);
    }, own);
  };
  if (Array.isArray(value)) return list(value.map((item, index) => inner(String(index), item)));
  if (typeof value !== 'object' || value === null) return fromData(value, site, places);
  const slots = new Map(Object.entries(value).map(([name, held]) => [name, inner(name, held)] as const));
  const names = watch.names.get(JSON.stringify(path));
  return attrs(slots, null, names === undefined ? undefined : [names]);
}

interface WatchedFrom {
  readonly site: Site;
  readonly watch: DataWatch;
  readonly path: readonly string[];
  readonly places: Places;
}

function dataFrom(evaluator: Evaluator, thunk: Thunk | undefined, parse: Parse): Value {
  const value = thunk === undefined ? nullValue : evaluator.forceData(thunk);
  if (value.kind !== 'string' || value.text.includes(hole))
    return symbol(['unknown'], thunk === undefined ? [] : [thunk]);
  try {
    const site = value.site ?? { file: '', offset: 0 };
    const watch = evaluator.dataWatch(value.site);
    const found = parse(value.text);
    // Only a text that is a whole file of data has places in it.
    const isFile = value.site?.offset === 0 && !value.site.file.endsWith('.nix');
    const parsed = isFile ? found : { value: found.value, places: new WeakMap() };
    if (watch === null) return fromData(parsed.value, site, parsed.places);
    evaluator.touchData(watch.nodes.get('[]'));
    return watchedData(evaluator, parsed.value, { site, watch, path: [], places: parsed.places });
  } catch {
    // The file's own tools report what is wrong with it; here its content is merely not known.
    return symbol(['unknown']);
  }
}

const readAnd = (parse: Parse): Library[string] => ({
  arity: 1,
  run: (evaluator, [path]) => dataFrom(evaluator, new Thunk(() => readFile(evaluator, path), null), parse),
});

export const dataFunctions: Library = {
  fromJSON: { arity: 1, run: (evaluator, [content]) => dataFrom(evaluator, content, json) },
  fromTOML: { arity: 1, run: (evaluator, [content]) => dataFrom(evaluator, content, placedToml) },
  importJSON: readAnd(json),
  importTOML: readAnd(placedToml),
};
