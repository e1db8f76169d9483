import { joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { folderOption, inFolder, machineOf, pathValue } from './machines-in-folders.ts';
import { attrs, ready, symbol, type Thunk, type Value } from '../values.ts';

/** snowfall-lib: `systems/<arch>-<format>/<host>`. Formats other than linux and darwin are images. */
export function snowfall(evaluator: Evaluator, arg: Thunk): Value {
  const options = evaluator.force(arg);
  const root = folderOption(evaluator, options, 'src', '');
  const settings = evaluator.select(options, 'snowfall');
  const base = folderOption(evaluator, settings, 'root', root);
  const nixos = new Map<string, Thunk>();
  const darwin = new Map<string, Thunk>();
  const everywhere = [...evaluator.repository.entries.keys()].filter((path) =>
    path.startsWith(base === '' ? 'modules/' : `${base}/modules/`),
  );
  const shared = everywhere.filter((path) => path.endsWith('/default.nix')).map((path) => ready(pathValue(path, path)));
  for (const arch of inFolder(evaluator, joinPath(base, 'systems') ?? 'systems')) {
    for (const host of arch.isFolder ? inFolder(evaluator, arch.path) : []) {
      const file = `${host.path}/default.nix`;
      if (!host.isFolder || !evaluator.repository.entries.has(file)) continue;
      const isDarwin = arch.name.endsWith('-darwin');
      const modules = [
        ready(pathValue(host.path, file)),
        ...shared.filter((module) => matchesKind(module, isDarwin)),
        ready(evaluator.select(options, 'systems')),
      ];
      (isDarwin ? darwin : nixos).set(
        host.name,
        ready(machineOf(isDarwin ? 'darwin' : 'nixos', modules), { file, offset: 0 }),
      );
    }
  }
  return attrs(
    new Map([
      ['nixosConfigurations', ready(attrs(nixos))],
      ['darwinConfigurations', ready(attrs(darwin))],
    ]),
    symbol(['snowfall'], [arg]),
  );
}

function matchesKind(module: Thunk, isDarwin: boolean): boolean {
  const path = module.value?.kind === 'path' ? module.value.path : '';
  return isDarwin ? !path.includes('modules/nixos/') : !path.includes('modules/darwin/');
}
