import { joinPath } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { recursiveUpdate } from '../library/attrs-merged.ts';
import { importedFile } from '../library/paths.ts';
import { asList } from '../library/as-list.ts';
import { Thunk, attrs, emptyAttrs, ready, symbol, type SystemValue, type Value } from '../values.ts';

/** Machines by the option that names them, and by the other names that a folder or file of the option may have. */
const kinds: readonly (readonly [string, readonly string[], SystemValue['flavour']])[] = [
  ['nixosConfigurations', ['nixosConfigurations', 'nixos'], 'nixos'],
  ['darwinConfigurations', ['darwinConfigurations', 'darwin'], 'darwin'],
  ['homeConfigurations', ['homeConfigurations', 'home'], 'home'],
];

/**
 * flakelight (builtinModules/nixDir.nix, nixosConfigurations.nix): options of one module, and for each option what lies
 * under its name in `nixDir`: a file, a folder with a `default.nix`, or a folder with a file or folder for each name.
 */
export function flakelight(evaluator: Evaluator, source: Thunk, module: Thunk): Value {
  const src = evaluator.force(source);
  const root = src.kind === 'path' ? src.path : '';
  const outputs = new Thunk(() => emptyAttrs, null);
  const args = attrs(
    new Map([
      ['src', source],
      ['outputs', outputs],
      ['lib', ready(symbol(['lib']))],
    ]),
    symbol(['flakelight']),
  );
  const options = calledWith(evaluator, evaluator.force(module), args);
  const given = evaluator.select(options, 'nixDir');
  const folder = given.kind === 'path' ? given.path : (joinPath(root, 'nix') ?? 'nix');
  const all = modulesOf(evaluator, options, args);
  const found = new Map<string, Thunk>();
  for (const [option, names, flavour] of kinds) {
    const written = all.map((each) => calledWith(evaluator, evaluator.select(each, option), args));
    const loaded = names.map((name) => calledWith(evaluator, loadedFrom(evaluator, folder, name), args));
    const machines = [...loaded, ...written].reduce(
      (sum, each) => (each.kind === 'attrs' ? recursiveUpdate(evaluator, sum, each) : sum),
      emptyAttrs as Value,
    );
    if (machines.kind !== 'attrs') continue;
    const slots = [...machines.slots].map(
      ([name, slot]) => [name, new Thunk(() => machineOf(evaluator, slot, args, flavour, module), slot.site)] as const,
    );
    found.set(option, ready(attrs(new Map(slots))));
  }
  const direct = evaluator.select(options, 'outputs');
  return recursiveUpdate(
    evaluator,
    attrs(found, symbol(['flakelight'], [module])),
    direct.kind === 'attrs' ? direct : emptyAttrs,
  );
}

function modulesOf(evaluator: Evaluator, root: Value, args: Value): readonly Value[] {
  const imports = asList(evaluator, ready(evaluator.select(root, 'imports'))).items.flatMap((item) => {
    let value = evaluator.force(item);
    if (value.kind === 'path') value = contentOf(evaluator, importedFile(evaluator, value.path));
    value = calledWith(evaluator, value, args);
    return value.kind === 'attrs' ? [value] : [];
  });
  return [root, ...imports];
}

function machineOf(
  evaluator: Evaluator,
  slot: Thunk,
  args: Value,
  flavour: SystemValue['flavour'],
  module: Thunk,
): Value {
  const value = calledWith(evaluator, evaluator.force(slot), args);
  if (value.kind === 'system') return value;
  const own = value.kind === 'attrs' ? value : attrs(new Map(), value);
  const extra = new Map([['#definitions', ready(symbol(['flakelight'], [module]))]]);
  return { kind: 'system', flavour, args: attrs(new Map([...own.slots, ...extra]), own.rest) };
}

function calledWith(evaluator: Evaluator, value: Value, args: Value): Value {
  return value.kind === 'lambda' ? evaluator.apply(value, ready(args)) : value;
}

function contentOf(evaluator: Evaluator, file: string): Value {
  evaluator.note('files', file);
  const content = evaluator.file(file);
  return content === null ? symbol(['unread', file]) : evaluator.force(content);
}

function loadedFrom(evaluator: Evaluator, folder: string, name: string): Value {
  const { entries, folders } = evaluator.repository;
  const base = joinPath(folder, name) ?? name;
  const whole = [`${base}.nix`, `${base}/default.nix`].find((file) => entries.has(file));
  if (whole !== undefined) return contentOf(evaluator, whole);
  evaluator.note('listings', base);
  const slots = [...(folders.get(base) ?? [])].flatMap(([each, kind]) => {
    const file = kind === 'folder' ? `${base}/${each}/default.nix` : `${base}/${each}`;
    if (!file.endsWith('.nix') || !entries.has(file)) return [];
    // A leading `_` lets a name be one that files cannot have, such as `default`.
    const key = each.replace(/\.nix$/, '').replace(/^_/, '');
    return [[key, new Thunk(() => contentOf(evaluator, file), { file, offset: 0 })] as const];
  });
  return attrs(new Map(slots));
}
