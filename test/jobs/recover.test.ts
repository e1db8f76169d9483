import { describe, expect, test } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { parseRepositoryName, type RepositoryName } from '../../src/core/names.ts';
import type { Log } from '../../src/core/log.ts';
import type { Bot } from '../../src/jobs/bot.ts';
import type { DeploymentMemory } from '../../src/jobs/deployment-memory.ts';
import type { Posting } from '../../src/jobs/forge.ts';
import type { DeployStepName } from '../../src/report/deploy-report.ts';
import { recordedHead } from '../../src/jobs/heads.ts';
import { recover } from '../../src/jobs/recover.ts';
import { rolloutReporting } from '../../src/jobs/report-rollout.ts';
import { createRolloutReports } from '../../src/jobs/rollout-reports.ts';
import { startWork } from '../../src/jobs/work.ts';
import { deploymentPayload } from '../../src/rollout/deployment-payload.ts';
import type { Deploy } from '../../src/rollout/deploy.ts';
import { driveDeploy } from '../../src/rollout/drive-deploy.ts';
import type { DriveDeps } from '../../src/rollout/drive-deps.ts';
import { personLockOn } from '../../src/rollout/person-lock.ts';
import type { Rollout } from '../../src/rollout/rollout.ts';
import type { RolloutRequest } from '../../src/rollout/start-rollout.ts';
import { memoryOnce } from '../fakes/once.ts';
import { treeOf } from '../fakes/tree.ts';
import {
  begin,
  deployOf,
  fingerprintOf,
  hostOf,
  newSystem,
  newWorld,
  requestOf,
  sha,
  type World,
} from '../rollout/deploying.ts';

const fleet = nameOf('fleet/config');

/** A deploy of griffin that had come to a step, or to its end, when everything but the forge and the host was lost. */
async function lostAt(
  step: DeployStepName | 'end',
  request: Partial<RolloutRequest> = {},
): Promise<{ readonly world: World; readonly payloads: readonly unknown[] }> {
  const world = newWorld(['griffin']);
  const payloads: unknown[] = [];
  const stop = new AbortController();
  const deps: DriveDeps = {
    ...world.deps,
    onChange(rollout: Rollout, deploy: Deploy) {
      payloads.unshift(JSON.parse(JSON.stringify(deploymentPayload(rollout, deploy.host, deploy))));
      if (deploy.step === step) stop.abort();
    },
  };
  const [wake] = await begin(world, requestOf(['griffin'], request));
  if (wake !== undefined) await driveDeploy(deps, wake, stop.signal);
  const { clock } = world;
  const emptied = newWorld(['griffin']);
  return {
    world: {
      ...emptied,
      clock,
      hosts: world.hosts,
      deps: { ...emptied.deps, machines: (rollout: Rollout) => world.deps.machines(rollout), clock },
    },
    payloads,
  };
}

interface Scene {
  readonly bot: Bot;
  readonly put: { readonly key: string; readonly posting: Posting }[];
  readonly asked: string[];
  readonly memory: DeploymentMemory;
}

function sceneOf(
  world: World,
  payloads: readonly unknown[],
  more: Partial<Bot> = {},
  locks: readonly unknown[] = [],
): Scene {
  const put: Scene['put'] = [];
  const asked: string[] = [];
  const unused = (): never => {
    throw new Error('not asked in these tests');
  };
  const config = `hosts:\n  griffin: { address: 10.0.0.1, host_key: '${fingerprintOf('griffin')}' }\n`;
  // What a recovery works with; the rest of the bot is not asked for.
  const { records, clock } = world;
  const { rollouts } = world.deps;
  const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const outbox: Bot['outbox'] = {
    put: async (_repository, key, _lane, posting) => void put.push({ key, posting }),
    posted: async () => null,
  };
  const parts: Partial<Bot> = {
    forge: {
      identity: unused,
      permission: unused,
      defaultBranch: async () => 'main',
      branchHead: async () => sha,
      tree: () => treeOf({ '.github/fleetwright.yml': config }),
      pullRequest: unused,
      openPullRequests: unused,
      pullRequestsOf: unused,
      compare: unused,
    },
    outbox,
    queue: { add: async () => {} },
    records,
    durable: true,
    rollouts,
    reports: createRolloutReports({ report: rolloutReporting({ records, rollouts, outbox }), clock, log }),
    drive: { locks: world.deps.locks, machines: (rollout: Rollout) => world.deps.machines(rollout) },
    model: null,
    clock,
    log,
    tell: () => {},
    ...more,
  };
  const bot = parts as Bot;
  const memory: DeploymentMemory = {
    repository: async (name) => ({ name, installation: 9 }),
    async payloads(repository, environment) {
      asked.push(`${repository.name} ${environment ?? 'all'}`);
      if (environment === 'fleetwright-locks') return locks;
      return payloads;
    },
  };
  return { bot, put, asked, memory };
}

describe('a store that knows nothing', () => {
  test('gets back a deploy in the middle, as the host says it is, by the installation of now', async () => {
    const { world, payloads } = await lostAt('probe');
    expect(hostOf(world, 'griffin').running).toBe(newSystem);
    const { bot, put, memory } = sceneOf(world, payloads);
    expect(await recover({ bot, memory, repositories: [fleet] })).toEqual({ lost: true });
    expect(await deployOf(world, 'griffin')).toMatchObject({ testAsked: true, outcome: null });
    expect((await bot.rollouts.running()).map(({ id, repository }) => [id, repository.installation])).toEqual([
      ['r1', 9],
    ]);
    expect(put.map(({ key }) => key)).toContain('rollout:r1');
  });

  test('tells the end where the host is something that nobody asked for', async () => {
    const { world, payloads } = await lostAt('probe');
    const { bot, put, memory } = sceneOf(world, payloads.slice(-2));
    await recover({ bot, memory, repositories: [fleet] });
    expect(await deployOf(world, 'griffin')).toMatchObject({ outcome: 'unknown' });
    expect(put).toMatchObject([
      { key: 'deployment:r1:griffin', posting: { state: 'error', description: 'unknown' } },
      { key: 'rollout:r1' },
      { key: 'rollout-check:r1' },
    ]);
  });

  test('gets back the commit that a command was bound to, and no event loses against it', async () => {
    const { world, payloads } = await lostAt('build', {
      cause: { kind: 'command', by: 'ada', issue: 7, comment: 70, forced: null, merged: false },
    });
    const { bot, memory } = sceneOf(world, payloads);
    await recover({ bot, memory, repositories: [fleet] });
    expect(await recordedHead(world.records, fleet, 7)).toEqual({ sha, at: '1970-01-01T00:00:00.000Z' });
  });

  test('does not go on with what nobody touched for days, but knows what was done', async () => {
    const { world, payloads } = await lostAt('approve');
    await world.clock.sleep(4 * 24 * 3600 * 1000);
    const { bot, memory } = sceneOf(world, payloads);
    await recover({ bot, memory, repositories: [fleet] });
    expect(await bot.rollouts.running()).toEqual([]);
  });

  test('tells nothing again of a rollout that was over', async () => {
    const { world, payloads } = await lostAt('end');
    const { bot, put, memory } = sceneOf(world, payloads);
    expect(await recover({ bot, memory, repositories: [fleet] })).toEqual({ lost: true });
    expect(await deployOf(world, 'griffin')).toMatchObject({ outcome: 'deployed' });
    expect(put).toEqual([]);
  });

  test('of a bot that never deployed has lost nothing', async () => {
    const { bot, memory } = sceneOf(newWorld(['griffin']), [{ fleetwright: 7 }, null]);
    expect(await recover({ bot, memory, repositories: [fleet] })).toEqual({ lost: false });
  });
});

test('people’s locks are there again after a loss, and it is told', async () => {
  const world = newWorld(['griffin']);
  const told: string[] = [];
  const lock = { by: 'ann', reason: 'new disks', since: 1, until: null, hosts: ['griffin', 'gone'] };
  const tell = ({ text }: { readonly text: string }) => void told.push(text);
  const { bot, memory } = sceneOf(world, [], { tell }, [{ fleetwright: 1, locks: [lock] }]);
  expect(await recover({ bot, memory, repositories: [fleet] })).toEqual({ lost: true });
  const kept = await personLockOn(world.records, fingerprintOf('griffin'), world.clock.now());
  expect(kept).toMatchObject({ by: 'ann', reason: 'new disks' });
  expect(told).toEqual(['people’s locks were read from the forge: griffin']);
});

describe('the forge is asked', () => {
  test('once for a durable store, which keeps in mind that it was lost', async () => {
    const { world, payloads } = await lostAt('approve');
    const { bot, asked, memory } = sceneOf(world, payloads);
    await recover({ bot, memory, repositories: [fleet] });
    expect(await recover({ bot, memory, repositories: [fleet] })).toEqual({ lost: true });
    expect(asked).toEqual(['fleet/config griffin', 'fleet/config fleetwright-locks']);
  });

  test('at each start for one that is not durable', async () => {
    const { bot, asked, memory } = sceneOf(newWorld(['griffin']), [], { durable: false });
    expect(await recover({ bot, memory, repositories: [fleet] })).toEqual({ lost: true });
    await recover({ bot, memory, repositories: [fleet] });
    expect(asked).toHaveLength(4);
  });

  test('for every repository, also where one can never be read or has no App', async () => {
    const { bot, asked, memory } = sceneOf(newWorld(['griffin']), []);
    const partly: DeploymentMemory = {
      ...memory,
      async repository(name) {
        if (name === 'fleet/forbidden') throw new Fault('forge-refused', 'reading', 'never');
        return name === 'fleet/elsewhere' ? null : memory.repository(name);
      },
    };
    const repositories = ['fleet/forbidden', 'fleet/elsewhere', 'fleet/config'].map(nameOf);
    await recover({ bot, memory: partly, repositories });
    expect(asked).toEqual(['fleet/config griffin', 'fleet/config fleetwright-locks']);
  });
});

test('no work is begun before the forge could be read', async () => {
  const { world, payloads } = await lostAt('approve');
  const { bot, memory } = sceneOf(world, payloads);
  const events: string[] = [];
  let down = 2;
  const shaky: DeploymentMemory = {
    ...memory,
    async payloads(repository, environment, most) {
      down -= 1;
      events.push(down >= 0 ? 'down' : 'read');
      if (down >= 0) throw new Fault('forge-unavailable', 'reading', 'later');
      return memory.payloads(repository, environment, most);
    },
  };
  const consumer = { stop: async () => void events.push('stopped') };
  const consuming = new Promise<void>((resolve) => {
    void startWork({
      bot,
      source: {
        consume(queue) {
          events.push(`consume ${queue}`);
          return consumer;
        },
      },
      outbox: { ...bot.outbox, start: () => consumer, sweep: async () => (resolve(), 0) },
      once: memoryOnce(),
      repositories: [fleet],
      note: () => {},
      memory: shaky,
      recovered: ({ lost }) => events.push(`lost ${String(lost)}`),
    });
  });
  await consuming;
  expect(events.slice(0, 6)).toEqual(['down', 'down', 'read', 'read', 'lost true', 'consume inbox']);
});

function nameOf(text: string): RepositoryName {
  const name = parseRepositoryName(text);
  if (name === null) throw new Error(`not a repository name: ${text}`);
  return name;
}
