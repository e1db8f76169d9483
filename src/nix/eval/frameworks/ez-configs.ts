import { joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { folderOption, inFolder, machineOf, pathValue } from './machines-in-folders.ts';
import { attrs, ready, type Thunk, type Value } from '../values.ts';

/** ez-configs: `<root>/nixos-configurations/<name>` or `<name>.nix`. */
export function ezConfigs(evaluator: Evaluator, arg: Thunk): Value {
  const options = evaluator.force(arg);
  const root = folderOption(evaluator, options, 'root', '');
  const of = (kind: 'nixos' | 'darwin'): Value => {
    const folder = folderOption(
      evaluator,
      evaluator.select(options, kind),
      'configurationsDirectory',
      joinPath(root, `${kind}-configurations`) ?? '',
    );
    const found = inFolder(evaluator, folder).flatMap(({ name, path, isFolder }) => {
      const file = isFolder ? `${path}/default.nix` : path;
      if (!file.endsWith('.nix') || !evaluator.repository.entries.has(file)) return [];
      const value = machineOf(kind, [ready(pathValue(path, file))]);
      return [[name.replace(/\.nix$/, ''), ready(value, { file, offset: 0 })] as const];
    });
    return attrs(new Map(found));
  };
  return attrs(
    new Map([
      ['nixosConfigurations', ready(of('nixos'))],
      ['darwinConfigurations', ready(of('darwin'))],
    ]),
  );
}
