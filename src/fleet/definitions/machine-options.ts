import type { Evaluator } from '../../nix/eval/evaluator.ts';
import { attrs, ready, symbol, text, Thunk, type SystemValue, type Value } from '../../nix/eval/values.ts';
import type { Machine } from '../../nix/graph/host-walk.ts';
import { configValue } from './config-value.ts';
import { collectModules } from './modules.ts';
import { definition, type Definition, OptionNode } from './option-node.ts';

/** Everything that the modules of a machine define, as one tree of options. */
export interface MachineOptions {
  readonly root: OptionNode;
  /** `config`, as its modules and other machines see it. */
  readonly config: Value;
  /** The options of a guest whose modules are given in an option of this machine: a container's `config`. */
  guest(modules: OptionNode): MachineOptions;
}

/** Modules and arguments of a machine, from the value that makes it. */
export function machineOptions(
  evaluator: Evaluator,
  machine: Pick<Machine, 'name' | 'value' | 'commonArgs'>,
): MachineOptions {
  const systems = systemsIn(evaluator, evaluator.force(machine.value));
  const special = new Map<string, Thunk>(machine.commonArgs);
  for (const { args } of systems) {
    for (const name of ['specialArgs', 'extraSpecialArgs']) {
      for (const [key, slot] of slotsOf(evaluator, evaluator.select(args, name))) special.set(key, slot);
    }
  }
  const roots = systems.flatMap(({ args }) => modulesIn(args));
  return optionsOf(
    evaluator,
    [...(systems.length === 0 ? [definition(machine.value)] : roots), named(machine.name)],
    special,
  );
}

/** The names that a set has, or one of the sets that it may be. */
function slotsOf(evaluator: Evaluator, value: Value): (readonly [string, Thunk])[] {
  if (value.kind === 'choice') return value.options.flatMap((option) => slotsOf(evaluator, evaluator.force(option)));
  return value.kind === 'attrs' ? [...value.slots] : [];
}

/** Weaker than any default that somebody writes. */
const byFramework = 1400;

/** clan, colmena, snowfall and most helper functions name a machine by its attribute where it says nothing itself. */
function named(name: string): Definition {
  const networking = attrs(new Map([['hostName', ready(text(name))]]));
  const own = definition(ready(attrs(new Map([['networking', ready(networking)]]))));
  return { ...own, priority: byFramework, isMaybe: true };
}

/** The systems that a value may be; a call of something unknown that is given modules makes one too. */
function systemsIn(evaluator: Evaluator, value: Value): Pick<SystemValue, 'args'>[] {
  if (value.kind === 'system') return [value];
  if (value.kind === 'symbol') {
    const given = value.parts.map((part) => evaluator.force(part));
    return given.flatMap((args) => (args.kind === 'attrs' && args.slots.has('modules') ? [{ args }] : []));
  }
  return value.kind === 'choice'
    ? value.options.flatMap((option) => systemsIn(evaluator, evaluator.force(option)))
    : [];
}

/** Arguments of the functions that make machines which hold modules. */
const moduleArguments = ['modules', 'extraModules', 'module', 'configuration', 'config'];

function modulesIn(args: Value): Definition[] {
  if (args.kind !== 'attrs') return [definition(ready(args))];
  return moduleArguments.flatMap((name) => {
    const slot = args.slots.get(name);
    return slot === undefined ? [] : [definition(slot)];
  });
}

function optionsOf(
  evaluator: Evaluator,
  roots: readonly Definition[],
  special: ReadonlyMap<string, Thunk>,
): MachineOptions {
  const config = new ConfigSlots(evaluator);
  const whole = attrs(config, symbol(['config']));
  const args = new ModuleArgs(special, config, ready(whole));
  const { definitions, declarations } = collectModules(evaluator, roots, attrs(args, symbol(['argument'])));
  const root = new OptionNode(evaluator, definitions);
  config.fill(root, new OptionNode(evaluator, declarations));
  const guest = (modules: OptionNode): MachineOptions => {
    const own = modules.leaves().map(({ value, site }) => definition(ready(value, site)));
    return optionsOf(evaluator, own, special);
  };
  return { root, config: whole, guest };
}

/** `config` before all modules are known, and after. A question that comes too early is answered, and not kept. */
class ConfigSlots extends Map<string, Thunk> {
  private readonly evaluator: Evaluator;
  private declared: OptionNode | null = null;
  root: OptionNode | null = null;

  constructor(evaluator: Evaluator) {
    super();
    this.evaluator = evaluator;
  }

  fill(root: OptionNode, declared: OptionNode): void {
    this.root = root;
    this.declared = declared;
  }

  override get(name: string): Thunk | undefined {
    const { root, declared, evaluator } = this;
    if (root === null || declared === null) return undefined;
    const known = super.get(name);
    if (known !== undefined) return known;
    const place = { node: root.at(name), declared: declared.at(name), path: [name] };
    const thunk = new Thunk(() => configValue(evaluator, place), null);
    super.set(name, thunk);
    return thunk;
  }
}

/** Arguments are asked for by name: what `_module.args` gives is known only when all modules are. */
class ModuleArgs extends Map<string, Thunk> {
  private readonly config: ConfigSlots;

  constructor(special: ReadonlyMap<string, Thunk>, config: ConfigSlots, whole: Thunk) {
    super([
      ['lib', ready(symbol(['lib']))],
      ['pkgs', ready(symbol(['pkgs']))],
      ['options', ready(symbol(['options']))],
      ['modulesPath', ready(symbol(['inputs', 'nixpkgs', 'nixos', 'modules']))],
      ...special,
      ['config', whole],
    ]);
    this.config = config;
  }

  override get(name: string): Thunk | undefined {
    return super.get(name) ?? this.given(name);
  }

  private given(name: string): Thunk | undefined {
    const { config } = this;
    const make = (): Value => {
      const leaf = config.root?.at('_module', 'args', name).leaves()[0];
      return leaf?.value ?? symbol(['argument', name]);
    };
    // Before all modules are known nobody can tell; the answer is worked out when it is needed.
    return config.root === null || !config.root.at('_module', 'args', name).isUndefined
      ? new Thunk(() => make(), null)
      : undefined;
  }
}
