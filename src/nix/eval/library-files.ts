import { filesUnder, folderOf, joinPath, realPath } from '../repository.ts';
import { parseToml } from '../toml.ts';
import type { Evaluator } from './evaluator.ts';
import type { Library } from './library.ts';
import {
  attrs,
  bool,
  hole,
  list,
  nullValue,
  ready,
  symbol,
  text,
  trimmed,
  type PathValue,
  type Site,
  Thunk,
  type Value,
} from './values.ts';
import type { DataWatch } from './watch.ts';

/** The path that a value is, without holes; a text that begins with a path of the repository is one already. */
function pathOf(evaluator: Evaluator, thunk: Thunk | undefined): PathValue | null {
  if (thunk === undefined) return null;
  let value = evaluator.force(thunk);
  if (value.kind === 'attrs') {
    const outPath = value.slots.get('outPath');
    if (outPath !== undefined) value = evaluator.force(outPath);
  }
  if (value.kind !== 'path' || value.path.includes(hole)) return null;
  const path = trimmed(value.path);
  const real = realPath(evaluator.repository, path);
  if (real !== path) evaluator.note('files', path);
  return real === value.path ? value : { ...value, path: real };
}

/** `import ./x` reads `x` or, where that is a folder, its `default.nix`. */
export function importedFile(evaluator: Evaluator, path: string): string {
  const { repository } = evaluator;
  const real = realPath(repository, path);
  return repository.folders.has(real) ? realPath(repository, joinPath(real, 'default.nix') ?? real) : real;
}

function importValue(evaluator: Evaluator, thunk: Thunk | undefined): Value {
  const path = pathOf(evaluator, thunk);
  if (path === null) {
    const value = thunk === undefined ? nullValue : evaluator.force(thunk);
    if (value.kind === 'choice')
      return evaluator.overChoices([value], ([option]) => importValue(evaluator, ready(option as Value)));
    // `import inputs.x` and `import <nixpkgs/…>` go on being what they are; a path with holes stays in the parts.
    return value.kind === 'symbol' ? value : symbol(['imported'], [thunk as Thunk]);
  }
  const file = importedFile(evaluator, path.path);
  evaluator.note('files', file);
  const found = evaluator.file(file);
  return found === null ? symbol(['imported', file]) : evaluator.force(found);
}

function readDir(evaluator: Evaluator, thunk: Thunk | undefined): Value {
  const path = pathOf(evaluator, thunk);
  if (path === null) return symbol(['unknown'], [thunk as Thunk]);
  evaluator.note('listings', path.path);
  const names = evaluator.repository.folders.get(path.path);
  if (names === undefined) return symbol(['missing', path.path]);
  const kinds = { file: 'regular', folder: 'directory', symlink: 'symlink' } as const;
  const slots = new Map<string, Thunk>();
  for (const [name, kind] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    slots.set(name, ready(text(kinds[kind]), siteIn(evaluator, joinPath(path.path, name) ?? name)));
  }
  return attrs(slots);
}

/** A folder's own place is its `default.nix` or `configuration.nix`, where it has one. */
function siteIn(evaluator: Evaluator, path: string): Site {
  const candidates = [path, `${path}/default.nix`, `${path}/configuration.nix`];
  return { file: candidates.find((each) => evaluator.repository.entries.has(each)) ?? path, offset: 0 };
}

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

function readFile(evaluator: Evaluator, thunk: Thunk | undefined): Value {
  const path = pathOf(evaluator, thunk);
  if (path === null) return symbol(['unknown'], thunk === undefined ? [] : [thunk]);
  evaluator.note('files', path.path);
  evaluator.noteBytes(path.path);
  const content = evaluator.repository.texts.get(path.path);
  return content === undefined
    ? symbol(['content', path.path], [thunk as Thunk])
    : text(content, { file: path.path, offset: 0 });
}

const readAnd = (parse: (source: string) => unknown): Library[string] => ({
  arity: 1,
  run: (evaluator, [path]) => dataFrom(evaluator, new Thunk(() => readFile(evaluator, path), null), parse),
});

export const fileFunctions: Library = {
  import: { arity: 1, run: (evaluator, [path]) => importValue(evaluator, path) },
  scopedImport: { arity: 2, run: (evaluator, [, path]) => importValue(evaluator, path) },
  readDir: { arity: 1, run: (evaluator, [path]) => readDir(evaluator, path) },
  readFile: { arity: 1, run: (evaluator, [path]) => readFile(evaluator, path) },
  fileContents: { arity: 1, run: (evaluator, [path]) => readFile(evaluator, path) },
  fromJSON: { arity: 1, run: (evaluator, [content]) => dataFrom(evaluator, content, JSON.parse) },
  fromTOML: { arity: 1, run: (evaluator, [content]) => dataFrom(evaluator, content, parseToml) },
  importJSON: readAnd(JSON.parse),
  importTOML: readAnd(parseToml),
  pathExists: {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const path = pathOf(evaluator, thunk);
      if (path === null) return symbol(['unknown'], [thunk as Thunk]);
      const isFolder = evaluator.repository.folders.has(path.path);
      evaluator.note(isFolder ? 'listings' : 'files', path.path);
      return bool(isFolder || evaluator.repository.entries.has(path.path));
    },
  },
  pathIsDirectory: {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const path = pathOf(evaluator, thunk);
      return path === null ? symbol(['unknown'], [thunk as Thunk]) : bool(evaluator.repository.folders.has(path.path));
    },
  },
  listFilesRecursive: {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const path = pathOf(evaluator, thunk);
      if (path === null) return list([], [thunk as Thunk]);
      evaluator.note('listings', path.path);
      const files = filesUnder(evaluator.repository, path.path);
      return list(
        files.map((file) => ready({ kind: 'path', path: file, origin: path.origin, parts: [] }, { file, offset: 0 })),
      );
    },
  },
  toPath: { arity: 1, run: (evaluator, [path]) => evaluator.force(path as Thunk) },
  /** The parent folder of a file is a place to look beside it. */
  dirOfPath: {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const path = pathOf(evaluator, thunk);
      return path === null ? symbol(['unknown'], [thunk as Thunk]) : { ...path, path: folderOf(path.path) };
    },
  },
  append: {
    arity: 2,
    run: (evaluator, [path, after]) =>
      evaluator.append(
        evaluator.append(evaluator.force(path as Thunk), text('/'), ''),
        evaluator.force(after as Thunk),
        '',
      ),
  },
};
