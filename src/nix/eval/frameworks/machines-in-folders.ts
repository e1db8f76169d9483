import { joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { attrs, list, ready, type PathValue, type SystemValue, type Thunk, type Value } from '../values.ts';

export function pathValue(path: string, origin: string): PathValue {
  return { kind: 'path', path, origin, parts: [] };
}

/** A machine made of modules. */
export function machineOf(
  flavour: SystemValue['flavour'],
  modules: readonly Thunk[],
  rest: Value | null = null,
): Value {
  return { kind: 'system', flavour, args: attrs(new Map([['modules', ready(list(modules))]]), rest) };
}

/** The names under a folder with the place that each is best known by. */
export function inFolder(
  evaluator: Evaluator,
  folder: string,
): { readonly name: string; readonly path: string; readonly isFolder: boolean }[] {
  evaluator.note('listings', folder);
  return [...(evaluator.repository.folders.get(folder) ?? [])].map(([name, kind]) => ({
    name,
    path: joinPath(folder, name) ?? name,
    isFolder: kind === 'folder',
  }));
}

export function fileIn(evaluator: Evaluator, path: string, names: readonly string[]): string | null {
  return names.map((name) => `${path}/${name}`).find((file) => evaluator.repository.entries.has(file)) ?? null;
}

export function folderOption(evaluator: Evaluator, options: Value, name: string, fallback: string): string {
  const given = evaluator.select(options, name);
  return given.kind === 'path' ? given.path : fallback;
}
