import type { Deps } from '../eval/deps.ts';
import type { Evaluator } from '../eval/evaluator.ts';
import { hiveNodes } from '../eval/frameworks/hive.ts';
import { Thunk, type Site, type Value } from '../eval/values.ts';
import { positionAt } from '../source.ts';
import type { Candidate, HostKind } from './found.ts';
import { checkNodes } from './check-nodes.ts';
import { flakeIn, output } from './flake.ts';

/** Where a fleet's machines are found among the outputs, and what they are. */
const places: readonly (readonly [string, HostKind])[] = [
  ['nixosConfigurations', 'host'],
  ['darwinConfigurations', 'darwin'],
  ['homeConfigurations', 'home'],
  ['nixOnDroidConfigurations', 'other'],
  ['nixbsdConfigurations', 'other'],
  ['systemConfigs', 'other'],
];

/** Fuel for a flake's own glue: some generate hundreds of hosts. */
const fuelPerFlake = 5_000_000;

export interface FlakeHosts {
  readonly candidates: readonly Candidate[];
  /** Machines that are there and could not be told one by one. */
  readonly open: readonly { readonly file: string; readonly line: number; readonly why: string }[];
}

/** The machines that a flake's outputs name. Null where the file is no flake. */
export function flakeHosts(evaluator: Evaluator, file: string): FlakeHosts | null {
  evaluator.fuel = fuelPerFlake;
  const flake = flakeIn(evaluator, file);
  if (flake === null) return null;
  const { outputs } = flake;
  const candidates: Candidate[] = [];
  const open: { file: string; line: number; why: string }[] = [];
  for (const [name, kind] of places) {
    const { value, deps } = output(evaluator, outputs, name);
    const line = outputLine(evaluator, file, name);
    const from: Origin = { file, line, how: `${name} in ${file}`, kind, deps };
    candidates.push(...machinesOf(evaluator, value, from));
    candidates.push(...bySystem(evaluator, outputs, name, from, candidates));
    if (isOpen(value)) open.push({ file, line, why: `not every name in ${name} can be told without evaluating` });
  }
  candidates.push(
    ...hiveHosts(evaluator, outputs, file, candidates),
    ...deployHosts(evaluator, outputs, file, candidates),
  );
  const names = new Set(candidates.map(({ machine }) => machine.name));
  const commonArgs = new Map([...hiveArguments(evaluator, outputs), ...flake.commonArgs]);
  candidates.push(...checkNodes(evaluator, outputs, file).filter(({ machine }) => !names.has(machine.name)));
  const known = candidates.map((candidate) => ({
    ...candidate,
    machine: { ...candidate.machine, commonArgs },
  }));
  return { candidates: known, open };
}

interface Origin {
  readonly file: string;
  readonly line: number;
  readonly how: string;
  readonly kind: HostKind;
  readonly deps: Deps | null;
}

function machinesOf(evaluator: Evaluator, value: Value, from: Origin): Candidate[] {
  if (value.kind === 'choice')
    return value.options.flatMap((option) => machinesOf(evaluator, evaluator.force(option), from));
  if (value.kind !== 'attrs') return [];
  return [...value.slots].flatMap(([name, slot]) => {
    // system-manager and others keep machines by platform first.
    const inner = platform.test(name) ? evaluator.force(slot) : null;
    return inner?.kind === 'attrs' ? machinesOf(evaluator, inner, from) : [candidateOf(evaluator, name, slot, from)];
  });
}

const platform = /^(?:x86_64|aarch64|i686|armv[67]l|riscv64)-(?:linux|darwin)$/;

/**
 * `nix build .#nixosConfigurations.a` also looks below `packages.<system>` and `legacyPackages.<system>`, which is where
 * flakes put machines that they make for each platform.
 */
function bySystem(
  evaluator: Evaluator,
  outputs: Thunk,
  name: string,
  from: Origin,
  known: readonly Candidate[],
): Candidate[] {
  const names = new Set(known.filter(({ kind }) => kind === from.kind).map(({ machine }) => machine.name));
  return ['packages', 'legacyPackages'].flatMap((shelf) => {
    const { value, deps } = output(evaluator, outputs, shelf);
    if (value.kind !== 'attrs') return [];
    return [...value.slots].flatMap(([system, slot]) => {
      const packages = platform.test(system) ? evaluator.force(slot) : null;
      const held = packages?.kind === 'attrs' ? packages.slots.get(name) : undefined;
      if (held === undefined) return [];
      const how = `${shelf}.<system>.${name} in ${from.file}`;
      const found = machinesOf(evaluator, evaluator.force(held), { ...from, how, deps });
      return found.filter(({ machine }) => !names.has(machine.name) && names.add(machine.name));
    });
  });
}

function candidateOf(evaluator: Evaluator, name: string, slot: Thunk, { file, how, kind, deps }: Origin): Candidate {
  const held = evaluator.force(slot);
  const flavour = held.kind === 'system' ? held.flavour : null;
  const site: Site = slot.site ?? { file, offset: 0 };
  const actual: HostKind = kind === 'host' && flavour === 'darwin' ? 'darwin' : kind;
  return {
    machine: { name, value: slot, entry: file, deps },
    site,
    how,
    confidence: held.kind === 'system' ? 'certain' : 'likely',
    kind: actual,
  };
}

const frameworks = new Set(['flake-parts', 'clan', 'snowfall', 'blueprint', 'flake-utils-plus', 'flakelight']);

/** True where there may be names that are not in the answer. An output that is not there is closed. */
function isOpen(value: Value): boolean {
  if (value.kind === 'attrs') return value.rest !== null && !isMissing(value.rest);
  // What a framework's flake does not say is not there.
  return (
    value.kind === 'choice' || (value.kind === 'symbol' && !isMissing(value) && !frameworks.has(value.path[0] ?? ''))
  );
}

function isMissing(value: Value): boolean {
  return value.kind === 'symbol' && value.path[0] === 'missing';
}

/** The line on which an output's name stands, or the first. */
function outputLine(evaluator: Evaluator, file: string, name: string): number {
  const tree = evaluator.repository.parsed(file);
  const at = tree?.text.indexOf(name) ?? -1;
  return tree === null || at < 0 ? 1 : positionAt(tree, at).line;
}

/** A hive's nodes are plain modules beside `meta` and `defaults`. */
export function hiveMachines(evaluator: Evaluator, value: Value, from: Origin): Candidate[] {
  if (value.kind !== 'attrs') return [];
  return [...hiveNodes(evaluator, value).slots].map(([name, system]) => ({
    ...candidateOf(evaluator, name, system, from),
    confidence: 'certain' as const,
  }));
}

const hives = ['colmenaHive', 'colmena'] as const;

/** A machine that is also named among a flake's own is deployed by the hive, which gives it all of its machines. */
function hiveArguments(evaluator: Evaluator, outputs: Thunk): (readonly [string, Thunk])[] {
  const found = hives.map((name) => output(evaluator, outputs, name).value);
  const hive = found.find((value) => value.kind === 'attrs');
  return hive?.kind === 'attrs' ? [['nodes', new Thunk(() => hiveNodes(evaluator, hive), null)]] : [];
}

function hiveHosts(evaluator: Evaluator, outputs: Thunk, file: string, known: readonly Candidate[]): Candidate[] {
  const names = new Set(known.filter(({ kind }) => kind === 'host').map(({ machine }) => machine.name));
  return hives.flatMap((name) => {
    const { value, deps } = output(evaluator, outputs, name);
    const found = hiveMachines(evaluator, value, {
      file,
      line: outputLine(evaluator, file, name),
      how: `${name} in ${file}`,
      kind: 'host',
      deps,
    });
    return found.filter(({ machine }) => !names.has(machine.name) && names.add(machine.name));
  });
}

/** deploy-rs: a node that deploys a known system is that system under another name. */
function deployHosts(evaluator: Evaluator, outputs: Thunk, file: string, known: readonly Candidate[]): Candidate[] {
  const { value, deps } = output(evaluator, outputs, 'deploy');
  const nodes = evaluator.select(value, 'nodes');
  if (nodes.kind !== 'attrs') return [];
  const names = new Set(known.map(({ machine }) => machine.name));
  return [...nodes.slots].flatMap(([name, slot]) => {
    if (names.has(name)) return [];
    const profile = evaluator.select(
      evaluator.select(evaluator.select(evaluator.force(slot), 'profiles'), 'system'),
      'path',
    );
    if (profile.kind !== 'symbol' || profile.parts.some((part) => evaluator.force(part).kind === 'system')) return [];
    return [
      {
        ...candidateOf(evaluator, name, slot, { file, line: 1, how: `deploy.nodes in ${file}`, kind: 'host', deps }),
        confidence: 'likely' as const,
      },
    ];
  });
}
