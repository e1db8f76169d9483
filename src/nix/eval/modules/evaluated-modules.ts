import type { Evaluator } from '../evaluator.ts';
import { asList } from '../library/as-list.ts';
import { attrs, emptyAttrs, list, ready, symbol, text, Thunk, type AttrsValue, type Value } from '../values.ts';
import { collectModules } from './collected-modules.ts';
import { declaredOption, typeCall } from './declared-option.ts';

const deepest = 24;

/** `lib.evalModules`: what some modules define, with what their options say of it. */
export function evaluatedModules(evaluator: Evaluator, modules: readonly Thunk[], special: Value): Value {
  const config: Thunk = new Thunk(() => asModules(evaluator, modules, special, config), null);
  const args = attrs(new Map([['config', config]]), symbol(['modules'], modules));
  return args;
}

/** What modules come to that are given their own result as `config`. */
function asModules(evaluator: Evaluator, modules: readonly Thunk[], special: Value, config: Thunk): Value {
  const own: [string, Thunk][] = [
    ['config', config],
    ['lib', ready(symbol(['lib']))],
  ];
  const given = special.kind === 'attrs' ? [...special.slots] : [];
  const rest = symbol(['modules']);
  const args = attrs(new ModuleArguments(evaluator, new Map([...own, ...given]), config, rest), rest);
  return plainly(evaluator, () => {
    const { config: defined, options } = collectModules(evaluator, args, modules);
    return withOptions(evaluator, options, defined, special);
  });
}

/** Conditions and priorities are settled here, also while somebody reads the options of a machine. */
function plainly<Answer>(evaluator: Evaluator, ask: () => Answer): Answer {
  const { reading } = evaluator;
  evaluator.reading = null;
  const answer = ask();
  evaluator.reading = reading;
  return answer;
}

/** Arguments of modules: those that are given, those that some module sets as `_module.args`, and what is not known. */
export class ModuleArguments extends Map<string, Thunk> {
  private readonly evaluator: Evaluator;
  private readonly config: Thunk;
  private readonly rest: Value;

  constructor(evaluator: Evaluator, given: ReadonlyMap<string, Thunk>, config: Thunk, rest: Value) {
    super(given);
    this.evaluator = evaluator;
    this.config = config;
    this.rest = rest;
  }

  /** Asked for as soon as a module is called, and worked out only when the module uses it. */
  override get(name: string): Thunk | undefined {
    const known = super.get(name);
    // Whoever asks too early is told that nothing is known; that must not be kept for those who ask in time.
    if (known !== undefined && name === 'config' && this.config.value === null)
      return new Thunk(known.make, known.site);
    if (known !== undefined) return known;
    const { evaluator, config, rest } = this;
    const made = new Thunk(() => {
      const args = evaluator.select(evaluator.select(evaluator.force(config), '_module'), 'args');
      const slot = args.kind === 'attrs' ? args.slots.get(name) : undefined;
      return slot === undefined ? evaluator.select(rest, name) : evaluator.force(slot);
    }, null);
    this.set(name, made);
    return made;
  }
}

/** What is defined, with the defaults of the options that nobody defines, and each value as its type makes it. */
export function withOptions(
  evaluator: Evaluator,
  declared: readonly Thunk[],
  defined: Value,
  special: Value,
  depth = 0,
): Value {
  if (declared.length === 0 || depth > deepest) return defined;
  const known: AttrsValue = defined.kind === 'attrs' ? defined : { ...emptyAttrs, rest: defined };
  const groups = new Map<string, Thunk[]>();
  for (const options of declared) {
    const value = evaluator.force(options);
    for (const [name, slot] of value.kind === 'attrs' ? value.slots : [])
      if (groups.get(name)?.push(slot) === undefined) groups.set(name, [slot]);
  }
  const slots = new Map(known.slots);
  for (const [name, found] of groups) {
    const own = known.slots.get(name);
    const site = own?.site ?? found[0]?.site ?? null;
    slots.set(
      name,
      new Thunk(() => plainly(evaluator, () => optionValue(evaluator, found, own, special, depth)), site),
    );
  }
  return attrs(slots, known.rest, known.names);
}

function optionValue(
  evaluator: Evaluator,
  found: readonly Thunk[],
  own: Thunk | undefined,
  special: Value,
  depth: number,
): Value {
  const first = found.map((slot) => declaredOption(evaluator, evaluator.force(slot))).find((each) => each !== null);
  if (first === undefined || first === null)
    return withOptions(evaluator, found, own === undefined ? emptyAttrs : evaluator.force(own), special, depth + 1);
  const held = own ?? first.default;
  const value = held === null ? symbol(['missing']) : evaluator.force(held);
  const typed =
    first.type === null ? value : typedValue(evaluator, evaluator.force(first.type), value, { special, depth });
  return first.apply === null ? typed : evaluator.apply(evaluator.force(first.apply), ready(typed));
}

interface Place {
  readonly special: Value;
  readonly depth: number;
  /** The name that a set gives it. */
  readonly name?: string;
}

/** A value as its type makes it: sets and lists of modules are evaluated, everything else is as it is. */
function typedValue(evaluator: Evaluator, type: Value, value: Value, place: Place): Value {
  const call = typeCall(type);
  if (call === null || place.depth > deepest) return value;
  const inner = (held: Thunk, name?: string): Thunk =>
    new Thunk(() => {
      const below = { special: place.special, depth: place.depth + 1, ...(name === undefined ? {} : { name }) };
      return typedValue(evaluator, evaluator.force(call.given), evaluator.force(held), below);
    }, held.site);
  switch (call.name) {
    case 'attrsOf':
    case 'lazyAttrsOf':
      if (value.kind !== 'attrs') return value;
      return { ...value, slots: new Map([...value.slots].map(([name, slot]) => [name, inner(slot, name)] as const)) };
    case 'listOf':
    case 'nonEmptyListOf':
      return value.kind === 'list'
        ? list(
            value.items.map((item) => inner(item)),
            value.more,
          )
        : value;
    case 'nullOr':
    case 'uniq':
    case 'unique':
      return value.kind === 'null' ? value : evaluator.force(inner(ready(value)));
    case 'submodule':
      return submodule(evaluator, asList(evaluator, listOf(evaluator, call.given)).items, value, place);
    case 'submoduleWith': {
      const given = evaluator.force(call.given);
      const special = evaluator.update(place.special, setIn(evaluator, given, 'specialArgs'));
      const modules = asList(evaluator, ready(evaluator.select(given, 'modules'))).items;
      return submodule(evaluator, modules, value, { ...place, special });
    }
    default:
      return value;
  }
}

function setIn(evaluator: Evaluator, from: Value, name: string): Value {
  const value = evaluator.select(from, name);
  return value.kind === 'attrs' ? value : emptyAttrs;
}

function listOf(evaluator: Evaluator, thunk: Thunk): Thunk {
  return evaluator.force(thunk).kind === 'list' ? thunk : ready(list([thunk]));
}

function submodule(evaluator: Evaluator, modules: readonly Thunk[], value: Value, place: Place): Value {
  if (value.kind === 'symbol' || value.kind === 'choice' || value.kind === 'system') return value;
  const named = place.name === undefined ? [] : [['name', ready(text(place.name))] as const];
  const special = evaluator.update(place.special, attrs(new Map(named)));
  const config: Thunk = new Thunk(() => asModules(evaluator, [...modules, ready(value)], special, config), null);
  return evaluator.force(config);
}
