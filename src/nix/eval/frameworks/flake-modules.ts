import type { Evaluator } from '../evaluator.ts';
import { clan } from './clan.ts';
import { den } from './den.ts';
import { easyHosts } from './easy-hosts.ts';
import { ezConfigs } from './ez-configs.ts';
import { liteConfig } from './lite-config.ts';
import { recursiveUpdate } from '../library/attrs-merged.ts';
import { Thunk, attrs, emptyAttrs, ready, type AttrsValue, type Value } from '../values.ts';

export interface Given {
  readonly given: Value;
  readonly args: Value;
}

/** Machines that flake modules known by name make of their options. */
export function machinesOf(evaluator: Evaluator, config: AttrsValue, { given, args }: Given): Value {
  let result: Value = emptyAttrs;
  const add = (name: string, make: (options: Thunk) => Value): void => {
    const held = config.slots.get(name);
    if (held === undefined) return;
    const options = evaluator.force(held);
    const value = options.kind === 'lambda' ? evaluator.apply(options, ready(args)) : options;
    result = recursiveUpdate(evaluator, result, make(ready(value, held.site)));
  };
  const asClan = (options: Thunk): Value =>
    clan(
      evaluator,
      ready(recursiveUpdate(evaluator, attrs(new Map([['self', selfOf(evaluator, given)]])), evaluator.force(options))),
    );
  add('clan', asClan);
  const flake = config.slots.get('flake');
  const nested = flake === undefined ? null : evaluator.force(flake);
  const flakeClan = nested?.kind === 'attrs' ? nested.slots.get('clan') : undefined;
  // `flake.clan = clan.config` shows a finished clan; only one that is yet to be made makes machines.
  const finished = flakeClan !== undefined && hasMachines(evaluator.force(flakeClan));
  if (flakeClan !== undefined && !finished && !config.slots.has('clan'))
    result = recursiveUpdate(evaluator, result, asClan(flakeClan));
  add('den', (options) => den(evaluator, options));
  // Machines by kind and name, which a flake module from elsewhere turns into outputs; one of the flake's own does so itself.
  add('configurations', (options) => configured(evaluator, options));
  add('lite-config', (options) => liteConfig(evaluator, options));
  add('easy-hosts', (options) => easyHosts(evaluator, options));
  add('easyHosts', (options) => easyHosts(evaluator, options));
  add('ezConfigs', (options) => ezConfigs(evaluator, options));
  return result;
}

function configured(evaluator: Evaluator, options: Thunk): Value {
  const given = evaluator.force(options);
  const kinds = (['nixos', 'darwin', 'home'] as const).flatMap((kind) => {
    const machines = evaluator.select(given, kind);
    if (machines.kind !== 'attrs') return [];
    const slots = [...machines.slots].map(
      ([name, slot]) => [name, ready(oneConfigured(evaluator, kind, slot), slot.site)] as const,
    );
    return [[`${kind}Configurations`, ready(attrs(new Map(slots)))] as const];
  });
  return attrs(new Map(kinds));
}

function oneConfigured(evaluator: Evaluator, flavour: 'nixos' | 'darwin' | 'home', slot: Thunk): Value {
  const modules = new Thunk(() => {
    const own = evaluator.force(slot);
    return evaluator.concat(evaluator.select(own, 'modules'), evaluator.select(own, 'module'));
  }, slot.site);
  return { kind: 'system', flavour, args: attrs(new Map([['modules', modules]])) };
}

function selfOf(evaluator: Evaluator, given: Value): Thunk {
  return new Thunk(() => evaluator.select(evaluator.select(given, 'inputs'), 'self'), null);
}

function hasMachines(value: Value): boolean {
  return value.kind === 'attrs' && value.slots.has('nixosConfigurations');
}
