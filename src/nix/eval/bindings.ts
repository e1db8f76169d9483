import type { AttrName, AttrSet, Bind, Binding } from '../syntax.ts';
import { bare } from '../walk.ts';
import type { Evaluator } from './evaluator.ts';
import { Thunk, attrs, bothNames, isKnownText, ready, symbol, type Env, type Value } from './values.ts';

interface Scopes {
  /** Where values are evaluated. */
  readonly values: Env;
  /** Where a plain `inherit` looks. */
  readonly inherits: Env;
  readonly into: Map<string, Thunk>;
}

/** One binding with what is left of its path. */
interface Entry {
  readonly bind: Bind;
  readonly depth: number;
  readonly env: Env;
}

/** Fills `into` from bindings. Returns what names there may be beside, or null. */
export function makeBindings(evaluator: Evaluator, bindings: readonly Binding[], scopes: Scopes): Value | null {
  const entries: Entry[] = [];
  for (const binding of bindings) {
    if (binding.type === 'bind') entries.push({ bind: binding, depth: 0, env: scopes.values });
    else inherit(evaluator, binding, scopes);
  }
  return group(evaluator, entries, scopes.into);
}

function inherit(evaluator: Evaluator, binding: Extract<Binding, { type: 'inherit' }>, scopes: Scopes): void {
  const { source } = scopes.values;
  const from = binding.source === null ? null : evaluator.later(binding.source, scopes.values);
  for (const step of binding.names) {
    const name = staticName(evaluator, step, scopes.inherits);
    if (name === null) continue;
    const site = { file: source.file, offset: step.from };
    const make = (): Value => {
      evaluator.touch(step);
      return from === null
        ? evaluator.eval({ type: 'ident', from: step.from, to: step.to, name }, scopes.inherits)
        : evaluator.select(
            name === 'lib' ? evaluator.libraryOwner(() => evaluator.force(from)) : evaluator.force(from),
            name,
          );
    };
    scopes.into.set(name, new Thunk(make, site));
  }
}

function staticName(evaluator: Evaluator, step: AttrName, env: Env): string | null {
  if (step.type === 'ident') return step.name;
  const value = step.type === 'string' ? evaluator.string(step, env) : evaluator.eval(step.expr, env);
  return isKnownText(value) ? value.text : null;
}

function group(evaluator: Evaluator, entries: readonly Entry[], into: Map<string, Thunk>): Value | null {
  const groups = new Map<string, Entry[]>();
  const unknown: Thunk[] = [];
  for (const entry of entries) {
    const step = entry.bind.path[entry.depth] as AttrName;
    const name = staticName(evaluator, step, entry.env);
    if (name === null) unknown.push(evaluator.later(entry.bind.value, entry.env));
    else if (groups.get(name)?.push(entry) === undefined) groups.set(name, [entry]);
  }
  for (const [name, members] of groups) into.set(name, slotOf(evaluator, members));
  return unknown.length === 0 ? null : symbol(['computed'], unknown);
}

function slotOf(evaluator: Evaluator, members: readonly Entry[]): Thunk {
  const [first] = members as [Entry, ...Entry[]];
  const site = { file: first.env.source.file, offset: first.bind.path[first.depth]?.from ?? first.bind.from };
  const isWhole = (entry: Entry): boolean => entry.depth === entry.bind.path.length - 1;
  if (members.length === 1 && isWhole(first)) return new Thunk({ expr: first.bind.value, env: first.env }, site);
  // `a.b = 1; a.c = 2;` and `a = { b = 1; }; a.c = 2;` are one set, put together when somebody asks.
  return new Thunk(() => {
    const slots = new Map<string, Thunk>();
    const nested = members.filter((entry) => !isWhole(entry)).map((entry) => ({ ...entry, depth: entry.depth + 1 }));
    let rest = group(evaluator, nested, slots);
    let merged: Value = attrs(slots, rest);
    for (const entry of members.filter(isWhole)) {
      const { value } = entry.bind;
      const inner = evaluator.eval(value, entry.env);
      merged = isSet(bare(value)) ? deepUpdate(evaluator, inner, merged) : inner;
      rest = null;
    }
    return merged;
  }, site);
}

function isSet(expr: { readonly type: string }): expr is AttrSet {
  return expr.type === 'attrs';
}

/** Two spellings of one set. Nix refuses a value that both hold, so the order does not matter. */
function deepUpdate(evaluator: Evaluator, left: Value, right: Value, depth = 0): Value {
  if (left.kind !== 'attrs' || right.kind !== 'attrs' || depth > 60) return evaluator.update(left, right);
  const slots = new Map(left.slots);
  for (const [name, slot] of right.slots) {
    const known = slots.get(name);
    slots.set(
      name,
      known === undefined
        ? slot
        : ready(deepUpdate(evaluator, evaluator.force(known), evaluator.force(slot), depth + 1), slot.site),
    );
  }
  return attrs(slots, left.rest ?? right.rest, bothNames(left, right));
}
