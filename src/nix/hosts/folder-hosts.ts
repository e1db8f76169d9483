import { pathValue } from '../eval/frameworks/machines-in-folders.ts';
import { attrs, list, ready } from '../eval/values.ts';
import type { Evaluator } from '../eval/evaluator.ts';
import type { HostWalks } from '../graph/host-walk.ts';
import type { Candidate, Confidence } from './found.ts';

/** Folders in which fleets keep a folder or a file for each machine. */
const parents = [
  'hosts',
  'machines',
  'systems',
  'nodes',
  'servers',
  'nixos/hosts',
  'nixos/machines',
  'nixos',
  'host',
  'configurations',
  'nixos-configurations',
  'system/hosts',
  'hosts/nixos',
];
const notHosts = new Set([
  'common',
  'shared',
  'modules',
  'profiles',
  'lib',
  'default',
  'base',
  'global',
  'templates',
  'template',
  'optional',
  'core',
  'features',
  'roles',
  'users',
  'hardware',
  'secrets',
  'tests',
]);
/** What only a machine's own configuration sets. */
const marks = [
  'system.stateVersion',
  'networking.hostName',
  'fileSystems',
  'boot.loader',
  'networking.hostId',
  'disko.devices',
  'boot.initrd',
  'config.system',
  'config.fileSystems',
];

/**
 * Machines told by where their files lie, for fleets without a flake or whose flake could not be understood.
 * A folder without anything that only a machine has is none.
 */
export function folderHosts(evaluator: Evaluator, walks: HostWalks, confidence: Confidence): Candidate[] {
  for (const parent of [...parents, ...deeperParents(evaluator)]) {
    const names = evaluator.repository.folders.get(parent);
    if (names === undefined) continue;
    const found = [...names].flatMap(([name, kind]) =>
      hostAt(evaluator, walks, { parent, name, isFolder: kind === 'folder', confidence }),
    );
    // A folder that another machine imports may be a machine all the same, on which the other one stands.
    const files = found.filter(({ machine }) => !/\/(?:default|configuration)\.nix$/.test(machine.entry));
    const parts = new Set(files.filter((file) => !withoutParts(walks, [file], files).includes(file)));
    if (found.length > 0) return found.filter((each) => !parts.has(each));
  }
  return [];
}

/** Folders of one of those names further down: `config/machines`. */
function deeperParents(evaluator: Evaluator): string[] {
  const names = /(?:^|\/)(?:hosts|machines|systems|nodes|servers)$/;
  const folders = [...evaluator.repository.folders.keys()].filter(
    (path) => names.test(path) && !parents.includes(path),
  );
  return folders.filter(
    (path) => path.split('/').length <= 3 && !/(?:^|\/)(?:templates?|examples?|tests?)\//.test(path),
  );
}

/** A file that some machine imports is a part of it (`hosts/disk-a.nix`), and none itself. */
export function withoutParts(
  walks: HostWalks,
  guessed: readonly Candidate[],
  known: readonly Candidate[],
): Candidate[] {
  const imported = known.map((candidate) => ({ candidate, ...walks.filesOf(candidate.machine) }));
  return guessed.filter(({ machine }) =>
    imported.every(({ candidate, via }) => candidate.machine.entry === machine.entry || !via.has(machine.entry)),
  );
}

interface Place {
  readonly parent: string;
  readonly name: string;
  readonly isFolder: boolean;
  readonly confidence: Confidence;
}

function hostAt(evaluator: Evaluator, walks: HostWalks, { parent, name, isFolder, confidence }: Place): Candidate[] {
  const host = name.replace(/\.nix$/, '');
  if (notHosts.has(host) || (!isFolder && !name.endsWith('.nix'))) return [];
  const files = isFolder
    ? ['configuration.nix', 'default.nix'].map((file) => `${parent}/${name}/${file}`)
    : [`${parent}/${name}`];
  const file = files.find((path) => evaluator.repository.entries.has(path));
  if (file === undefined) return [];
  const candidate = moduleHost(host, file, `the folder ${parent}`, confidence);
  return isMachine(walks, candidate) ? [candidate] : [];
}

/** A host whose root module is one file. */
export function moduleHost(name: string, file: string, how: string, confidence: Confidence): Candidate {
  const modules = ready(list([ready(pathValue(file, file))]));
  const value = ready({
    kind: 'system' as const,
    flavour: 'nixos' as const,
    args: attrs(new Map([['modules', modules]])),
  });
  return {
    machine: { name, value, entry: file, deps: null },
    site: { file, offset: 0 },
    how,
    confidence,
    kind: 'host',
  };
}

function isMachine(walks: HostWalks, candidate: Candidate): boolean {
  const { options } = walks.filesOf(candidate.machine);
  return marks.some((mark) => options.has(mark));
}
