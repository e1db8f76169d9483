import type { Evaluator } from '../evaluator.ts';
import { asList } from '../library/as-list.ts';
import { collectModules } from '../modules/collected-modules.ts';
import { ModuleArguments, withOptions } from '../modules/evaluated-modules.ts';
import { Thunk, attrs, emptyAttrs, isKnownText, ready, symbol, text, type Value } from '../values.ts';

/** What flake-parts gives to `perSystem`, and to whoever asks `withSystem` for a platform. */
export type PerSystem = (system: Thunk) => Value;

/** Outputs that flake-parts makes of what stands under the same name in `perSystem`. */
const transposed = ['packages', 'legacyPackages'] as const;

/** Where a fleet's machines run, for a list of platforms that an input holds. */
const commonSystems = ['x86_64-linux', 'aarch64-linux', 'x86_64-darwin', 'aarch64-darwin'];

/** The modules under `perSystem` once for each platform, given what they come to as `config` and as `self'`. */
export function perSystemOf(evaluator: Evaluator, flake: Thunk): PerSystem {
  const made = new Map<string, Value>();
  return (system) => {
    const name = evaluator.force(system);
    const key = isKnownText(name) ? name.text : '';
    const known = made.get(key);
    if (known !== undefined) return known;
    const args = argumentsFor(evaluator, flake, system);
    // Whoever asks while the modules are still collected is told too little; that must not be kept.
    if (flake.value !== null) made.set(key, args);
    return args;
  };
}

function argumentsFor(evaluator: Evaluator, flake: Thunk, system: Thunk): Value {
  const config: Thunk = new Thunk(() => {
    const root = new Thunk(() => evaluator.select(evaluator.force(flake), 'perSystem'), null);
    const { config: defined, options, foreign } = collectModules(evaluator, args, [root]);
    const whole = withOptions(evaluator, options, defined, emptyAttrs);
    const unknown = symbol(
      ['perSystem', 'config'],
      foreign.map((each) => ready(each)),
    );
    return whole.kind === 'attrs' ? attrs(whole.slots, whole.rest ?? unknown, whole.names) : whole;
  }, null);
  const rest = symbol(['perSystem']);
  const own = new Map<string, Thunk>([
    ['config', config],
    ["self'", config],
    ['system', system],
    ['lib', ready(symbol(['lib']))],
  ]);
  const args = attrs(new ModuleArguments(evaluator, own, config, rest), rest);
  return args;
}

/** The outputs by platform, and the overlay that `easyOverlay` makes. */
export function perSystemOutputs(evaluator: Evaluator, config: Value, perSystem: PerSystem): Value {
  if (config.kind !== 'attrs' || !config.slots.has('perSystem')) return emptyAttrs;
  const said = asList(evaluator, config.slots.get('systems'));
  const names = said.items.map((item) => evaluator.force(item)).filter((each) => isKnownText(each));
  const isClosed = said.more.length === 0 && names.length === said.items.length && names.length > 0;
  const systems = isClosed ? names.map((each) => each.text) : commonSystems;
  const of = (system: Thunk, name: string): Thunk =>
    new Thunk(() => evaluator.select(evaluator.select(perSystem(system), 'config'), name), null);
  const anySystem = ready(symbol(['perSystem', 'system']));
  const outputs = transposed.map((name) => {
    const slots = systems.map((system) => [system, of(ready(text(system)), name)] as const);
    const rest = isClosed ? null : symbol(['perSystem', name], [of(anySystem, name)]);
    return [name, ready(attrs(new Map(slots), rest))] as const;
  });
  // Whatever calls it, what it adds is what `overlayAttrs` holds.
  const overlay = symbol(['perSystem', 'overlay'], [of(anySystem, 'overlayAttrs')]);
  return attrs(new Map([...outputs, ['overlays', ready(attrs(new Map([['default', ready(overlay)]])))]]));
}

/** `withSystem` and `moduleWithSystem`, as flake-parts gives them to its modules. */
export function systemFunctions(evaluator: Evaluator, perSystem: PerSystem): readonly (readonly [string, Thunk])[] {
  const withSystem: Value = {
    kind: 'builtin',
    name: 'withSystem',
    arity: 2,
    args: [],
    run: ([system, fn]) => evaluator.apply(evaluator.force(fn as Thunk), ready(perSystem(system as Thunk))),
  };
  const moduleWithSystem: Value = {
    kind: 'builtin',
    name: 'moduleWithSystem',
    arity: 1,
    args: [],
    run: ([fn]) =>
      evaluator.apply(evaluator.force(fn as Thunk), ready(perSystem(ready(symbol(['perSystem', 'system']))))),
  };
  return [
    ['withSystem', ready(withSystem)],
    ['moduleWithSystem', ready(moduleWithSystem)],
  ];
}
