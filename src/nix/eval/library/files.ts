import { filesUnder, folderOf, joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import type { Library } from './library-function.ts';
import { importedFile, pathOf, siteIn } from './paths.ts';
import { attrs, bool, hole, list, nullValue, ready, symbol, text, type Thunk, type Value } from '../values.ts';

/** What stands below a text that is not known: `import (fetched + "/nixos/lib/eval-config.nix")`. */
function belowHole(whole: string): readonly string[] | null {
  const at = whole.lastIndexOf(hole);
  const below =
    at < 0
      ? []
      : whole
          .slice(at + hole.length)
          .split('/')
          .filter((step) => step !== '');
  return below.length === 0 ? null : below;
}

/** npins, niv and lon write a file that gives what they fetched by name, with or without being called. */
function pinnedSources(evaluator: Evaluator, file: string): Value | null {
  const beside = /(?:^|\/)npins\/default\.nix$|(?:^|\/)sources\.nix$/.test(file) ? 'sources.json' : 'lon.lock';
  const pins = joinPath(folderOf(file), beside) ?? beside;
  if (!/(?:^|\/)(?:npins\/default|sources|lon)\.nix$/.test(file) || !evaluator.repository.entries.has(pins))
    return null;
  evaluator.note('files', pins);
  const sources = symbol(['sources']);
  const functor: Value = { kind: 'builtin', name: 'sources', arity: 2, args: [], run: () => sources };
  return attrs(new Map([['__functor', ready(functor)]]), sources);
}

function importValue(evaluator: Evaluator, thunk: Thunk | undefined): Value {
  const path = pathOf(evaluator, thunk);
  if (path === null) {
    const value = thunk === undefined ? nullValue : evaluator.force(thunk);
    if (value.kind === 'choice')
      return evaluator.overChoices([value], ([option]) => importValue(evaluator, ready(option as Value)));
    const fetched = value.kind === 'string' ? belowHole(value.text) : null;
    if (fetched !== null) return symbol(['imported', 'source', ...fetched], [thunk as Thunk]);
    // `import inputs.x` and `import <nixpkgs/…>` go on being what they are; a path with holes stays in the parts.
    return value.kind === 'symbol' ? value : symbol(['imported'], [thunk as Thunk]);
  }
  const file = importedFile(evaluator, path.path);
  evaluator.note('files', file);
  const pins = pinnedSources(evaluator, file);
  if (pins !== null) return pins;
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

export function readFile(evaluator: Evaluator, thunk: Thunk | undefined): Value {
  const path = pathOf(evaluator, thunk);
  if (path === null) return symbol(['unknown'], thunk === undefined ? [] : [thunk]);
  evaluator.note('files', path.path);
  evaluator.noteBytes(path.path);
  const content = evaluator.repository.texts.get(path.path);
  return content === undefined
    ? symbol(['content', path.path], [thunk as Thunk])
    : text(content, { file: path.path, offset: 0 });
}

function kindAt(evaluator: Evaluator, thunk: Thunk): Value {
  const path = pathOf(evaluator, thunk);
  if (path === null) return symbol(['unknown'], [thunk]);
  const isFolder = evaluator.repository.folders.has(path.path);
  evaluator.note(isFolder ? 'listings' : 'files', path.path);
  return text(isFolder ? 'directory' : 'regular');
}

export const fileFunctions: Library = {
  import: { arity: 1, run: (evaluator, [path]) => importValue(evaluator, path) },
  scopedImport: { arity: 2, run: (evaluator, [, path]) => importValue(evaluator, path) },
  readDir: { arity: 1, run: (evaluator, [path]) => readDir(evaluator, path) },
  readFile: { arity: 1, run: (evaluator, [path]) => readFile(evaluator, path) },
  fileContents: { arity: 1, run: (evaluator, [path]) => readFile(evaluator, path) },
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
  readFileType: { arity: 1, run: (evaluator, [path]) => kindAt(evaluator, path as Thunk) },
  pathType: { arity: 1, run: (evaluator, [path]) => kindAt(evaluator, path as Thunk) },
  /** A copy of a folder under another name: what is read from it is what it holds. */
  path: {
    arity: 1,
    run: (evaluator, [options]) => evaluator.select(evaluator.force(options as Thunk), 'path'),
  },
  cleanSource: { arity: 1, run: (evaluator, [path]) => evaluator.force(path as Thunk) },
  cleanSourceWith: {
    arity: 1,
    run: (evaluator, [options]) => evaluator.select(evaluator.force(options as Thunk), 'src'),
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
