import { joinPath, realPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { hole, symbol, trimmed, type Value, type PathValue, type Site, type Thunk } from '../values.ts';

/** The path that a value is, without holes; a text that begins with a path of the repository is one already. */
export function pathOf(evaluator: Evaluator, thunk: Thunk | undefined): PathValue | null {
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

/** A folder's own place is its `default.nix` or `configuration.nix`, where it has one. */
export function siteIn(evaluator: Evaluator, path: string): Site {
  const candidates = [path, `${path}/default.nix`, `${path}/configuration.nix`];
  return { file: candidates.find((each) => evaluator.repository.entries.has(each)) ?? path, offset: 0 };
}

/** What the file at a path says; a symbol where there is none. */
export function importedValue(evaluator: Evaluator, { path }: PathValue): Value {
  const file = importedFile(evaluator, path);
  evaluator.note('files', file);
  const content = evaluator.file(file);
  return content === null ? symbol(['unread', file]) : evaluator.force(content);
}
