import { Fault } from '../../src/core/fault.ts';
import { parseCommitSha, parseRepositoryName } from '../../src/core/names.ts';
import type { CommitSha } from '../../src/core/names.ts';
import type { PastText } from '../../src/dns/serial-evidence.ts';
import type { Evaluation } from '../../src/fleet/evaluation.ts';
import { createReadings } from '../../src/fleet/readings.ts';
import type { Bot } from '../../src/jobs/bot.ts';
import type { ForgeReader, Posted, Posting, PullRequest, RepositoryRef } from '../../src/jobs/forge.ts';
import type { QueueName } from '../../src/jobs/queue.ts';
import { rolloutReporting } from '../../src/jobs/report-rollout.ts';
import { createRolloutReports } from '../../src/jobs/rollout-reports.ts';
import { createRollouts } from '../../src/rollout/rollouts.ts';
import { stoppedClock } from '../fakes/clock.ts';
import { memoryHostLocks } from '../fakes/host-locks.ts';
import { memoryRecords } from '../fakes/records.ts';
import { treeOf } from '../fakes/tree.ts';

/** A commit id that a reader of a test can tell from others. */
export function commit(digit: string): CommitSha {
  const sha = parseCommitSha(digit.repeat(40));
  if (sha === null) throw new Error(`${digit} is no hexadecimal digit`);
  return sha;
}

const name = parseRepositoryName('acme/fleet');
if (name === null) throw new Error('a name');
export const repository: RepositoryRef = { name, installation: 1 };

export interface Played {
  /** The files at each commit. */
  readonly commits: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly head: CommitSha | null;
  readonly mergeBase?: CommitSha | null;
  readonly isAncestor?: boolean;
  readonly pullRequest?: Partial<PullRequest>;
  /** The first parent of a commit, where one is told. */
  readonly parents?: Readonly<Record<string, CommitSha>>;
  /** Postings that are on the forge. */
  readonly delivered?: Readonly<Record<string, Posted>>;
  /** Earlier states of files. */
  readonly pasts?: Readonly<Record<string, readonly PastText[]>>;
  /** What Nix would say, where the operator wants to know. */
  readonly evaluation?: Evaluation;
  /** The worker cannot get a copy of the repository. */
  readonly withoutCopy?: boolean;
}

/** A bot over memory, with a journal of what it posts and queues. */
export function fakeBot(played: Played) {
  const posted: { readonly key: string; readonly posting: Posting }[] = [];
  const queued: { readonly queue: QueueName; readonly payload: unknown; readonly id: string | undefined }[] = [];
  const told: string[] = [];
  const records = memoryRecords();
  const clock = stoppedClock();
  const forge: ForgeReader = {
    identity: async () => ({ slug: 'fleetwright', login: 'fleetwright[bot]' }),
    permission: async () => 'write',
    defaultBranch: async () => 'main',
    branchHead: async () => played.head,
    tree: (_, sha) => treeOf(played.commits[sha] ?? {}),
    pullRequest: async (_, number) => ({ ...pull, number, ...played.pullRequest }),
    pullRequestsOf: async () => [],
    openPullRequests: async () => [],
    compare: async () => ({ mergeBase: played.mergeBase ?? null, isAncestor: played.isAncestor ?? true, files: [] }),
  };
  const rollouts = createRollouts(records);
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const outbox = {
    put: async (_: RepositoryRef, key: string, _lane: string, posting: Posting) => void posted.push({ key, posting }),
    posted: async (_: RepositoryRef, key: string) => played.delivered?.[key] ?? null,
  };
  const bot = {
    forge,
    outbox,
    queue: {
      add: async (queue: QueueName, payload: unknown, options?: { readonly id?: string }) =>
        void queued.push({ queue, payload, id: options?.id }),
    },
    records,
    durable: true,
    rollouts,
    reports: createRolloutReports({ report: rolloutReporting({ records, rollouts, outbox }), clock, log }),
    drive: {
      locks: memoryHostLocks(),
      machines: () => {
        throw new Error('no host is reached here');
      },
    },
    model: null,
    zoneCompiler: {
      compile: async () => ({ kind: 'not-known', reason: null }),
      check: async () => ({ kind: 'absent' }),
    },
    copies: {
      open: async (_: RepositoryRef, sha: CommitSha) => {
        if (played.withoutCopy === true) throw new Fault('git-failed', 'fetching', 'later');
        return {
          tree: treeOf(played.commits[sha] ?? {}),
          treeId: sha,
          firstParent: played.parents?.[sha] ?? null,
          filesSaying: async (...words: readonly string[]) =>
            Object.entries(played.commits[sha] ?? {}).flatMap(([path, text]) =>
              words.some((word) => text.includes(word)) ? [{ path, text }] : [],
            ),
          pastTexts: async (path: string) => played.pasts?.[path] ?? [],
          close: () => {},
        };
      },
    },
    readings: createReadings(null),
    ground: async () => [],
    evaluation: played.evaluation ?? null,
    clock,
    log,
    tell: ({ step }: { readonly step: string }) => void told.push(step),
  } as unknown as Bot;
  return { bot, posted, queued, told };
}

const pull: PullRequest = {
  number: 1,
  open: true,
  merged: false,
  title: 'A change',
  author: 'ann',
  headBranch: 'change',
  headSha: commit('b'),
  fromFork: false,
  baseBranch: 'main',
  baseSha: commit('a'),
  mergeCommit: null,
};
