import { fleetConfigPath } from '../../config/fleet-config.ts';
import { textAt, type Tree } from '../../core/tree.ts';
import { Deps } from '../eval/deps.ts';
import { Evaluator } from '../eval/evaluator.ts';
import { emptyAttrs, ready, type AttrsValue } from '../eval/values.ts';
import type { Watch } from '../eval/watch.ts';
import { HostWalks, type HostFiles, type Machine } from '../graph/host-walk.ts';
import type { WatchedHosts } from '../graph/narrowing.ts';
import { loadRepository, type Repository, type Unread } from '../repository.ts';
import { positionAt } from '../source.ts';
import { withConfigured } from './configured-hosts.ts';
import { flakeHosts, hiveMachines } from './flake-hosts.ts';
import { folderHosts, moduleHost } from './folder-hosts.ts';
import type { Candidate, FoundHost, HostKind } from './found.ts';

/** A fleet as its repository describes it: hosts, what each is made of, and what could not be understood. */
export interface FleetReading {
  readonly repository: Repository;
  readonly hosts: readonly FoundHost[];
  readonly unread: readonly Unread[];
  /** What a host is made of, by its name; null for a name that is not among the hosts. Worked out when asked for. */
  filesOf(name: string): HostFiles | null;
  /** What makes a host, for whoever reads on where this ends; null for a name that is not among the hosts. */
  machineOf(name: string): Machine | null;
  readonly evaluator: Evaluator;
  /** The same once more, with an eye on some pieces: what a host is made of, and which of the pieces it comes to. */
  watching(watch: Watch): WatchedHosts;
}

/** Reads a repository of any of the known layouts. Never evaluates anything outside it, never runs anything. */
export async function readFleet(tree: Tree): Promise<FleetReading> {
  const repository = await loadRepository(tree);
  const evaluator = new Evaluator(repository, 5_000_000);
  const walks = new HostWalks(evaluator);
  const { candidates, open } = findCandidates(evaluator, walks);
  const byName = new Map<string, Candidate>();
  const files = new Map<string, HostFiles>();
  const filesOf = (name: string): HostFiles | null => {
    const known = files.get(name);
    const candidate = byName.get(name);
    if (known !== undefined || candidate === undefined) return known ?? null;
    const made = walks.filesOf(candidate.machine);
    files.set(name, made);
    return made;
  };
  const hosts: FoundHost[] = [];
  for (const candidate of candidates) {
    const { name } = candidate.machine;
    if (!byName.has(name)) byName.set(name, candidate);
    // Home configurations have no host name and no guests: they are opened only if somebody asks for their files.
    const opened = byName.get(name) === candidate && candidate.kind !== 'home';
    hosts.push(hostOf(repository, candidate, opened ? filesOf(name) : null));
  }
  hosts.push(...guestsOf(repository, hosts, filesOf));
  const cut = new Set([...files.values()].flatMap(({ exhausted }) => exhausted));
  const unfinished = [...cut].map((file) => ({
    file,
    line: 1,
    why: 'too much to evaluate: everything it names counts as used',
  }));
  const machineOf = (name: string): Machine | null => byName.get(name)?.machine ?? null;
  const all = [...repository.unread, ...evaluator.unread, ...open, ...unfinished];
  const watching = (watch: Watch): WatchedHosts => watchedHosts(repository, watch);
  return { repository, hosts, unread: all, filesOf, machineOf, evaluator, watching };
}

function watchedHosts(repository: Repository, watch: Watch): WatchedHosts {
  const evaluator = new Evaluator(repository, 5_000_000, watch);
  const walks = new HostWalks(evaluator, 20_000_000);
  const { candidates } = findCandidates(evaluator, walks);
  // What was cut short on the way to the hosts is missing from all of them.
  const isCut = evaluator.cut;
  const machines = new Map<string, Machine>();
  for (const { machine } of candidates) if (!machines.has(machine.name)) machines.set(machine.name, machine);
  const machineOf = (name: string): Machine | null => (isCut ? null : (machines.get(name) ?? null));
  return {
    filesOf(name) {
      const machine = machineOf(name);
      return machine === null ? null : walks.filesOf(machine);
    },
    effectsOf(name, hostName) {
      const machine = machineOf(name);
      return machine === null ? null : walks.effectsOf(machine, hostName);
    },
  };
}

/** Every machine that the repository describes, and what there was that could not be read. */
export async function findHosts(
  tree: Tree,
): Promise<{ readonly hosts: readonly FoundHost[]; readonly unread: readonly Unread[] }> {
  const { hosts, unread } = await readFleet(tree);
  const text = await textAt(tree, fleetConfigPath);
  if (text === null) return { hosts, unread };
  const configured = withConfigured(hosts, text);
  return { hosts: configured.hosts, unread: [...unread, ...configured.unread] };
}

function findCandidates(
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
    candidates.push(...guessed.filter(({ machine }) => !names.has(machine.name)));
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

const networkFiles = [
  'hive.nix',
  'network.nix',
  'deploy.nix',
  'deployment.nix',
  'default.nix',
  'nixops.nix',
  'morph.nix',
];
const networkFolders = ['', 'ops/', 'nixops/', 'deploy/', 'network/', 'hive/', 'infra/'];

/** colmena, morph and nixops without a flake: one file whose value names the machines. */
function networkHosts(evaluator: Evaluator): Candidate[] {
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

function hostOf(repository: Repository, candidate: Candidate, files: HostFiles | null): FoundHost {
  const { machine, site, how, confidence } = candidate;
  const hostName = files?.hostName ?? null;
  const kind = candidate.kind !== 'host' ? candidate.kind : ownKind(machine.name, files);
  const line = lineOf(repository, site.file, site.offset);
  const base = { name: machine.name, file: site.file, line, how, confidence, kind };
  return hostName === null || hostName === machine.name ? base : { ...base, hostName };
}

function lineOf(repository: Repository, file: string, offset: number): number {
  const tree = repository.parsed(file);
  return tree === null ? 1 : positionAt(tree, offset).line;
}

function ownKind(name: string, files: HostFiles | null): HostKind {
  if (isInstaller(name, files)) return 'installer';
  return isTest(name, files) ? 'test' : 'host';
}

/** A machine that is named for a test and made to run in one: either alone may be a host of the fleet. */
function isTest(name: string, files: HostFiles | null): boolean {
  if (!/(?:^|[-_.])(?:tests?|vm|testvm|vmtest)(?:$|[-_.])/i.test(name)) return false;
  return ['qemu-vm.nix', 'test-instrumentation.nix'].some((module) => files?.symbols.has(module) === true);
}

/** An image that installs machines is none of the fleet's own. */
function isInstaller(name: string, files: HostFiles | null): boolean {
  if (/(?:^|[-_.])(?:iso|installer|install|live|livecd|netboot|kexec|bootstrap-image)(?:$|[-_.])/i.test(name))
    return true;
  return [...(files?.symbols ?? [])].some((symbol) =>
    /installation-cd|installer\/cd-dvd|installer\/netboot|netboot-minimal|iso-image/.test(symbol),
  );
}

function guestsOf(
  repository: Repository,
  hosts: readonly FoundHost[],
  filesOf: (name: string) => HostFiles | null,
): FoundHost[] {
  const names = new Set(hosts.map(({ name }) => name));
  const guests = new Map<string, FoundHost>();
  for (const host of hosts) {
    if (host.kind !== 'host') continue;
    for (const { name, site, how } of filesOf(host.name)?.guests ?? []) {
      const key = `${host.name} ${name}`;
      if (names.has(name) || guests.has(key)) continue;
      const file = site?.file ?? host.file;
      const line = site === null ? host.line : lineOf(repository, site.file, site.offset);
      guests.set(key, { name, file, line, how: `${how} on ${host.name}`, confidence: 'certain', kind: 'guest' });
    }
  }
  return [...guests.values()];
}
