import { joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { Thunk, attrs, list, ready, symbol, type Site, type Value } from '../values.ts';
import { pathValue } from './machines-in-folders.ts';

/**
 * clan: machines are the names in `machines`, in `inventory.machines`, and the folders under `machines/` that hold a
 * `configuration.nix` (clan-core/modules/clan: a machine's folder is imported where it exists).
 */
export function clan(evaluator: Evaluator, arg: Thunk): Value {
  const options = evaluator.force(arg);
  const directory = directoryOf(evaluator, options);
  const inventory = evaluator.select(options, 'inventory');
  const declared = evaluator.select(options, 'machines');
  const listed = evaluator.select(inventory, 'machines');
  const sites = new Map<string, Site | null>();
  const folder = joinPath(directory, 'machines') ?? 'machines';
  evaluator.note('listings', folder);
  for (const [name, kind] of evaluator.repository.folders.get(folder) ?? []) {
    const file = `${folder}/${name}/configuration.nix`;
    if (kind === 'folder' && evaluator.repository.entries.has(file)) sites.set(name, { file, offset: 0 });
  }
  for (const value of [listed, declared]) {
    if (value.kind === 'attrs')
      for (const [name, slot] of value.slots) sites.set(name, slot.site ?? sites.get(name) ?? null);
  }
  for (const name of inventoryFile(evaluator, directory))
    if (!sites.has(name)) sites.set(name, { file: joinPath(directory, 'inventory.json') ?? '', offset: 0 });
  const services = ['modules', 'pkgsForSystem', 'exports'].map(
    (name) => new Thunk(() => evaluator.select(options, name), null),
  );
  const nixos = new Map<string, Thunk>();
  const darwin = new Map<string, Thunk>();
  for (const [name, site] of sites) {
    const module = evaluator.select(declared, name);
    const isDarwin = classOf(evaluator, evaluator.select(listed, name)) === 'darwin';
    const modules = list([
      ...(module.kind === 'symbol' && module.parts.length === 0 ? [] : [ready(module)]),
      ready(pathValue(`${folder}/${name}`, site?.file ?? '')),
      // Services and roles are given to machines by name or tag; which ones is clan's own logic.
      ready(symbol(['clan', 'inventory'], [ready(inventory), ...services])),
    ]);
    const special = new Thunk(() => evaluator.select(options, 'specialArgs'), null);
    const args = attrs(
      new Map([
        ['modules', ready(modules)],
        ['specialArgs', special],
      ]),
    );
    (isDarwin ? darwin : nixos).set(
      name,
      ready({ kind: 'system', flavour: isDarwin ? 'darwin' : 'nixos', args }, site),
    );
  }
  const rest =
    listed.kind === 'attrs' && listed.rest !== null ? symbol(['clan', 'machines'], [ready(listed.rest)]) : null;
  const outputs = new Map<string, Thunk>([
    ['nixosConfigurations', ready(attrs(nixos, rest))],
    ['darwinConfigurations', ready(attrs(darwin))],
  ]);
  // What else clan makes may hold any of the machines, and is read by them as `self.clan`.
  const config = ready(attrs(outputs, symbol(['clan', 'config'], [ready(options)])));
  return attrs(
    new Map([
      ...outputs,
      ['config', config],
      ['clan', config],
      ['clanInternals', new Thunk(() => evaluator.select(evaluator.force(config), 'clanInternals'), null)],
    ]),
    symbol(['clan']),
  );
}

function classOf(evaluator: Evaluator, machine: Value): string {
  const value = evaluator.select(machine, 'machineClass');
  return value.kind === 'string' ? value.text : 'nixos';
}

function directoryOf(evaluator: Evaluator, options: Value): string {
  const given = evaluator.select(options, 'directory');
  if (given.kind === 'path') return given.path;
  return '';
}

/** `inventory.json` is where clan's own tools write machines. */
function inventoryFile(evaluator: Evaluator, directory: string): string[] {
  const path = joinPath(directory, 'inventory.json') ?? '';
  const text = evaluator.repository.texts.get(path);
  if (text === undefined) return [];
  evaluator.note('files', path);
  try {
    const data: unknown = JSON.parse(text);
    const machines = typeof data === 'object' && data !== null && 'machines' in data ? data.machines : null;
    return typeof machines === 'object' && machines !== null ? Object.keys(machines) : [];
  } catch {
    return [];
  }
}
