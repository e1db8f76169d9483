import type { Evaluator } from '../evaluator.ts';
import { importedFile } from '../library/paths.ts';
import { recursiveUpdate } from '../library/attrs-merged.ts';
import { asList, called } from '../library/as-list.ts';
import { Thunk, attrs, emptyAttrs, ready, symbol, type AttrsValue, type Value } from '../values.ts';
import { clan } from './clan.ts';
import { den } from './den.ts';
import { easyHosts } from './easy-hosts.ts';
import { ezConfigs } from './ez-configs.ts';
import { liteConfig } from './lite-config.ts';
import { unified } from './unified.ts';

const mostModules = 3000;
/** Options that are understood by themselves, or that make no machine. */
const understood = new Set(
  [
    'flake #options perSystem systems debug transposition partitions partitionedAttrs imports options config _file key',
    'clan den lite-config easy-hosts easyHosts ezConfigs treefmt pre-commit herculesCI hercules-ci',
  ].flatMap((line) => line.split(' ')),
);

/**
 * What flake-parts makes of its modules: the `flake` of each, merged. Options that other flake modules define and that
 * make machines (`clan`, `easy-hosts`, `ezConfigs`) are understood one by one.
 */
export function flakeParts(evaluator: Evaluator, args: Thunk, module: Thunk): Value {
  const given = evaluator.force(args);
  const collected: Thunk = new Thunk(() => collect(evaluator, moduleArgs(evaluator, given, collected), module), null);
  const config = evaluator.force(collected);
  const flake = evaluator.select(config, 'flake');
  const extra =
    config.kind === 'attrs'
      ? machinesOf(evaluator, config, { given, args: moduleArgs(evaluator, given, collected) })
      : emptyAttrs;
  const outputs = recursiveUpdate(evaluator, extra, flake.kind === 'attrs' ? flake : attrs(new Map(), flake));
  return config.kind === 'attrs' ? withDefinitions(evaluator, outputs, config) : outputs;
}

function moduleArgs(evaluator: Evaluator, given: Value, config: Thunk): Value {
  const inputs = new Thunk(() => evaluator.select(given, 'inputs'), null);
  const self = new Thunk(() => {
    const direct = evaluator.select(given, 'self');
    return direct.kind === 'attrs' ? direct : evaluator.select(evaluator.force(inputs), 'self');
  }, null);
  const withSystem: Value = {
    kind: 'builtin',
    name: 'withSystem',
    arity: 2,
    args: [],
    run: ([system, fn]) =>
      evaluator.force(
        called(evaluator, fn as Thunk, ready(attrs(new Map([['system', system as Thunk]]), symbol(['perSystem'])))),
      ),
  };
  const special = evaluator.select(given, 'specialArgs');
  const slots = new Map<string, Thunk>([
    ...(special.kind === 'attrs' ? special.slots : []),
    ['inputs', inputs],
    ['self', self],
    ['lib', ready(symbol(['lib']))],
    ['withSystem', ready(withSystem)],
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
  return attrs(slots, symbol(['flake-parts']));
}

/** All definitions of a flake-parts module and of what it imports, merged. */
function collect(evaluator: Evaluator, args: Value, root: Thunk): Value {
  const waiting: Thunk[] = [root];
  const seen = new Set<string>();
  let result: Value = emptyAttrs;
  const options: Thunk[] = [];
  for (let count = 0; waiting.length > 0 && count < mostModules; count++) {
    const next = waiting.shift() as Thunk;
    const value = moduleValue(evaluator, next, args, seen);
    if (value === null) {
      const other = evaluator.force(next);
      // nixos-unified's own flake module finds machines by their folders.
      if (other.kind === 'symbol' && other.path.at(-1) === 'autoWire')
        result = recursiveUpdate(evaluator, result, attrs(new Map([['flake', ready(unified(evaluator, ''))]])));
      continue;
    }
    const imports = value.slots.get('imports');
    const listed = imports === undefined ? null : asList(evaluator, imports);
    waiting.push(...(listed === null ? [] : [...listed.items, ...listed.more]));
    const inner = value.slots.get('config');
    const definitions = inner === undefined ? value : evaluator.force(inner);
    const declared = value.slots.get('options');
    if (declared !== undefined) options.push(declared);
    result = recursiveUpdate(evaluator, result, withFlake(evaluator, definitions, args));
  }
  return evaluator.update(result, attrs(new Map([['#options', ready(symbol(['options'], options))]])));
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

function moduleValue(evaluator: Evaluator, thunk: Thunk, args: Value, seen: Set<string>): AttrsValue | null {
  let value = evaluator.force(thunk);
  if (value.kind === 'path') {
    const file = importedFile(evaluator, value.path);
    if (seen.has(file)) return null;
    seen.add(file);
    evaluator.note('files', file);
    const content = evaluator.file(file);
    value = content === null ? symbol(['unread', file]) : evaluator.force(content);
  }
  if (value.kind === 'lambda') value = evaluator.apply(value, ready(args));
  if (value.kind === 'list') return attrs(new Map([['imports', ready(value)]])) as AttrsValue;
  return value.kind === 'attrs' ? value : null;
}

/**
 * Fleets define options of their own (`myHosts.<name>.modules`) whose types turn what is set into machines. A type is
 * beyond a static look, so a machine counts all options, and everything that is set under its own name, as its parts.
 */
function withDefinitions(evaluator: Evaluator, outputs: Value, config: AttrsValue): Value {
  if (outputs.kind !== 'attrs') return outputs;
  const options = config.slots.get('#options') ?? ready(emptyAttrs);
  const own = [...config.slots].filter(([name]) => !understood.has(name));
  // All of this is worked out when a machine is opened: while the outputs are being made, they cannot be looked at.
  const machines = [...outputs.slots].filter(([name]) => name.endsWith('Configurations'));
  // What other people's flake modules make of an option cannot be seen: one that is not set by machine counts for all.
  const shared = new Thunk(() => {
    const names = new Set(machines.flatMap(([, slot]) => namesOf(evaluator, slot)));
    const parts = own.flatMap(([, slot]) => (isSetByMachine(evaluator, slot, names) ? [] : [slot]));
    return symbol(['definitions'], parts);
  }, null);
  const keyed = (name: string): Thunk =>
    new Thunk(() => {
      const parts = own.flatMap(([, slot]) => {
        const value = evaluator.force(slot);
        return (value.kind === 'attrs' ? value.slots.get(name) : undefined) ?? [];
      });
      return symbol(['definitions'], parts);
    }, null);
  const widened = (held: Thunk): Thunk =>
    new Thunk(() => {
      const value = evaluator.force(held);
      if (value.kind !== 'attrs') return value;
      const slots = [...value.slots].map(
        ([name, slot]) =>
          [name, new Thunk(() => withParts(evaluator.force(slot), [options, shared, keyed(name)]), slot.site)] as const,
      );
      return attrs(new Map(slots), value.rest);
    }, held.site);
  const slots = [...outputs.slots].map(
    ([name, slot]) => [name, name.endsWith('Configurations') ? widened(slot) : slot] as const,
  );
  return attrs(new Map(slots), outputs.rest);
}

/** Machines' names stand in the set or in one of those in it. */
function isSetByMachine(evaluator: Evaluator, slot: Thunk, names: ReadonlySet<string>): boolean {
  const value = evaluator.force(slot);
  if (value.kind !== 'attrs') return false;
  return [...value.slots].some(
    ([name, inner]) => names.has(name) || namesOf(evaluator, inner).some((each) => names.has(each)),
  );
}

function namesOf(evaluator: Evaluator, thunk: Thunk): string[] {
  const value = evaluator.force(thunk);
  return value.kind === 'attrs' ? [...value.slots.keys()] : [];
}

function withParts(value: Value, parts: readonly Thunk[]): Value {
  if (value.kind !== 'system') return value;
  const extra = new Map([['#definitions', ready(symbol(['definitions'], parts))]]);
  const { args } = value;
  return {
    ...value,
    args: args.kind === 'attrs' ? attrs(new Map([...args.slots, ...extra]), args.rest) : attrs(extra, args),
  };
}

interface Given {
  readonly given: Value;
  readonly args: Value;
}

function machinesOf(evaluator: Evaluator, config: AttrsValue, { given, args }: Given): Value {
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
