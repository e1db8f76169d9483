import type { HostKind } from '../nix/hosts/found.ts';
import type { ReachedMachine, ReachedMachines } from './reached-machines.ts';
import type { KeyedTree } from './readings.ts';

declare const trusted: unique symbol;

/** Files that may be evaluated: running Nix over them is running their author's program. Never those of a fork. */
export type TrustedTree = KeyedTree & { readonly [trusted]: true };

/** The files of a pull request whose head lies in the repository itself, so that a person with write permission pushed it. */
export function treeOfPullRequest(pullRequest: { readonly fromFork: boolean }, tree: KeyedTree): TrustedTree | null {
  return pullRequest.fromFork ? null : (tree as TrustedTree);
}

/** The files of a checkout, for the person at whose own prompt they are evaluated. */
export function treeOfOwner(tree: KeyedTree): TrustedTree {
  return tree as TrustedTree;
}

/** What Nix makes of one machine: the system by what it is made of, or why there is none. */
export type Evaluated =
  | { readonly kind: 'system'; readonly drvPath: string; readonly digest: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Nix, kept from everything but the files it is given. It never throws because of what stands in them. */
export interface Evaluation {
  /** The systems of machines, by name. */
  systems(tree: TrustedTree, names: readonly string[]): Promise<ReadonlyMap<string, Evaluated>>;
  /** The names under `nixosConfigurations`. */
  names(tree: TrustedTree): Promise<readonly string[] | { readonly kind: 'failed'; readonly why: string }>;
}

export interface ExactlyReached {
  readonly machines: ReachedMachines;
  /** How many machines are told by their systems. */
  readonly evaluated: number;
  /** Machines that could not be evaluated and so stay named. */
  readonly failed: readonly { readonly name: string; readonly why: string }[];
}

/** What is no NixOS configuration has no system to compare. */
const evaluable: readonly HostKind[] = ['host', 'installer', 'test'];

/**
 * Of the machines that a change may reach those whose system differs. Whoever cannot be evaluated on either side stays
 * named: an error is no proof of sameness.
 */
export async function exactlyReached(
  evaluation: Evaluation,
  before: TrustedTree,
  after: TrustedTree,
  machines: ReachedMachines,
  isAsked: (name: string) => boolean = () => true,
): Promise<ExactlyReached> {
  const kinds = new Map(machines.machines.map(({ name, kind }) => [name, kind] as const));
  const asked = machines.reached.filter(({ name }) => isAsked(name) && evaluable.includes(kinds.get(name) ?? 'other'));
  const names = asked.map(({ name }) => name);
  // One side after the other: each takes as many processes as there may be.
  const old = await evaluation.systems(before, names);
  const fresh = await evaluation.systems(after, names);
  const failed: { name: string; why: string }[] = [];
  const stays = ({ name }: ReachedMachine): boolean => {
    if (!names.includes(name)) return true;
    const [was, is] = [old.get(name), fresh.get(name)];
    if (is?.kind === 'system' && was?.kind === 'system') return was.digest !== is.digest;
    const failure = is?.kind === 'failed' ? is : was;
    failed.push({ name, why: failure?.kind === 'failed' ? failure.why : 'it was not evaluated' });
    return true;
  };
  const reached = machines.reached.filter(stays);
  return { machines: { ...machines, reached }, evaluated: names.length - failed.length, failed };
}
