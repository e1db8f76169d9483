import type { Evaluator } from '../eval/evaluator.ts';
import { HostWalks } from '../graph/host-walk.ts';
import type { Unread } from '../repository.ts';
import { flakeHosts } from './flake-hosts.ts';
import { folderHosts, moduleHost, withoutParts } from './folder-hosts.ts';
import type { Candidate } from './found.ts';
import { networkHosts } from './network-hosts.ts';

/** Every machine that is named anywhere, and what may hide more of them. */
export function findCandidates(
  evaluator: Evaluator,
  walks: HostWalks,
): { readonly candidates: readonly Candidate[]; readonly open: readonly Unread[] } {
  const { entries } = evaluator.repository;
  const flakes = [...entries.keys()].filter(isFlake).sort((a, b) => a.split('/').length - b.split('/').length);
  const candidates: Candidate[] = [];
  const open: Unread[] = [];
  for (const file of flakes) {
    const found = flakeHosts(evaluator, file);
    if (found === null) continue;
    candidates.push(...found.candidates);
    open.push(...found.open);
    if (candidates.some(({ kind }) => kind === 'host')) break;
  }
  if (!candidates.some(({ kind }) => kind === 'host')) candidates.push(...networkHosts(evaluator));
  const isHidden = open.some(({ why }) => why.includes('nixosConfigurations'));
  if (isHidden || !candidates.some(({ kind }) => kind === 'host')) {
    const names = new Set(candidates.map(({ machine }) => machine.name));
    const guessed = folderHosts(evaluator, walks, entries.has('flake.nix') ? 'guess' : 'likely');
    const hosts = candidates.filter(({ kind }) => kind === 'host');
    candidates.push(
      ...withoutParts(
        walks,
        guessed.filter(({ machine }) => !names.has(machine.name)),
        hosts,
      ),
    );
  }
  if (!candidates.some(({ kind }) => kind === 'host')) candidates.push(...loneHost(evaluator));
  if (candidates.length === 0)
    open.push({
      file: entries.has('flake.nix') ? 'flake.nix' : '',
      line: 1,
      why: 'no host in any layout that is known',
    });
  return { candidates, open };
}

/** Templates and examples are flakes of nobody's machines. */
function isFlake(path: string): boolean {
  return (
    /(?:^|\/)flake\.nix$/.test(path) &&
    path.split('/').length <= 3 &&
    !/(?:^|\/)(?:templates?|examples?|tests?)\//.test(path)
  );
}

/** A repository that is one machine's `/etc/nixos`. */
function loneHost(evaluator: Evaluator): Candidate[] {
  const file = ['configuration.nix', 'nixos/configuration.nix', 'etc/nixos/configuration.nix'].find((path) =>
    evaluator.repository.entries.has(path),
  );
  if (file === undefined) return [];
  const candidate = moduleHost('nixos', file, 'the configuration of one machine', 'likely');
  const walks = new HostWalks(evaluator);
  const { hostName } = walks.filesOf(candidate.machine);
  return [hostName === null ? candidate : { ...candidate, machine: { ...candidate.machine, name: hostName } }];
}
