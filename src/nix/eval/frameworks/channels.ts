import type { Evaluator } from '../evaluator.ts';
import { importedFile } from '../library/paths.ts';
import { asList } from '../library/as-list.ts';
import { Thunk, attrs, emptyAttrs, list, ready, symbol, type SystemValue, type Value } from '../values.ts';
import { rakedLeaves } from './raked-leaves.ts';

/** Arguments of these frameworks' `mkFlake` that are no outputs. */
const settings = new Set(
  [
    'self inputs hosts hostDefaults nixosProfiles channels channelsConfig sharedOverlays supportedSystems outputsBuilder',
    'nixos darwin home devshell lib',
  ].flatMap((line) => line.split(' ')),
);

/** Whether an argument of some `mkFlake` is one of flake-utils-plus. */
export function isChannelsFlake(arg: Value): boolean {
  return (
    arg.kind === 'attrs' && ['hosts', 'hostDefaults', 'channels', 'outputsBuilder'].some((name) => arg.slots.has(name))
  );
}

/**
 * flake-utils-plus (lib/mkFlake.nix) and digga, which stands on it: `hosts.<name>` with what `hostDefaults` says for all
 * of them; digga keeps both under `nixos` and `darwin`, each a set or a file that gives one.
 */
export function channelsFlake(evaluator: Evaluator, arg: Thunk): Value {
  const options = evaluator.force(arg);
  const shared = ['channels', 'channelsConfig', 'sharedOverlays'].map(
    (name) => new Thunk(() => evaluator.select(options, name), null),
  );
  const found = new Map<string, Map<string, Thunk>>();
  const add = (from: Value, fallback: string): void => {
    const defaults = evaluator.select(from, 'hostDefaults');
    for (const [name, slot] of hostsOf(evaluator, from)) {
      const own = evaluator.force(slot);
      const output = textOf(evaluator, own, 'output') ?? textOf(evaluator, defaults, 'output') ?? fallback;
      const machines = found.get(output) ?? new Map<string, Thunk>();
      found.set(output, machines);
      machines.set(name, ready(machine(evaluator, { own, defaults, shared, output }), slot.site));
    }
  };
  add(options, 'nixosConfigurations');
  add(sideOf(evaluator, options, 'nixos'), 'nixosConfigurations');
  add(sideOf(evaluator, options, 'darwin'), 'darwinConfigurations');
  const others = options.kind === 'attrs' ? [...options.slots].filter(([name]) => !settings.has(name)) : [];
  const machines = [...found].map(([name, slots]) => [name, ready(attrs(slots))] as const);
  return attrs(new Map([...others, ...machines]), symbol(['flake-utils-plus'], [arg]));
}

interface Parts {
  readonly own: Value;
  readonly defaults: Value;
  readonly shared: readonly Thunk[];
  readonly output: string;
}

function machine(evaluator: Evaluator, { own, defaults, shared, output }: Parts): SystemValue {
  const modules = new Thunk(() => {
    const all = evaluator.concat(modulesOf(evaluator, defaults), modulesOf(evaluator, own));
    return evaluator.concat(all, list([ready(symbol(['channels'], shared))]));
  }, null);
  const special = new Thunk(() => {
    const both = [defaults, own].flatMap((from) =>
      ['specialArgs', 'extraArgs'].map((name) => evaluator.select(from, name)),
    );
    return both.reduce((all, each) => (each.kind === 'attrs' ? evaluator.update(all, each) : all), emptyAttrs as Value);
  }, null);
  const flavour = output === 'darwinConfigurations' ? 'darwin' : output === 'nixosConfigurations' ? 'nixos' : 'other';
  return {
    kind: 'system',
    flavour,
    args: attrs(
      new Map([
        ['modules', modules],
        ['specialArgs', special],
      ]),
    ),
  };
}

function modulesOf(evaluator: Evaluator, from: Value): Value {
  const value = evaluator.select(from, 'modules');
  // A host of a folder is its file; digga's `modules` may be one module alone.
  return value.kind === 'list' || value.kind === 'symbol' || value.kind === 'choice' ? value : list([ready(value)]);
}

/** digga's `nixos` and `darwin`: a set, or a file that gives one or a function of the inputs. */
function sideOf(evaluator: Evaluator, options: Value, name: string): Value {
  let value = evaluator.select(options, name);
  if (value.kind === 'path') {
    const content = evaluator.file(importedFile(evaluator, value.path));
    evaluator.note('files', importedFile(evaluator, value.path));
    if (content === null) return emptyAttrs;
    value = evaluator.force(content);
  }
  if (value.kind === 'lambda') value = evaluator.apply(value, ready(options));
  return value.kind === 'attrs' ? value : emptyAttrs;
}

function hostsOf(evaluator: Evaluator, from: Value): ReadonlyMap<string, Thunk> {
  const hosts = new Map<string, Thunk>();
  for (const item of asList(evaluator, ready(evaluator.select(from, 'imports'))).items) {
    const imported = evaluator.select(evaluator.force(item), 'hosts');
    if (imported.kind === 'attrs') for (const [name, slot] of imported.slots) hosts.set(name, slot);
  }
  const declared = evaluator.select(from, 'hosts');
  for (const [name, slot] of declared.kind === 'attrs' ? declared.slots : []) {
    const found = hosts.get(name);
    const both =
      found === undefined
        ? slot
        : new Thunk(() => evaluator.update(evaluator.force(found), evaluator.force(slot)), slot.site);
    hosts.set(name, both);
  }
  return hosts;
}

function textOf(evaluator: Evaluator, from: Value, name: string): string | null {
  const value = evaluator.select(from, name);
  return value.kind === 'string' ? value.text : null;
}

/** digga's `importHosts`: a host for each leaf of a folder, by the names on the way to it. */
export function importHosts(evaluator: Evaluator, arg: Thunk): Value {
  const hosts = new Map<string, Thunk>();
  const waiting: { readonly prefix: string; readonly value: Value }[] = [
    { prefix: '', value: rakedLeaves(evaluator, evaluator.force(arg)) },
  ];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (next.value.kind !== 'attrs') continue;
    for (const [name, slot] of next.value.slots) {
      const value = evaluator.force(slot);
      const full = next.prefix === '' ? name : `${next.prefix}.${name}`;
      if (value.kind === 'attrs') waiting.push({ prefix: full, value });
      else hosts.set(full, ready(attrs(new Map([['modules', slot]])), slot.site));
    }
  }
  return attrs(new Map([['hosts', ready(attrs(hosts))]]));
}
