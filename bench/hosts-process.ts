import { writeFileSync } from 'node:fs';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { known } from './bench-fleet.ts';
import type { CommitSha } from '../src/core/names.ts';
import type { HostRepositories } from '../src/demo/hosts/host-repositories.ts';
import type { PracticeHost } from '../src/demo/hosts/practice-host.ts';
import { startPracticeHosts } from '../src/demo/hosts/start-practice-hosts.ts';
import type { SentLine } from './raw-ssh.ts';

/** A process of its own that plays all hosts, so that neither arm shares a thread with them. */
export interface HostsAsked {
  readonly names: readonly string[];
  readonly repository: string;
  readonly initial: CommitSha;
  readonly latencyMs: number;
  readonly stateFolder: string;
}

export interface HostsStarted {
  readonly hosts: readonly {
    readonly name: string;
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly hostKey: string;
  }[];
  readonly privateKey: string;
}

export interface HostsTold {
  /** How many run something else than at first, with that as their boot default. */
  readonly deployed: number;
  readonly violations: readonly string[];
  readonly commands: number;
}

/**
 * Commits as a host keeps them, without a git of its own for each: what came in is only read to its end, and a build
 * reads the files where they lie. A thousand hosts in one process would otherwise spend their time on starting git.
 */
function rememberedCommits(repository: string): HostRepositories {
  const here = new Set<CommitSha>();
  return {
    folderOf: () => repository,
    find: async (_slug, sha) => (here.has(sha) ? 'present' : 'empty'),
    has: async (_slug, sha) => here.has(sha),
    async drain(_slug, bundle: Readable) {
      for await (const _chunk of bundle);
      return {
        discard: async () => {},
        async take(sha) {
          here.add(sha);
          return { taken: true, stderr: '' };
        },
      };
    },
  };
}

function linesOf(host: PracticeHost): readonly SentLine[] {
  return host.journal.flatMap(({ sent, text }) =>
    sent === undefined ? [] : [{ ...sent, withBundle: text.startsWith('receive-bundle ') }],
  );
}

async function play(asked: HostsAsked): Promise<void> {
  const hosts = await startPracticeHosts({
    hosts: asked.names.map((name) => ({ name })),
    stateFolder: asked.stateFolder,
    initial: { repository: asked.repository, sha: asked.initial },
    latencyMs: asked.latencyMs,
    repositories: () => rememberedCommits(asked.repository),
  });
  const before = new Map(hosts.all.map((host) => [host.name, host.truth().running]));
  const started: HostsStarted = {
    hosts: hosts.all.map(({ name, address, port, user, hostKey }) => ({ name, address, port, user, hostKey })),
    privateKey: known(hosts.clientKey).private,
  };
  process.send?.(started);
  // The lines go through a file: they are megabytes.
  process.on('message', (file: string) => {
    const lines = hosts.all.map(linesOf);
    writeFileSync(file, JSON.stringify(lines));
    const told: HostsTold = {
      deployed: hosts.all.filter((host) => {
        const { running, bootDefault } = host.truth();
        return running !== before.get(host.name) && bootDefault === running;
      }).length,
      violations: hosts.violations(),
      commands: lines.reduce((sum, list) => sum + list.length, 0),
    };
    process.send?.(told);
  });
}

process.once('disconnect', () => process.exit(0));
process.once('message', (asked: HostsAsked) => void play(asked));
