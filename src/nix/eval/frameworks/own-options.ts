import type { Evaluator } from '../evaluator.ts';
import { Thunk, attrs, emptyAttrs, ready, symbol, type AttrsValue, type Value } from '../values.ts';

/** Options that are understood by themselves, or that make no machine. */
const understood = new Set(
  [
    'flake #options perSystem systems debug transposition partitions partitionedAttrs imports options config _file key',
    'clan den lite-config easy-hosts easyHosts ezConfigs treefmt pre-commit herculesCI hercules-ci',
  ].flatMap((line) => line.split(' ')),
);

/**
 * Fleets define options of their own (`myHosts.<name>.modules`) whose types turn what is set into machines. A type is
 * beyond a static look, so a machine counts all options, and everything that is set under its own name, as its parts.
 */
export function withDefinitions(evaluator: Evaluator, outputs: Value, config: AttrsValue): Value {
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
