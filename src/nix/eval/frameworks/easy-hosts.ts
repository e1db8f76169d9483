import { joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { fileIn, folderOption, inFolder, machineOf, pathValue } from './machines-in-folders.ts';
import { Thunk, attrs, ready, symbol, type Value } from '../values.ts';

/**
 * easy-hosts (lib.nix): names under `hosts`, and with `autoConstruct` the folders below `path`, there in folders named
 * `<arch>-<class>` unless `onlySystem` says it for all.
 */
export function easyHosts(evaluator: Evaluator, arg: Thunk): Value {
  const options = evaluator.force(arg);
  const folder = folderOption(evaluator, options, 'path', 'hosts');
  const only = evaluator.select(options, 'onlySystem');
  const found = new Map<string, { readonly kind: 'nixos' | 'darwin'; readonly machine: Thunk }>();
  const shared = ['shared', 'perClass', 'perTag', 'additionalClasses'].map(
    (name) => new Thunk(() => evaluator.select(options, name), null),
  );
  const add = (name: string, path: string, className: string, own: Value | null, file: string): void => {
    const renamed = evaluator.select(evaluator.select(options, 'additionalClasses'), className);
    const kind = (renamed.kind === 'string' ? renamed.text : className) === 'darwin' ? 'darwin' : 'nixos';
    const value = machineOf(kind, [
      ready(pathValue(path, file)),
      ...shared,
      ...(own === null ? [] : [ready(own)]),
      ...(className === 'iso' ? [ready(symbol(['installer', 'cd-dvd', 'iso-image.nix']))] : []),
    ]);
    found.set(name, { kind, machine: ready(value, { file, offset: 0 }) });
  };
  const automatic = evaluator.select(options, 'autoConstruct');
  for (const { name, path } of automatic.kind === 'bool' && automatic.value === true
    ? inFolder(evaluator, folder)
    : []) {
    const [, own] = /^[a-z0-9_]+-(.+)$/.exec(only.kind === 'string' ? only.text : name) ?? [];
    const hosts = only.kind === 'string' ? [{ name, path, isFolder: true }] : inFolder(evaluator, path);
    for (const host of own === undefined ? [] : hosts) {
      const file = host.isFolder ? fileIn(evaluator, host.path, ['default.nix', 'configuration.nix']) : host.path;
      if (file?.endsWith('.nix')) add(host.name.replace(/\.nix$/, ''), host.path, own ?? '', null, file);
    }
  }
  const declared = evaluator.select(options, 'hosts');
  for (const [name, slot] of declared.kind === 'attrs' ? declared.slots : []) {
    const own = evaluator.force(slot);
    const className = evaluator.select(own, 'class');
    const path = folderOption(evaluator, own, 'path', joinPath(folder, name) ?? name);
    const known = found.get(name)?.kind ?? 'nixos';
    add(name, path, className.kind === 'string' ? className.text : known, own, slot.site?.file ?? path);
    const made = found.get(name);
    if (made !== undefined) found.set(name, { ...made, machine: ready(evaluator.force(made.machine), slot.site) });
  }
  const of = (kind: 'nixos' | 'darwin'): Value =>
    attrs(new Map([...found].flatMap(([name, each]) => (each.kind === kind ? [[name, each.machine] as const] : []))));
  return attrs(
    new Map([
      ['nixosConfigurations', ready(of('nixos'))],
      ['darwinConfigurations', ready(of('darwin'))],
    ]),
  );
}
