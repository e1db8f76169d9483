import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitSha } from '../../core/names.ts';
import { type CommitFiles, readCommitFiles } from './commit-files.ts';
import { evaluateSystem } from './evaluate-system.ts';
import { createKeyPair, type KeyPair } from './host-key.ts';
import { createDetours } from './detours.ts';
import { createHostRepositories, type HostRepositories } from './host-repositories.ts';
import { createLoopbackPorts } from './loopback-ports.ts';
import { type PracticeHost, type RunningHost, startPracticeHost } from './practice-host.ts';
import { practiceStorePath } from './practice-store-path.ts';
import type { PracticeSystem } from './practice-system.ts';
import { createZoneCopies } from './zone-copies.ts';

export interface PracticeHostsOptions {
  readonly hosts: readonly PracticeHostSpec[];
  /** Homes with the bare repositories are made in here. */
  readonly stateFolder: string;
  /** What the hosts run at first. Without it they run a bare system that serves nothing. */
  readonly initial?: { readonly repository: string; readonly sha: CommitSha };
  /** The public key of whoever may log in; without it a pair is made, see `clientKey`. */
  readonly authorizedKey?: string;
  /** How long each command takes before it does anything. */
  readonly latencyMs?: number;
  readonly user?: string;
  /** Where a host keeps its commits; real git in its home by default. */
  readonly repositories?: (home: string) => HostRepositories;
}

export interface PracticeHostSpec {
  readonly name: string;
  /** The addresses of the real host, by which configuration and zones speak of it. */
  readonly addresses?: readonly string[];
  /** The name under `nixosConfigurations`; the host's name by default. */
  readonly attribute?: string;
}

export interface PracticeHosts {
  readonly all: readonly PracticeHost[];
  /** Throws for a name that is not there: it is a mistake of the caller. */
  host(name: string): PracticeHost;
  /** The key that logs in, where none was given. */
  readonly clientKey: KeyPair | null;
  /** Every violation on any host, with its name in front. */
  violations(): readonly string[];
  close(): Promise<void>;
}

/** Starts played hosts on loopback ports, all in this process. */
export async function startPracticeHosts(options: PracticeHostsOptions): Promise<PracticeHosts> {
  const clientKey = options.authorizedKey === undefined ? createKeyPair('practice') : null;
  const byAddress = new Map(
    options.hosts.flatMap((spec) => (spec.addresses ?? []).map((at) => [at, spec.name] as const)),
  );
  const zones = createZoneCopies((address) => byAddress.get(address) ?? null);
  const ports = createLoopbackPorts();
  const detours = createDetours();
  // The same commit has the same files on every host; reading it once keeps two hundred hosts in one process cheap.
  const commits = new Map<CommitSha, Promise<CommitFiles>>();
  const readCommit = (gitFolder: string, sha: CommitSha): Promise<CommitFiles> => {
    const reading = commits.get(sha) ?? readCommitFiles(gitFolder, sha);
    commits.set(sha, reading);
    reading.catch(() => commits.delete(sha));
    return reading;
  };

  const running: RunningHost[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map((one) => one.close()));
    await ports.close();
  };
  try {
    for (const spec of options.hosts) {
      const home = join(options.stateFolder, spec.name, '.fleetwright');
      await mkdir(home, { recursive: true });
      running.push(
        await startPracticeHost({
          name: spec.name,
          addresses: spec.addresses ?? [],
          user: options.user ?? 'fleetwright',
          authorizedKey: options.authorizedKey ?? clientKey?.public ?? '',
          repositories: (options.repositories ?? createHostRepositories)(home),
          latencyMs: options.latencyMs ?? 0,
          system: await initialSystem(options, spec, readCommit),
          ports,
          detours,
          readCommit,
          zonesOf: (host) => zones.zonesOf(host),
          onActivated: (host, system) => zones.changed(host, system),
        }),
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  const all = running.map(({ host }) => host);
  return {
    all,
    clientKey,
    host(name) {
      const found = all.find((host) => host.name === name);
      if (found === undefined)
        throw new Error(`no practice host ${name}; there are ${all.map((host) => host.name).join(', ')}`);
      return found;
    },
    violations: () => all.flatMap((host) => host.violations().map((text) => `${host.name}: ${text}`)),
    close,
  };
}

async function initialSystem(
  options: PracticeHostsOptions,
  spec: PracticeHostSpec,
  readCommit: (gitFolder: string, sha: CommitSha) => Promise<CommitFiles>,
): Promise<PracticeSystem> {
  const attribute = spec.attribute ?? spec.name;
  if (options.initial === undefined) {
    const path = practiceStorePath(attribute, new Map());
    return { path, files: new Map(), units: ['sshd.service'], machines: [], endpoints: [], zones: [] };
  }
  const commit = await readCommit(options.initial.repository, options.initial.sha);
  const evaluated = await evaluateSystem(commit, attribute);
  if (evaluated.kind !== 'system')
    throw new Error(`the initial commit has no system for ${spec.name}: ${evaluated.kind}`);
  return evaluated.system;
}
