import { joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { called } from '../library/as-list.ts';
import {
  attrs,
  emptyAttrs,
  list,
  ready,
  symbol,
  Thunk,
  type PathValue,
  type SystemValue,
  type Value,
} from '../values.ts';

export function pathValue(path: string, origin: string): PathValue {
  return { kind: 'path', path, origin, parts: [] };
}

/** A machine made of modules. */
function system(flavour: SystemValue['flavour'], modules: readonly Thunk[], rest: Value | null = null): Value {
  return { kind: 'system', flavour, args: attrs(new Map([['modules', ready(list(modules))]]), rest) };
}

/** The names under a folder with the place that each is best known by. */
function inFolder(
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

function fileIn(evaluator: Evaluator, path: string, names: readonly string[]): string | null {
  return names.map((name) => `${path}/${name}`).find((file) => evaluator.repository.entries.has(file)) ?? null;
}

function folderOption(evaluator: Evaluator, options: Value, name: string, fallback: string): string {
  const given = evaluator.select(options, name);
  return given.kind === 'path' ? given.path : fallback;
}

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
        ready(system(isDarwin ? 'darwin' : 'nixos', modules), { file, offset: 0 }),
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
      nixos.set(host.name, ready(system('nixos', [ready(pathValue(linux, linux))]), { file: linux, offset: 0 }));
    else if (mac !== null)
      darwin.set(host.name, ready(system('darwin', [ready(pathValue(mac, mac))]), { file: mac, offset: 0 }));
  }
  return attrs(
    new Map([
      ['nixosConfigurations', ready(attrs(nixos))],
      ['darwinConfigurations', ready(attrs(darwin))],
    ]),
    symbol(['blueprint'], [arg]),
  );
}

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
      const value = system(kind, [ready(pathValue(path, file))]);
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
        ready(named(`configurations/${kind}`, (path, file) => system(kind, [ready(pathValue(path, file))]))),
      ] as const,
  );
  const modules = ['nixos', 'darwin', 'home', 'flake'].map((kind) => {
    const outputs = named(`modules/${kind}`, (path, file) => pathValue(path, file));
    return [`${kind}Modules`, ready(outputs)] as const;
  });
  return attrs(new Map([...machines, ...modules, ['homeManagerModules', modules[2]?.[1] ?? ready(emptyAttrs)]]));
}

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
    const value = system(kind, [
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
    const value = system(isDarwin ? 'darwin' : 'nixos', [
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

/** import-tree: every Nix file below a folder is a module, but for those behind a `_`. */
export function importTree(evaluator: Evaluator, arg: Thunk): Value {
  const given = evaluator.force(arg);
  if (given.kind !== 'path') return symbol(['import-tree', '()'], [arg]);
  evaluator.note('listings', given.path);
  const prefix = given.path === '' ? '' : `${given.path}/`;
  const files = [...evaluator.repository.entries.keys()].filter(
    (path) => path.startsWith(prefix) && path.endsWith('.nix') && !path.slice(prefix.length - 1).includes('/_'),
  );
  const imports = files.map((file) => ready(pathValue(file, given.origin)));
  return attrs(new Map([['imports', ready(list(imports))]]));
}

/** haumea: a folder as a set, each file called with the `inputs` it asks for. */
export function haumea(evaluator: Evaluator, arg: Thunk): Value {
  const options = evaluator.force(arg);
  const source = evaluator.select(options, 'src');
  if (source.kind !== 'path') return symbol(['haumea'], [arg]);
  const inputs = evaluator.select(options, 'inputs');
  return haumeaFolder(evaluator, source.path, inputs, 0);
}

function haumeaFolder(evaluator: Evaluator, folder: string, inputs: Value, depth: number): Value {
  const slots = new Map<string, Thunk>();
  for (const { name, path, isFolder } of inFolder(evaluator, folder)) {
    if (isFolder && depth < 8)
      slots.set(name, new Thunk(() => haumeaFolder(evaluator, path, inputs, depth + 1), { file: path, offset: 0 }));
    else if (name.endsWith('.nix')) {
      const load = (): Value => {
        evaluator.note('files', path);
        const file = evaluator.file(path);
        if (file === null) return symbol(['unread', path]);
        const value = evaluator.force(file);
        return value.kind === 'lambda'
          ? evaluator.force(
              called(
                evaluator,
                file,
                ready(attrs(inputs.kind === 'attrs' ? inputs.slots : new Map(), symbol(['haumea']))),
              ),
            )
          : value;
      };
      slots.set(name.replace(/\.nix$/, '').replace(/^_+/, ''), new Thunk(load, { file: path, offset: 0 }));
    }
  }
  return slots.size === 0 ? emptyAttrs : attrs(slots);
}
