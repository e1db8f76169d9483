import type { Evaluator } from '../evaluator.ts';
import { Thunk, attrs, list, ready, text, type AttrsValue, type Value } from '../values.ts';

const notMachines: ReadonlySet<string> = new Set(['meta', 'network', 'defaults', 'resources', 'require', '__schema']);

/**
 * The machines of a hive (colmena, morph, nixops): plain modules by their names, beside `meta` and `defaults`. Each is
 * given all of them as `nodes`, and its own name as `name`.
 */
export function hiveNodes(evaluator: Evaluator, value: AttrsValue): AttrsValue {
  const made = evaluator.select(value, 'nodes');
  if (made.kind === 'attrs' && areSystems(evaluator, made)) return made;
  const shared = ['defaults'].flatMap((name) => value.slots.get(name) ?? []);
  const meta = value.slots.get('meta') ?? value.slots.get('network');
  const beside: [string, Thunk][] = meta === undefined ? [] : [['#meta', meta]];
  const nodes: Thunk = new Thunk(() => all, null);
  const machines = [...value.slots]
    .filter(([name]) => !notMachines.has(name))
    .map(([name, slot]) => {
      const special = new Thunk(() => specialArguments(evaluator, meta, nodes, name), null);
      const args = attrs(new Map([['modules', ready(list([slot, ...shared]))], ['specialArgs', special], ...beside]));
      return [name, ready({ kind: 'system', flavour: 'nixos', args }, slot.site)] as const;
    });
  const all = attrs(new Map(machines), value.rest, value.names);
  return all;
}

/** What colmena's `makeHive` returns holds its machines already. */
function areSystems(evaluator: Evaluator, { slots }: AttrsValue): boolean {
  return slots.size > 0 && [...slots.values()].every((slot) => evaluator.force(slot).kind === 'system');
}

/** What a hive gives by itself, then what it says for all machines, then for one (colmena, src/nix/hive/eval.nix). */
function specialArguments(evaluator: Evaluator, meta: Thunk | undefined, nodes: Thunk, name: string): Value {
  const own = attrs(
    new Map([
      ['nodes', nodes],
      ['name', ready(text(name))],
    ]),
  );
  if (meta === undefined) return own;
  const said = evaluator.force(meta);
  const given = [
    evaluator.select(said, 'specialArgs'),
    evaluator.select(evaluator.select(said, 'nodeSpecialArgs'), name),
  ];
  // What is not known as a set must not hide what is known.
  return given.reduce<AttrsValue>((known, more) => {
    if (more.kind === 'attrs') return attrs(new Map([...known.slots, ...more.slots]), more.rest ?? known.rest);
    return isMissing(more) ? known : attrs(known.slots, more);
  }, own);
}

function isMissing(value: Value): boolean {
  return value.kind === 'symbol' && value.path[0] === 'missing' && value.parts.length === 0;
}

/** colmena's `makeHive`: what it is given, and under `nodes` the machines that it makes of it. */
export function hive(evaluator: Evaluator, arg: Thunk): Value {
  const given = evaluator.force(arg);
  if (given.kind !== 'attrs') return given;
  const nodes = new Thunk(() => hiveNodes(evaluator, given), arg.site);
  return attrs(given.slots, attrs(new Map([['nodes', nodes]]), given.rest), given.names);
}
