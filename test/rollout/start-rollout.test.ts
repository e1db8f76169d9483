import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { hostKey, newHostRecord, parseHostRecord } from '../../src/rollout/host-record.ts';
import { rolloutReport } from '../../src/rollout/rollout-report.ts';
import { type RequestedHost, type RolloutRequest, startRollout } from '../../src/rollout/start-rollout.ts';
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

/** A rollout of `griffin` under another id; what is asked of the host may differ. */
const another = (id: string, more: Partial<RequestedHost> = {}, rest: Partial<RolloutRequest> = {}) => {
  const request = requestOf(['griffin'], { id, ...rest });
  return { ...request, hosts: request.hosts.map((host) => ({ ...host, ...more })) };
};
const recordOf = async (world: World) =>
  parseHostRecord((await world.records.read(hostKey(fingerprintOf('griffin'))))?.value);

/** A world in which `griffin` was put back from the new system. */
async function heldWorld(): Promise<World> {
  const world = newWorld(['griffin', 'anubis']);
  hostOf(world, 'griffin').manners.set(newSystem, { unwell: true });
  await work(world, await begin(world, requestOf(['griffin'])));
  expect((await deployOf(world, 'griffin')).outcome).toBe('reverted');
  return world;
}

describe('a rollout begins', () => {
  test('once for each id, and whoever asks again wakes the same hosts', async () => {
    const world = newWorld(['griffin']);
    const first = await begin(world, requestOf(['griffin']));
    expect(await begin(world, requestOf(['griffin']))).toEqual(first);
    await work(world, first);
    expect(await begin(world, requestOf(['griffin']))).toEqual([]);
  });

  test('and says which hosts another rollout has', async () => {
    const world = newWorld(['griffin']);
    await world.records.write(hostKey(fingerprintOf('griffin')), 0, {
      ...newHostRecord(fingerprintOf('griffin')),
      claim: { rollout: 'r0', host: 'griffin', since: 1 },
    });
    const started = await startRollout(world.deps, requestOf(['griffin']));
    expect(started).toMatchObject({ kind: 'started', queued: [{ host: 'griffin', behind: 'r0', position: 1 }] });
  });
});

describe('a held host', () => {
  test('stays where it is when a merge changes what all hosts share', async () => {
    const world = await heldWorld();
    const refusal = await startRollout(world.deps, another('r2'));
    expect(refusal).toMatchObject({ code: 'host-held', facts: { hosts: ['griffin'] }, next: '/deploy griffin' });
  });

  test('does not keep the others of the rollout back', async () => {
    const world = await heldWorld();
    await work(world, await begin(world, requestOf(['griffin', 'anubis'], { id: 'r2' })));
    const rollout = await world.deps.rollouts.read('r2');
    expect(rollout?.hosts[named('griffin')]?.state).toMatchObject({ outcome: 'refused', reason: { code: 'held' } });
    expect(rollout?.hosts[named('anubis')]?.state).toMatchObject({ outcome: 'deployed' });
    expect(hostOf(world, 'griffin').running).toBe(oldSystem);
  });

  test('is built when its own files changed, and left alone if that is the bad system again', async () => {
    const world = await heldWorld();
    await work(world, await begin(world, another('r2', { touched: 'own' })));
    expect(await deployOf(world, 'griffin', 'r2')).toMatchObject({ outcome: 'refused', reason: { code: 'held' } });
    expect((await recordOf(world)).held?.rollout).toBe('r1');
  });

  test('is free again when a changed commit goes well', async () => {
    const world = await heldWorld();
    const mended = system('mended');
    hostOf(world, 'griffin').builds = { kind: 'built', path: mended };
    await work(world, await begin(world, another('r2', { touched: 'own' })));
    expect((await deployOf(world, 'griffin', 'r2')).outcome).toBe('deployed');
    expect(await recordOf(world)).toMatchObject({
      held: null,
      current: { path: mended },
      previous: { path: oldSystem },
    });
  });

  test('is tried again, bad as it was, when a person names it', async () => {
    const world = await heldWorld();
    hostOf(world, 'griffin').manners.delete(newSystem);
    await work(world, await begin(world, another('r2', { named: true })));
    expect((await deployOf(world, 'griffin', 'r2')).outcome).toBe('deployed');
  });

  test('may always be verified', async () => {
    const world = await heldWorld();
    expect(isRefusal(await startRollout(world.deps, another('r2', {}, { kind: 'verify', sha: null })))).toBe(false);
  });
});

describe('a rollback', () => {
  test('brings back what ran before, by its path and without a build, and holds the host there', async () => {
    const world = newWorld(['griffin']);
    const host = hostOf(world, 'griffin');
    await work(world, await begin(world, requestOf(['griffin'])));
    const before = host.journal.length;
    await work(world, await begin(world, another('r2', { named: true }, { kind: 'rollback', sha: null })));
    expect((await deployOf(world, 'griffin', 'r2')).outcome).toBe('deployed');
    expect(host.journal.slice(before)).toEqual([`test ${oldSystem}`, `boot ${oldSystem}`]);
    expect(await recordOf(world)).toMatchObject({ held: { bad: newSystem }, current: { path: oldSystem } });
    expect(await startRollout(world.deps, another('r3'))).toMatchObject({ code: 'host-held' });
  });

  test('goes nowhere when nothing is recorded', async () => {
    const world = newWorld(['griffin']);
    await work(world, await begin(world, another('r2', { named: true }, { kind: 'rollback', sha: null })));
    expect(await deployOf(world, 'griffin', 'r2')).toMatchObject({
      outcome: 'refused',
      reason: { code: 'nothing-recorded' },
    });
  });

  test('that fails its probes is itself taken back', async () => {
    const world = newWorld(['griffin']);
    const host = hostOf(world, 'griffin');
    await work(world, await begin(world, requestOf(['griffin'])));
    host.manners.set(oldSystem, { unwell: true });
    await work(world, await begin(world, another('r2', { named: true }, { kind: 'rollback', sha: null })));
    expect((await deployOf(world, 'griffin', 'r2')).outcome).toBe('reverted');
    expect(host).toMatchObject({ running: newSystem, bootDefault: newSystem });
  });
});

describe('a verify', () => {
  test.each([
    ['well', {}, true],
    ['unwell', { unwell: true }, false],
  ] as const)('of a host that is %s changes nothing and says so', async (_, manner, good) => {
    const world = newWorld(['griffin']);
    hostOf(world, 'griffin').manners.set(oldSystem, manner);
    await work(world, await begin(world, another('v1', {}, { kind: 'verify', sha: null })));
    const deploy = await deployOf(world, 'griffin', 'v1');
    const rollout = await world.deps.rollouts.read('v1');
    if (rollout === null) throw new Error('no rollout');
    expect(deploy.outcome).toBe('unchanged');
    expect(rolloutReport(rollout, new Map([[named('griffin'), deploy]]))).toMatchObject({ good, state: 'done' });
    expect(hostOf(world, 'griffin').journal).toEqual([]);
    expect((await recordOf(world)).held).toBeNull();
  });
});

describe('a cancel', () => {
  const cancelled = { kind: 'cancelled', by: 'ada', hosts: [named('griffin')] } as const;

  test('during the build stops the build and leaves the host alone', async () => {
    const world = newWorld(['griffin']);
    const host = hostOf(world, 'griffin');
    const working = work(world, await begin(world, requestOf(['griffin'])));
    await world.clock.sleep(300);
    await world.deps.rollouts.advance('r1', [cancelled], world.clock.now());
    await working;
    expect(await deployOf(world, 'griffin')).toMatchObject({ outcome: 'cancelled', reason: { facts: { by: 'ada' } } });
    expect(host.journal.filter((line) => /^(test|boot) /.test(line))).toEqual([]);
  });

  test('after the activation began does not stop it', async () => {
    const world = newWorld(['griffin']);
    const working = work(world, await begin(world, requestOf(['griffin'])));
    while ((await deployOf(world, 'griffin').catch(() => null))?.testAsked !== true) await world.clock.sleep(100);
    await world.deps.rollouts.advance('r1', [cancelled], world.clock.now());
    await working;
    expect((await deployOf(world, 'griffin')).outcome).toBe('deployed');
  });
});
