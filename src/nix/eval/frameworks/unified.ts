import { joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { fileIn, inFolder, machineOf, pathValue } from './machines-in-folders.ts';
import { Thunk, attrs, emptyAttrs, ready, type Value } from '../values.ts';

/**
 * nixos-unified: `configurations/nixos/<name>` or `<name>.nix`, and the same for `darwin` and `home`; what lies in
 * `modules/nixos` and its kin are the flake's modules by their names.
 */
export function unified(evaluator: Evaluator, root: string): Value {
  const named = (folder: string, make: (path: string, file: string) => Value): Value => {
    const found = inFolder(evaluator, joinPath(root, folder) ?? '').flatMap(({ name, path, isFolder }) => {
      const file = isFolder ? fileIn(evaluator, path, ['default.nix', 'configuration.nix']) : path;
      if (file === null || !file.endsWith('.nix')) return [];
      const key = name === 'default.nix' ? 'default' : name.replace(/\.nix$/, '');
      return [[key, new Thunk(() => make(path, file), { file, offset: 0 })] as const];
    });
    return attrs(new Map(found));
  };
  const machines = (['nixos', 'darwin', 'home'] as const).map(
    (kind) =>
      [
        `${kind}Configurations`,
        ready(named(`configurations/${kind}`, (path, file) => machineOf(kind, [ready(pathValue(path, file))]))),
      ] as const,
  );
  const modules = ['nixos', 'darwin', 'home', 'flake'].map((kind) => {
    const outputs = named(`modules/${kind}`, (path, file) => pathValue(path, file));
    return [`${kind}Modules`, ready(outputs)] as const;
  });
  return attrs(new Map([...machines, ...modules, ['homeManagerModules', modules[2]?.[1] ?? ready(emptyAttrs)]]));
}
