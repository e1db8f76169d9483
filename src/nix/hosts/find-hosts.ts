import { fleetConfigPath } from '../../config/fleet-config.ts';
import { textAt, type Tree } from '../../core/tree.ts';
import { Evaluator } from '../eval/evaluator.ts';
import type { Watch } from '../eval/watch.ts';
import { HostWalks, type HostFiles, type Machine } from '../graph/host-walk.ts';
import type { WatchedHosts } from '../graph/narrowing.ts';
import { loadRepository, type Repository, type Unread } from '../repository.ts';
import { lineAt } from '../line-at.ts';
import { withConfigured } from './configured-hosts.ts';
import { findCandidates } from './find-candidates.ts';
import type { Candidate, FoundHost } from './found.ts';
import { ownKind } from './host-kind.ts';

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
    // Homes and nodes of tests have no host name of their own: they are opened only if somebody asks for their files.
    const opened = byName.get(name) === candidate && candidate.kind !== 'home' && candidate.kind !== 'test';
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

function hostOf(repository: Repository, candidate: Candidate, files: HostFiles | null): FoundHost {
  const { machine, site, how, confidence } = candidate;
  const hostName = files?.hostName ?? null;
  const kind = candidate.kind !== 'host' ? candidate.kind : ownKind(machine.name, files);
  const line = lineAt(repository, site.file, site.offset);
  const base = { name: machine.name, file: site.file, line, how, confidence, kind };
  return hostName === null || hostName === machine.name ? base : { ...base, hostName };
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
      const line = site === null ? host.line : lineAt(repository, site.file, site.offset);
      guests.set(key, { name, file, line, how: `${how} on ${host.name}`, confidence: 'certain', kind: 'guest' });
    }
  }
  return [...guests.values()];
}
