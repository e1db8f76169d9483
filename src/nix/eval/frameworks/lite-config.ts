import { joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { folderOption, machineOf, pathValue } from './machines-in-folders.ts';
import { Thunk, attrs, ready, type Value } from '../values.ts';

/** lite-config: the names in `hosts`, each with the folder of its name below `hostModuleDir`. */
export function liteConfig(evaluator: Evaluator, arg: Thunk): Value {
  const options = evaluator.force(arg);
  const folder = folderOption(evaluator, options, 'hostModuleDir', 'hosts');
  const shared = ['systemModules', 'homeModules', 'homeConfigurations', 'nixpkgs'].map(
    (name) => new Thunk(() => evaluator.select(options, name), null),
  );
  const nixos = new Map<string, Thunk>();
  const darwin = new Map<string, Thunk>();
  const hosts = evaluator.select(options, 'hosts');
  for (const [name, slot] of hosts.kind === 'attrs' ? hosts.slots : []) {
    const architecture = evaluator.select(evaluator.force(slot), 'system');
    const isDarwin = architecture.kind === 'string' && architecture.text.endsWith('-darwin');
    const path = joinPath(folder, name) ?? name;
    const value = machineOf(isDarwin ? 'darwin' : 'nixos', [
      ready(pathValue(path, slot.site?.file ?? path)),
      slot,
      ...shared,
    ]);
    (isDarwin ? darwin : nixos).set(name, ready(value, slot.site));
  }
  return attrs(
    new Map([
      ['nixosConfigurations', ready(attrs(nixos))],
      ['darwinConfigurations', ready(attrs(darwin))],
    ]),
  );
}
