import type { Evaluator } from '../eval/evaluator.ts';
import { Thunk, attrs, list, ready, symbol, type AttrsValue, type SymbolValue, type Value } from '../eval/values.ts';
import type { Candidate } from './found.ts';
import { output } from './flake.ts';

/** Functions that make a test of machines: nixpkgs' own, and what wraps them. */
const makers = /nixosTest|runNixOSTest|runTest|makeTest|make-test-python|evalTest|simpleTest|nixos-lib/;

/** Machines that a test of `checks` starts. They are listed, and nobody deploys them. */
export function checkNodes(evaluator: Evaluator, outputs: Thunk, file: string): Candidate[] {
  const { value, deps } = output(evaluator, outputs, 'checks');
  return slotsOf(evaluator, ready(value)).flatMap(([, checks]) =>
    slotsOf(evaluator, checks).flatMap(([test, check]) =>
      machinesOf(nodesOf(evaluator, evaluator.force(check))).map(([name, value]) => ({
        machine: { name, value, entry: file, deps },
        site: value.site ?? check.site ?? { file, offset: 0 },
        how: `a node of the test ${test} in ${file}`,
        confidence: 'certain' as const,
        kind: 'test' as const,
      })),
    ),
  );
}

/** Each machine of a test is given all of them as `nodes` (nixpkgs, nixos/lib/testing/nodes.nix). */
function machinesOf(modules: readonly (readonly [string, Thunk])[]): (readonly [string, Thunk])[] {
  const nodes: Thunk = new Thunk(() => attrs(new Map(machines)), null);
  const special = ready(attrs(new Map([['nodes', nodes]])));
  const machines = modules.map(([name, node]) => {
    const args = new Map([
      ['modules', ready(list([node]))],
      ['specialArgs', special],
    ]);
    return [name, ready({ kind: 'system', flavour: 'nixos', args: attrs(args) }, node.site)] as const;
  });
  return machines;
}

function slotsOf(evaluator: Evaluator, thunk: Thunk): (readonly [string, Thunk])[] {
  const value = evaluator.force(thunk);
  return value.kind === 'attrs' && value.isFlake !== true ? [...value.slots] : [];
}

function nodesOf(evaluator: Evaluator, check: Value): (readonly [string, Thunk])[] {
  const made = check.kind === 'attrs' ? check.rest : check;
  if (made?.kind !== 'symbol' || !made.path.includes('()') || !made.path.some((step) => makers.test(step))) return [];
  const test = testIn(evaluator, made);
  if (test === null) return [];
  const nodes = evaluator.select(test, 'nodes');
  if (nodes.kind === 'attrs') return [...nodes.slots];
  const machine = test.slots.get('machine');
  return machine === undefined ? [] : [['machine', machine]];
}

/** What a test is given: a set or module with `nodes`, or a function or file that gives one. */
function testIn(evaluator: Evaluator, { parts }: SymbolValue): AttrsValue | null {
  for (const part of parts) {
    let value = evaluator.force(part);
    if (value.kind === 'path') {
      const content = evaluator.file(value.path);
      value = content === null ? value : evaluator.force(content);
    }
    if (value.kind === 'lambda') value = evaluator.apply(value, ready(symbol(['pkgs'])));
    if (value.kind === 'attrs' && (value.slots.has('nodes') || value.slots.has('machine'))) return value;
  }
  return null;
}
