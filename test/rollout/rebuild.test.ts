import { describe, expect, test } from 'vitest';
import type { HostState } from '../../src/host/machine.ts';
import { type Deploy, parseDeploy } from '../../src/rollout/deploy.ts';
import {
  deploymentPayload,
  type DeploymentPayload,
  parseDeploymentPayload,
} from '../../src/rollout/deployment-payload.ts';
import type { DriveDeps } from '../../src/rollout/drive-deps.ts';
import { driveDeploy } from '../../src/rollout/drive-deploy.ts';
import { rebuild, restore } from '../../src/rollout/rebuild.ts';
import { wakeups } from '../../src/rollout/wakeups.ts';
import { createRollouts } from '../../src/rollout/rollouts.ts';
import { memoryRecords } from '../fakes/records.ts';
import { system } from '../fakes/machine.ts';
import {
  begin,
  deployOf,
  fingerprintOf,
  hostOf,
  named,
  newSystem,
  newWorld,
  oldSystem,
  requestOf,
  type World,
  work,
} from './deploying.ts';

/** Works on a good deploy until it was stored `count` times, keeping each payload as the forge would get it. */
async function stoppedAfter(count: number): Promise<{ readonly world: World; readonly payloads: DeploymentPayload[] }> {
  const world = newWorld(['griffin']);
  const payloads: DeploymentPayload[] = [];
  const stop = new AbortController();
  const deps: DriveDeps = {
    ...world.deps,
    onChange: (rollout, deploy) => {
      const payload = parseDeploymentPayload(
        JSON.parse(JSON.stringify(deploymentPayload(rollout, deploy.host, deploy))),
      );
      if (payload !== null) payloads.push(payload);
      if (payloads.length >= count) stop.abort();
    },
  };
  const [wake] = await begin(world, requestOf(['griffin']));
  if (wake !== undefined) await driveDeploy(deps, wake, stop.signal);
  return { world, payloads };
}

async function stateOf(world: World): Promise<HostState> {
  return hostOf(world, 'griffin').open(0).look();
}

/** The same hosts with an empty store. */
function withoutStore(world: World): World {
  const records = memoryRecords(world.clock);
  return { ...world, records, deps: { ...world.deps, records, rollouts: createRollouts(records) } };
}

async function goOn(world: World, payloads: readonly DeploymentPayload[], state: HostState | null): Promise<Deploy> {
  const emptied = withoutStore(world);
  const states = new Map(state === null ? [] : [[fingerprintOf('griffin'), state] as const]);
  const rebuilt = rebuild(payloads, states, world.clock.now());
  await restore(emptied.records, rebuilt);
  // The locks were lost too, and with them the tokens: the next is from the clock, so the host still takes it.
  await world.clock.sleep(31_000);
  for (const rollout of rebuilt.rollouts) await work(emptied, wakeups(null, rollout, world.clock.now()));
  for (const rollout of rebuilt.rollouts)
    expect((await emptied.deps.rollouts.read(rollout.id))?.endedAt).not.toBeNull();
  return deployOf(emptied, 'griffin');
}

describe('a store that is lost in the middle of a deploy', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'after %i stored steps: the deploy ends well, from the newest payload',
    async (count) => {
      const { world, payloads } = await stoppedAfter(count);
      const deploy = await goOn(world, payloads, await stateOf(world));
      expect(deploy.outcome).toBe('deployed');
      expect(hostOf(world, 'griffin')).toMatchObject({
        running: newSystem,
        profile: newSystem,
        bootDefault: newSystem,
      });
      expect(hostOf(world, 'griffin').journal.filter((line) => line === `test ${newSystem}`)).toHaveLength(1);
    },
  );

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'after %i stored steps, host not asked: the drive looks itself',
    async (count) => {
      const { world, payloads } = await stoppedAfter(count);
      expect((await goOn(world, payloads, null)).outcome).toBe('deployed');
    },
  );

  test('with a payload from before the build, a host that runs something else is not called untouched', async () => {
    const { world, payloads } = await stoppedAfter(8);
    const deploy = await goOn(world, payloads.slice(0, 2), await stateOf(world));
    expect(deploy).toMatchObject({ outcome: 'unknown', reason: { code: 'changed-by-others' } });
    expect(hostOf(world, 'griffin').running).toBe(newSystem);
  });

  test('with a payload from before the build, a host that is as it was is deployed from the start', async () => {
    const { world, payloads } = await stoppedAfter(5);
    const deploy = await goOn(world, payloads.slice(0, 1), await stateOf(world));
    expect(deploy.outcome).toBe('deployed');
  });

  test('a host that still switches is attached to, and neither probed in the middle nor begun anew', async () => {
    const { world, payloads } = await stoppedAfter(8);
    const approve = payloads.filter(({ deploy }) => deploy?.step === 'approve');
    for (const running of [oldSystem, newSystem]) {
      const state = { ...(await stateOf(world)), running, switching: true };
      const rebuilt = rebuild(approve, new Map([[fingerprintOf('griffin'), state]]), 5);
      expect(rebuilt.deploys).toMatchObject([{ step: 'test', testAsked: true, attempts: { test: 1 }, outcome: null }]);
    }
  });

  test('a deploy that was over stays over, and what is known of its host comes back', async () => {
    const { world, payloads } = await stoppedAfter(100);
    const rebuilt = rebuild(payloads, new Map(), 5);
    expect(rebuilt.deploys).toMatchObject([{ outcome: 'deployed' }]);
    expect(rebuilt.rollouts).toMatchObject([{ id: 'r1', endedAt: 5 }]);
    expect(rebuilt.hosts).toMatchObject([
      { claim: null, held: null, current: { path: newSystem }, previous: { path: oldSystem } },
    ]);
    expect(hostOf(world, 'griffin').running).toBe(newSystem);
  });

  test('a host that was put back is still held', async () => {
    const { world, payloads } = await stoppedAfter(100);
    const [last] = payloads.slice(-1);
    if (last?.deploy === null || last === undefined) throw new Error('no payload');
    const reverted = { ...last, deploy: { ...last.deploy, outcome: 'reverted' as const } };
    expect(rebuild([...payloads.slice(0, -1), reverted], new Map(), 5).hosts).toMatchObject([
      { held: { bad: newSystem, outcome: 'reverted' } },
    ]);
    expect(world.hosts.size).toBe(1);
  });
});

describe('a payload', () => {
  test('is small, and holds nothing of logs', async () => {
    const { payloads } = await stoppedAfter(100);
    for (const payload of payloads) expect(JSON.stringify(payload).length).toBeLessThan(4000);
    expect(JSON.stringify(payloads)).not.toContain('building griffin');
  });

  test.each([[null], ['text'], [{}], [{ fleetwright: 2 }], [{ fleetwright: 1, host: 'griffin' }]])(
    'of somebody else is not taken for ours: %j',
    (value) => expect(parseDeploymentPayload(value)).toBeNull(),
  );

  test('restores nothing over what is stored', async () => {
    const { world, payloads } = await stoppedAfter(5);
    const before = await deployOf(world, 'griffin');
    const foreign = { ...(await stateOf(world)), running: system('foreign') };
    await restore(world.records, rebuild(payloads, new Map([[fingerprintOf('griffin'), foreign]]), 5));
    expect(await deployOf(world, 'griffin')).toEqual(before);
    expect(parseDeploy(JSON.parse(JSON.stringify(before))).host).toBe(named('griffin'));
  });
});
