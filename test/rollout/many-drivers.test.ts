import { describe, expect, test } from 'vitest';
import type { Records } from '../../src/core/records.ts';
import { driveDeploy, giveUpDeploy } from '../../src/rollout/drive-deploy.ts';
import type { DriveDeps } from '../../src/rollout/drive-deps.ts';
import { hostKey, parseHostRecord } from '../../src/rollout/host-record.ts';
import { createRollouts } from '../../src/rollout/rollouts.ts';
import {
  begin,
  deployOf,
  fingerprintOf,
  hostOf,
  named,
  newSystem,
  newWorld,
  oldSystem,
  plainOrder,
  policy,
  requestOf,
  work,
} from './deploying.ts';

const never = new AbortController().signal;
const activations = (journal: readonly string[]) => journal.filter((line) => /^(test|boot) /.test(line));

describe('many workers', () => {
  test('two that are woken for the same deploy at the same moment do it once', async () => {
    const world = newWorld(['griffin']);
    const wake = await begin(world, requestOf(['griffin']));
    const twice = wake.flatMap(({ rollout, host }) => [
      { rollout, host },
      { rollout, host },
      { rollout, host },
    ]);
    await work(world, twice);
    expect((await deployOf(world, 'griffin')).outcome).toBe('deployed');
    expect(activations(hostOf(world, 'griffin').journal)).toEqual([`test ${newSystem}`, `boot ${newSystem}`]);
  });

  test('one that slept through its lock does nothing more, although it does not know yet', async () => {
    const world = newWorld(['griffin']);
    const host = hostOf(world, 'griffin');
    const [wake] = await begin(world, requestOf(['griffin']));
    if (wake === undefined) throw new Error('nobody to wake');
    // Stopped after its build as by SIGSTOP: neither its heartbeat nor its work moves, until long after the end.
    let stopped = false;
    const asleep = async () => {
      if (stopped) await world.clock.sleep(600_000);
    };
    const sleepy: DriveDeps = {
      ...world.deps,
      locks: {
        ...world.deps.locks,
        renew: async (...args) => {
          await asleep();
          return world.deps.locks.renew(...args);
        },
      },
      mayActivate: async () => {
        stopped = true;
        await asleep();
        return null;
      },
    };
    const old = driveDeploy(sleepy, wake, never);
    await world.clock.sleep(40_000);
    await work(world, [{ rollout: wake.rollout, host: wake.host }]);
    const before = [...host.journal];
    expect(before).toContain(`boot ${newSystem}`);
    expect(await old).toMatchObject({ kind: 'left', why: 'lock-lost' });
    expect(host.journal).toEqual(before);
    expect((await deployOf(world, 'griffin')).outcome).toBe('deployed');
  });

  test('one that is past its own check is stopped by the host, by the token', async () => {
    const world = newWorld(['griffin']);
    const host = hostOf(world, 'griffin');
    const [wake] = await begin(world, requestOf(['griffin']));
    if (wake === undefined) throw new Error('nobody to wake');
    let first = true;
    const deps: DriveDeps = {
      ...world.deps,
      // Frozen between its check and its act, while another worker is given the host.
      machines: (rollout) => ({
        open: async (name, token) => {
          const machine = await world.deps.machines(rollout).open(name, token);
          return {
            ...machine,
            ship: async (commit) => {
              if (first) {
                first = false;
                host.highestToken = token + 1;
              }
              return machine.ship(commit);
            },
          };
        },
      }),
    };
    expect(await driveDeploy(deps, wake, never)).toMatchObject({ kind: 'left', why: 'lock-lost' });
    expect(activations(host.journal)).toEqual([]);
  });

  test('a second rollout waits for its turn, says behind whom, and comes after it', async () => {
    const world = newWorld(['griffin']);
    const first = await begin(world, requestOf(['griffin']));
    const second = await begin(world, requestOf(['griffin'], { id: 'r2' }));
    const told: string[] = [];
    const deps: DriveDeps = {
      ...world.deps,
      onChange: (rollout, deploy) => {
        const state = deploy.outcome ?? (deploy.queued === null ? null : `behind ${deploy.queued.behind}`);
        if (state !== null) told.push(`${rollout.id} ${state}`);
      },
    };
    await Promise.all([
      work(world, first, () => deps),
      world.clock.sleep(100).then(() => work(world, second, () => deps)),
    ]);
    expect(told).toEqual(['r2 behind r1', 'r1 deployed', 'r2 unchanged']);
    const record = await world.records.read(hostKey(fingerprintOf('griffin')));
    expect(parseHostRecord(record?.value)).toMatchObject({ claim: null, waiting: [], current: { path: newSystem } });
  });

  test('a rollout whose record is lost does not keep a host for ever', async () => {
    const world = newWorld(['griffin']);
    const first = await begin(world, requestOf(['griffin']));
    const [wake] = first;
    if (wake === undefined) throw new Error('nobody to wake');
    const stop = new AbortController();
    const driving = driveDeploy(world.deps, wake, stop.signal);
    await world.clock.sleep(200);
    stop.abort();
    expect(await driving).toMatchObject({ kind: 'left', why: 'stopping' });
    await world.records.remove('rollout:r1');
    await work(world, await begin(world, requestOf(['griffin'], { id: 'r2' })));
    expect((await deployOf(world, 'griffin', 'r2')).outcome).toBe('deployed');
  });

  test('work that broke too often ends the deploy, so that its rollout and its host are free', async () => {
    const world = newWorld(['griffin']);
    const [wake] = await begin(world, requestOf(['griffin']));
    if (wake === undefined) throw new Error('nobody to wake');
    expect(await giveUpDeploy(world.deps, wake, 'a bug')).toMatchObject({ kind: 'ended', outcome: 'refused' });
    expect((await world.deps.rollouts.read('r1'))?.endedAt).not.toBeNull();
  });
});

describe('a large rollout', () => {
  test('200 hosts over four workers: all deployed, few operations on the store for each', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `host-${index}`);
    const world = newWorld(names);
    let operations = 0;
    const counted: Records = {
      read: (key) => ((operations += 1), world.records.read(key)),
      write: (...args) => ((operations += 1), world.records.write(...args)),
      remove: (key) => world.records.remove(key),
      keys: (prefix) => world.records.keys(prefix),
    };
    const workers = Array.from({ length: 4 }, (): DriveDeps => {
      return { ...world.deps, records: counted, rollouts: createRollouts(counted) };
    });
    const wake = await begin(
      world,
      requestOf(names, { policy: { ...policy, parallel: 50 }, order: { ...plainOrder, size: 60 } }),
    );
    let turn = 0;
    await work(world, wake, () => workers[(turn += 1) % workers.length] ?? world.deps);
    const rollout = await world.deps.rollouts.read('r1');
    const ends = Object.values(rollout?.hosts ?? {}).map(({ state }) =>
      state.kind === 'ended' ? state.outcome : null,
    );
    expect(ends).toEqual(names.map(() => 'deployed'));
    for (const name of names) expect(hostOf(world, name).bootDefault).toBe(newSystem);
    expect(operations / names.length).toBeLessThan(40);
  });

  test('a bad first wave leaves every other host untouched', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `host-${index}`);
    const world = newWorld(names);
    hostOf(world, 'host-1').manners.set(newSystem, { unwell: true });
    hostOf(world, 'host-0').manners.set(newSystem, {});
    await work(world, await begin(world, requestOf(names, { order: { ...plainOrder, size: 2 } })));
    expect((await deployOf(world, 'host-0')).outcome).toBe('deployed');
    expect((await deployOf(world, 'host-1')).outcome).toBe('reverted');
    expect(hostOf(world, 'host-0').running).toBe(newSystem);
    for (const name of names.slice(2)) expect(hostOf(world, name)).toMatchObject({ journal: [], running: oldSystem });
    const rollout = await world.deps.rollouts.read('r1');
    expect(rollout?.hosts[named('host-9')]?.state).toMatchObject({
      outcome: 'cancelled',
      reason: { code: 'earlier-wave-failed', facts: { wave: 1, hosts: ['host-1'] } },
    });
  });
});
