import type { Evaluator } from '../evaluator.ts';
import { Thunk, attrs, list, ready, symbol, type AttrsValue, type Value } from '../values.ts';

const notMachines: ReadonlySet<string> = new Set(['meta', 'network', 'defaults', 'resources', 'require', '__schema']);

/** The machines of a hive (colmena, morph, nixops): plain modules by their names, beside `meta` and `defaults`. */
export function hiveSystems(evaluator: Evaluator, value: AttrsValue): (readonly [string, Thunk])[] {
  const shared = ['defaults'].flatMap((name) => value.slots.get(name) ?? []);
  const meta = value.slots.get('meta') ?? value.slots.get('network');
  const special = new Thunk(
    () => (meta === undefined ? symbol(['missing']) : evaluator.select(evaluator.force(meta), 'specialArgs')),
    null,
  );
  const beside: [string, Thunk][] = meta === undefined ? [] : [['#meta', meta]];
  return [...value.slots]
    .filter(([name]) => !notMachines.has(name))
    .map(([name, slot]) => {
      const args = attrs(new Map([['modules', ready(list([slot, ...shared]))], ['specialArgs', special], ...beside]));
      return [name, ready({ kind: 'system', flavour: 'nixos', args }, slot.site)] as const;
    });
}

/** colmena's `makeHive`: what it is given, and under `nodes` the machines that it makes of it. */
export function hive(evaluator: Evaluator, arg: Thunk): Value {
  const given = evaluator.force(arg);
  if (given.kind !== 'attrs') return given;
  const nodes = new Thunk(() => attrs(new Map(hiveSystems(evaluator, given))), arg.site);
  return attrs(given.slots, attrs(new Map([['nodes', nodes]]), given.rest), given.names);
}
