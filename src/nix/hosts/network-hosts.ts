import { Deps } from '../eval/deps.ts';
import type { Evaluator } from '../eval/evaluator.ts';
import { emptyAttrs, ready, type AttrsValue } from '../eval/values.ts';
import { hiveMachines } from './flake-hosts.ts';
import type { Candidate } from './found.ts';

const networkFiles = [
  'hive.nix',
  'network.nix',
  'deploy.nix',
  'deployment.nix',
  'default.nix',
  'nixops.nix',
  'morph.nix',
  'system.nix',
  'systems.nix',
  'hosts.nix',
  'machines.nix',
  'nixos.nix',
  'configurations.nix',
];

const networkFolders = [
  '',
  'ops/',
  'nixops/',
  'deploy/',
  'network/',
  'hive/',
  'infra/',
  'hosts/',
  'machines/',
  'nixos/',
  'nix/',
];

/** colmena, morph and nixops without a flake: one file whose value names the machines. */
export function networkHosts(evaluator: Evaluator): Candidate[] {
  const files = networkFolders.flatMap((folder) => networkFiles.map((name) => folder + name));
  // A file that names whole systems says more than a hive that is made from them.
  const found = files.flatMap((file) => systemsOf(evaluator, file));
  if (found.length > 0) return found;
  for (const file of files) {
    const { answer: value, deps } = evaluator.watched(() => valueOf(evaluator, file));
    if (value === null || !(value.slots.has('network') || value.slots.has('meta'))) continue;
    const nodes = hiveMachines(evaluator, value, {
      file,
      line: 1,
      kind: 'host',
      deps: deps ?? new Deps(),
      how: `the network in ${file}`,
    });
    if (nodes.length > 0) return nodes;
  }
  return [];
}

/** What a file gives that is a set or a function of one argument set. */
function valueOf(evaluator: Evaluator, file: string): AttrsValue | null {
  const content = evaluator.file(file);
  if (content === null) return null;
  evaluator.fuel = 2_000_000;
  const held = evaluator.force(content);
  const value = held.kind === 'lambda' ? evaluator.apply(held, ready(emptyAttrs)) : held;
  return value.kind === 'attrs' ? value : null;
}

function systemsOf(evaluator: Evaluator, file: string): Candidate[] {
  const { answer: value, deps } = evaluator.watched(() => {
    const held = valueOf(evaluator, file);
    const inner = held?.slots.get('nixosConfigurations');
    if (inner !== undefined) evaluator.force(inner);
    return held;
  });
  const named = [...(value?.slots ?? [])].flatMap(([name, slot]) => {
    const held = evaluator.force(slot);
    if (name === 'nixosConfigurations' && held.kind === 'attrs') return [...held.slots];
    return held.kind === 'system' ? [[name, slot] as const] : [];
  });
  return named.map(([name, slot]) => ({
    machine: { name, value: slot, entry: file, deps },
    site: slot.site ?? { file, offset: 0 },
    how: `a system in ${file}`,
    confidence: 'certain' as const,
    kind: 'host' as const,
  }));
}
