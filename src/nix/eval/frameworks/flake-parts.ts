import type { Evaluator } from '../evaluator.ts';
import { machinesOf } from './flake-modules.ts';
import { withDefinitions } from './own-options.ts';
import { perSystemOf, perSystemOutputs, systemFunctions, type PerSystem } from './per-system.ts';
import { unified } from './unified.ts';
import { recursiveUpdate } from '../library/attrs-merged.ts';
import { collectModules } from '../modules/collected-modules.ts';
import { ModuleArguments, withOptions } from '../modules/evaluated-modules.ts';
import { Thunk, attrs, emptyAttrs, ready, symbol, type AttrsValue, type Value } from '../values.ts';

/**
 * What flake-parts makes of its modules: the `flake` of each, merged. Options that other flake modules define and that
 * make machines (`clan`, `easy-hosts`, `ezConfigs`) are understood one by one.
 */
export function flakeParts(evaluator: Evaluator, args: Thunk, module: Thunk): Value {
  const given = evaluator.force(args);
  const collected: Thunk = new Thunk(() => collect(evaluator, moduleArgs(evaluator, parts), module), null);
  const parts: Parts = { given, collected, perSystem: perSystemOf(evaluator, collected) };
  const config = evaluator.force(collected);
  const flake = evaluator.select(config, 'flake');
  const extra =
    config.kind === 'attrs' ? machinesOf(evaluator, config, { given, args: moduleArgs(evaluator, parts) }) : emptyAttrs;
  const own = recursiveUpdate(evaluator, extra, flake.kind === 'attrs' ? flake : attrs(new Map(), flake));
  const packaged = recursiveUpdate(evaluator, perSystemOutputs(evaluator, config, parts.perSystem), own);
  const outputs = recursiveUpdate(evaluator, packaged, partitioned(evaluator, config, parts));
  return config.kind === 'attrs' ? withDefinitions(evaluator, outputs, config) : outputs;
}

interface Parts {
  readonly given: Value;
  readonly collected: Thunk;
  readonly perSystem: PerSystem;
}

/** flake-parts' partitions (extras/partitions.nix): outputs that are made by modules of their own, by output. */
function partitioned(evaluator: Evaluator, config: Value, parts: Parts): Value {
  const outputs = evaluator.select(config, 'partitionedAttrs');
  const partitions = evaluator.select(config, 'partitions');
  if (outputs.kind !== 'attrs' || partitions.kind !== 'attrs') return emptyAttrs;
  const slots = [...outputs.slots].flatMap(([output, slot]) => {
    const name = evaluator.force(slot);
    const module = name.kind === 'string' ? evaluator.select(evaluator.select(partitions, name.text), 'module') : null;
    if (module === null) return [];
    const make = (): Value => {
      const made = collect(evaluator, moduleArgs(evaluator, parts), ready(module));
      return evaluator.select(evaluator.select(made, 'flake'), output);
    };
    return [[output, new Thunk(make, slot.site)] as const];
  });
  return attrs(new Map(slots));
}

function moduleArgs(evaluator: Evaluator, { given, collected: config, perSystem }: Parts): Value {
  const inputs = new Thunk(() => evaluator.select(given, 'inputs'), null);
  const self = new Thunk(() => {
    const direct = evaluator.select(given, 'self');
    return direct.kind === 'attrs' ? direct : evaluator.select(evaluator.force(inputs), 'self');
  }, null);
  const special = evaluator.select(given, 'specialArgs');
  const slots = new Map<string, Thunk>([
    ['lib', ready(symbol(['lib']))],
    ...(special.kind === 'attrs' ? special.slots : []),
    ['inputs', inputs],
    ['self', self],
    ...systemFunctions(evaluator, perSystem),
    [
      'config',
      new Thunk(
        () =>
          attrs(
            evaluator.force(config).kind === 'attrs' ? (evaluator.force(config) as AttrsValue).slots : new Map(),
            symbol(['config']),
          ),
        null,
      ),
    ],
  ]);
  const rest = symbol(['flake-parts']);
  return attrs(new ModuleArguments(evaluator, slots, config, rest), rest);
}

/** All definitions of a flake-parts module and of what it imports, merged, with its own options' defaults. */
function collect(evaluator: Evaluator, args: Value, root: Thunk): Value {
  const flakeOf = (definitions: Value): Value => withFlake(evaluator, definitions, args);
  const { config, options, foreign } = collectModules(evaluator, args, [root], flakeOf);
  // nixos-unified's own flake module finds machines by their folders.
  const isWired = foreign.some((each) => each.kind === 'symbol' && each.path.at(-1) === 'autoWire');
  const wired = isWired
    ? recursiveUpdate(evaluator, attrs(new Map([['flake', ready(unified(evaluator, ''))]])), config)
    : config;
  const whole = withOptions(evaluator, options, wired, emptyAttrs);
  return evaluator.update(whole, attrs(new Map([['#options', ready(symbol(['options'], options))]])));
}

/** `flake` may itself be a module, whose `config` is the flake. */
function withFlake(evaluator: Evaluator, definitions: Value, args: Value): Value {
  const slot = definitions.kind === 'attrs' ? definitions.slots.get('flake') : undefined;
  if (slot === undefined || definitions.kind !== 'attrs') return definitions;
  const resolved = new Thunk(() => {
    const value = evaluator.force(slot);
    if (value.kind !== 'lambda') return value;
    const config = new Thunk(() => evaluator.select(evaluator.select(args, 'config'), 'flake'), null);
    const made = evaluator.apply(value, ready(evaluator.update(args, attrs(new Map([['config', config]])))));
    const inner = made.kind === 'attrs' ? made.slots.get('config') : undefined;
    return inner === undefined ? made : evaluator.force(inner);
  }, slot.site);
  return attrs(new Map([...definitions.slots, ['flake', resolved]]), definitions.rest);
}
