import { joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { fileIn, inFolder, machineOf, pathValue } from './machines-in-folders.ts';
import { attrs, ready, symbol, type Thunk, type Value } from '../values.ts';

/** numtide/blueprint: `hosts/<name>/configuration.nix` (or `system-configuration.nix`, `darwin-configuration.nix`, `default.nix`). */
export function blueprint(evaluator: Evaluator, arg: Thunk): Value {
  const options = evaluator.force(arg);
  const prefix = evaluator.select(options, 'prefix');
  const base = prefix.kind === 'path' ? prefix.path : prefix.kind === 'string' ? (joinPath('', prefix.text) ?? '') : '';
  const nixos = new Map<string, Thunk>();
  const darwin = new Map<string, Thunk>();
  for (const host of inFolder(evaluator, joinPath(base, 'hosts') ?? 'hosts')) {
    const linux = fileIn(evaluator, host.path, ['configuration.nix', 'default.nix']);
    const mac = fileIn(evaluator, host.path, ['darwin-configuration.nix']);
    if (linux !== null)
      nixos.set(host.name, ready(machineOf('nixos', [ready(pathValue(linux, linux))]), { file: linux, offset: 0 }));
    else if (mac !== null)
      darwin.set(host.name, ready(machineOf('darwin', [ready(pathValue(mac, mac))]), { file: mac, offset: 0 }));
  }
  return attrs(
    new Map([
      ['nixosConfigurations', ready(attrs(nixos))],
      ['darwinConfigurations', ready(attrs(darwin))],
    ]),
    symbol(['blueprint'], [arg]),
  );
}
