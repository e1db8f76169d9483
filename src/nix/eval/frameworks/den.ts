import type { Evaluator } from '../evaluator.ts';
import { recursiveUpdate } from '../library/attrs-merged.ts';
import { asList } from '../library/as-list.ts';
import { attrs, emptyAttrs, ready, symbol, type SystemValue, type Thunk, type Value } from '../values.ts';

/**
 * den (nix/lib/types.nix): `den.hosts.<system>.<name>`, and `den.homes` for homes. What a host is made of are aspects,
 * which a host takes in by den's own rules: a machine counts all of them as its parts.
 */
export function den(evaluator: Evaluator, options: Thunk): Value {
  const all = evaluator.force(options);
  let found: Value = emptyAttrs;
  const add = (into: readonly string[], value: Value, slot: Thunk): void => {
    // No place among the outputs: a guest, or a host that is not deployed by itself.
    if (into.length === 0) return;
    const made = [...into]
      .reverse()
      .reduce<Thunk>((inner, step) => ready(attrs(new Map([[step, inner]])), slot.site), ready(value, slot.site));
    found = recursiveUpdate(evaluator, found, evaluator.force(made));
  };
  const flavourOf = (own: Value, system: string): SystemValue['flavour'] => {
    const given = evaluator.select(own, 'class');
    const kind = given.kind === 'string' ? given.text : system.endsWith('-darwin') ? 'darwin' : 'nixos';
    return kind === 'darwin' || kind === 'nixos' ? kind : 'other';
  };
  for (const [system, name, slot] of declared(evaluator, evaluator.select(all, 'hosts'))) {
    const own = evaluator.force(slot);
    const flavour = flavourOf(own, system);
    const into = textsOf(evaluator, evaluator.select(own, 'intoAttr'));
    const output =
      flavour === 'darwin' ? 'darwinConfigurations' : flavour === 'nixos' ? 'nixosConfigurations' : 'systemConfigs';
    add(into ?? [output, name], machine(flavour, options), slot);
  }
  for (const [, name, slot] of declared(evaluator, evaluator.select(all, 'homes')))
    add(
      textsOf(evaluator, evaluator.select(evaluator.force(slot), 'intoAttr')) ?? ['homeConfigurations', name],
      machine('home', options),
      slot,
    );
  return found;
}

function machine(flavour: SystemValue['flavour'], options: Thunk): Value {
  return { kind: 'system', flavour, args: attrs(new Map([['#definitions', ready(symbol(['den'], [options]))]])) };
}

function declared(evaluator: Evaluator, systems: Value): (readonly [string, string, Thunk])[] {
  if (systems.kind !== 'attrs') return [];
  return [...systems.slots].flatMap(([system, slot]) => {
    // Newer versions take a host without its platform, which it then says itself.
    if (!/^[a-z0-9_]+-(?:linux|darwin|none|[a-z]*bsd)$/.test(system)) {
      const platform = evaluator.select(evaluator.force(slot), 'system');
      return [[platform.kind === 'string' ? platform.text : '', system, slot] as const];
    }
    const names = evaluator.force(slot);
    return names.kind === 'attrs' ? [...names.slots].map(([name, own]) => [system, name, own] as const) : [];
  });
}

function textsOf(evaluator: Evaluator, value: Value): readonly string[] | null {
  if (value.kind !== 'list') return null;
  const texts = asList(evaluator, ready(value)).items.map((item) => evaluator.force(item));
  return texts.every((each) => each.kind === 'string')
    ? texts.map((each) => (each.kind === 'string' ? each.text : ''))
    : null;
}
