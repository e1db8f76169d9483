import type { Clock } from '../../src/core/clock.ts';
import {
  type CommitSha,
  type Fingerprint,
  type HostName,
  parseCommitSha,
  parseFingerprint,
  parseHostName,
  parseRepositoryName,
} from '../../src/core/names.ts';
import type { Records } from '../../src/core/records.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { Wakeup } from '../../src/rollout/wakeups.ts';
import { type Deploy, deployKey, parseDeploy } from '../../src/rollout/deploy.ts';
import type { DriveDeps } from '../../src/rollout/drive-deps.ts';
import { driveDeploy } from '../../src/rollout/drive-deploy.ts';
import type { WatchdogLevel } from '../../src/host/machine.ts';
import { createRollouts } from '../../src/rollout/rollouts.ts';
import { type Manner, manner as mannerShape, type Policy } from '../../src/rollout/shapes.ts';
import { type RolloutRequest, startRollout } from '../../src/rollout/start-rollout.ts';
import type { WaveOrder } from '../../src/rollout/waves.ts';
import { memoryHostLocks } from '../fakes/host-locks.ts';
import { FakeHost, system } from '../fakes/machine.ts';
import { memoryRecords } from '../fakes/records.ts';
import { virtualClock } from '../fakes/virtual-clock.ts';

/** A small fleet of fake hosts with everything that a deploy needs, and workers that can be killed. */

function parsed<Value>(value: Value | null): Value {
  if (value === null) throw new Error('the test names something impossible');
  return value;
}

export const sha: CommitSha = parsed(parseCommitSha('a'.repeat(40)));
export const named = (text: string): HostName => parsed(parseHostName(text));
export const fingerprintOf = (host: string): Fingerprint =>
  parsed(
    parseFingerprint(
      `SHA256:${host
        .replace(/[^A-Za-z0-9]/g, '')
        .padEnd(43, '0')
        .slice(0, 43)}`,
    ),
  );
export const oldSystem = system('old');
export const newSystem = system('new');

export const policy: Policy = {
  parallel: 10,
  reachMs: 60_000,
  buildMs: 3_600_000,
  activateMs: 900_000,
  probeMs: 90_000,
  rebootMs: 600_000,
  failureBudget: 0,
  times: null,
  groups: [],
};

/** Deployed in the usual way, with nothing that a person had to accept. */
export const plainManner: Manner = mannerShape.parse({});

export interface World {
  readonly clock: Clock;
  readonly records: Records;
  readonly hosts: ReadonlyMap<HostName, FakeHost>;
  readonly deps: DriveDeps;
}

export function newWorld(names: readonly string[], more: Partial<DriveDeps> = {}): World {
  const clock = virtualClock();
  const records = memoryRecords(clock);
  const hosts = new Map(
    names.map((name) => {
      const host = new FakeHost(clock, oldSystem);
      host.builds = { kind: 'built', path: newSystem };
      return [named(name), host] as const;
    }),
  );
  const deps: DriveDeps = {
    records,
    rollouts: createRollouts(records),
    locks: memoryHostLocks(clock),
    clock,
    machines: () => ({
      open: async (name, token) => {
        const host = hosts.get(name);
        if (host === undefined) throw new Error(`the test has no host ${name}`);
        return host.open(token);
      },
    }),
    mayActivate: async () => null,
    tell: () => {},
    onChange: () => {},
    onOutput: () => {},
    ...more,
  };
  return { clock, records, hosts, deps };
}

/** With a watchdog that fires after twenty minutes. */
export const watched = (level: WatchdogLevel): Manner => ({ ...plainManner, watchdog: { level, seconds: 1200 } });

/** All at once. */
export const plainOrder: WaveOrder = { first: [], size: 10_000, before: new Map(), last: [] };

export function requestOf(
  hosts: readonly string[],
  more: Partial<RolloutRequest> = {},
  manner: Manner = plainManner,
): RolloutRequest {
  return {
    id: 'r1',
    kind: 'deploy',
    repository: { name: parsed(parseRepositoryName('fleet/config')), installation: 1 },
    sha,
    cause: { kind: 'merge', by: 'ada', pullRequest: 7 },
    reason: 'merge of #7',
    policy,
    order: plainOrder,
    hosts: hosts.map((host) => ({
      host: named(host),
      fingerprint: fingerprintOf(host),
      attribute: host,
      records: [],
      manner,
      named: false,
      touched: 'shared',
    })),
    ...more,
  };
}

export async function begin(world: World, request: RolloutRequest): Promise<readonly Wakeup[]> {
  const started = await startRollout(world.deps, request);
  if (isRefusal(started)) throw new Error(`refused: ${started.code}`);
  return started.wake;
}

/** A worker's queue: does all the work there is, and all that comes of it. `deps` may be other ones for each job. */
export async function work(
  world: World,
  wake: readonly Wakeup[],
  deps: (wakeup: Wakeup) => DriveDeps = () => world.deps,
): Promise<void> {
  const seen = new Set<string>();
  const job = async (wakeup: Wakeup): Promise<void> => {
    if (wakeup.id !== undefined && seen.has(wakeup.id)) return;
    if (wakeup.id !== undefined) seen.add(wakeup.id);
    if (wakeup.delayMs !== undefined) await world.clock.sleep(wakeup.delayMs);
    const driven = await driveOnce(deps(wakeup), wakeup);
    await Promise.all(driven.map(job));
  };
  await Promise.all(wake.map(job));
}

async function driveOnce(deps: DriveDeps, wakeup: Wakeup): Promise<readonly Wakeup[]> {
  try {
    return (await driveDeploy(deps, wakeup, new AbortController().signal)).wake;
  } catch (error) {
    // A worker that died mid-job: the queue gives the job to another one.
    if (error instanceof Killed) return [{ rollout: wakeup.rollout, host: wakeup.host }];
    throw error;
  }
}

/** What a killed worker's calls do. It is an error only so that nothing after it happens. */
export class Killed extends Error {}

export async function deployOf(world: World, host: string, rollout = 'r1'): Promise<Deploy> {
  const stored = await world.records.read(deployKey(rollout, named(host)));
  if (stored === null) throw new Error(`no deploy of ${host}`);
  return parseDeploy(stored.value);
}

export function hostOf(world: World, name: string): FakeHost {
  return parsed(world.hosts.get(named(name)) ?? null);
}
