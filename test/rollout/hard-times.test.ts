import { describe, expect, test } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Machine } from '../../src/host/machine.ts';
import type { DeployReason } from '../../src/report/deploy-report.ts';
import { driveDeploy, giveUpDeploy } from '../../src/rollout/drive-deploy.ts';
import type { DriveDeps } from '../../src/rollout/drive-deps.ts';
import { rolloutReport } from '../../src/rollout/rollout-report.ts';
import type { FakeHost } from '../fakes/machine.ts';
import {
  begin,
  deployOf,
  hostOf,
  named,
  newSystem,
  newWorld,
  oldSystem,
  plainOrder,
  requestOf,
  type World,
  work,
} from './deploying.ts';

/** Deploys griffin to the end, with what is wrong put in its way. */
async function ended(given: (host: FakeHost, world: World) => Partial<DriveDeps>) {
  const world = newWorld(['griffin']);
  const host = hostOf(world, 'griffin');
  const deps = { ...world.deps, ...given(host, world) };
  await work(world, await begin(world, requestOf(['griffin'])), () => deps);
  return { world, host, deploy: await deployOf(world, 'griffin') };
}

/** The machine with one method that throws the faults in turn before it works. */
function failing(world: World, method: keyof Machine, faults: Fault[]): Partial<DriveDeps> {
  return {
    machines: (rollout) => ({
      open: async (name, token) => {
        const machine = await world.deps.machines(rollout).open(name, token);
        const fail = async (): Promise<never> => {
          throw faults.shift() ?? new Error('no fault left');
        };
        return new Proxy(machine, {
          get: (of, key: keyof Machine) => (key === method && faults.length > 0 ? fail : of[key]),
        });
      },
    }),
  };
}

const fault = (code: Fault['code'], retry: Fault['retry']) => new Fault(code, 'somewhere', retry);
const many = (count: number, make: () => Fault): Fault[] => Array.from({ length: count }, make);

describe('a fault is not a verdict', () => {
  test('probes that are cut off twice, each time for longer than they may take, still decide', async () => {
    let cuts = 0;
    const { deploy } = await ended((host) => {
      host.trouble = (call) => (call === 'probe' && (cuts += 1) <= 2 ? { kind: 'cut', ms: 120_000 } : null);
      return {};
    });
    expect(cuts).toBe(3);
    expect(deploy.outcome).toBe('deployed');
  });

  const rows: readonly (readonly [string, keyof Machine, Fault[], Outcome, DeployReason | null])[] = [
    [
      'a host that cannot be looked at for a moment',
      'look',
      many(3, () => fault('connection-refused', 'later')),
      'deployed',
      null,
    ],
    ['a host key that is another one', 'look', [fault('host-key-mismatch', 'never')], 'refused', 'login-impossible'],
    ['a login that is refused', 'ship', [fault('login-refused', 'never')], 'refused', 'login-impossible'],
    ['a program that is missing', 'build', [fault('remote-command-failed', 'never')], 'refused', 'command-impossible'],
    ['a build that died once', 'build', [fault('remote-command-failed', 'later')], 'deployed', null],
    [
      'a build that dies each time',
      'build',
      many(9, () => fault('remote-command-failed', 'later')),
      'refused',
      'command-impossible',
    ],
    ['sudo that says no', 'activate', [fault('remote-command-failed', 'never')], 'refused', 'command-impossible'],
    [
      'an answer that nobody understands',
      'activate',
      [fault('unexpected-answer', 'never')],
      'reverted',
      'activation-unanswered',
    ],
    [
      'probes that cannot be asked',
      'probe',
      many(9999, () => fault('unexpected-answer', 'never')),
      'needs-hands',
      'revert-failed',
    ],
  ];
  test.each(rows)('%s (%s)', async (_, method, faults, outcome, reason) => {
    const { deploy, host } = await ended((__, world) => failing(world, method, faults));
    expect({ outcome: deploy.outcome, reason: deploy.reason?.code ?? null }).toEqual({ outcome, reason });
    expect(host.running).toBe(outcome === 'deployed' ? newSystem : oldSystem);
  });

  test('a build that died is built under a new name', async () => {
    const { deploy } = await ended((_, world) => failing(world, 'build', [fault('remote-command-failed', 'later')]));
    expect(deploy.attempts.build).toBe(2);
  });
});

describe('who approves is not there', () => {
  test('for a moment: the deploy waits', async () => {
    let asked = 0;
    const { deploy } = await ended(() => ({
      mayActivate: async () => {
        if ((asked += 1) < 4) throw fault('forge-unavailable', 'later');
        return null;
      },
    }));
    expect(deploy.outcome).toBe('deployed');
  });

  test.each(['later', 'never'] as const)('for good (%s): nothing is activated', async (retry) => {
    const { deploy, host } = await ended(() => ({
      mayActivate: async () => {
        throw fault('forge-refused', retry);
      },
    }));
    expect(deploy).toMatchObject({ outcome: 'refused', reason: { code: 'approval-unanswered' } });
    expect(host.journal.filter((line) => /^(test|boot) /.test(line))).toEqual([]);
  });
});

describe('a drive that is not alone', () => {
  test('leaves when its record was changed by another', async () => {
    const world = newWorld(['griffin']);
    const [wake] = await begin(world, requestOf(['griffin']));
    if (wake === undefined) throw new Error('nobody to wake');
    const driving = driveDeploy(world.deps, wake, new AbortController().signal);
    await world.clock.sleep(300);
    await giveUpDeploy(world.deps, wake, 'a person');
    expect(await driving).toMatchObject({ kind: 'left', why: 'superseded' });
    expect((await deployOf(world, 'griffin')).reason?.code).toBe('gave-up');
    expect(hostOf(world, 'griffin').running).toBe(oldSystem);
  });

  test('lets a store that fails be tried again, and does not take it for the host', async () => {
    const world = newWorld(['griffin']);
    const [wake] = await begin(world, requestOf(['griffin']));
    if (wake === undefined) throw new Error('nobody to wake');
    let writes = 0;
    const records: DriveDeps['records'] = {
      ...world.records,
      write: async (...args) => {
        if ((writes += 1) === 4) throw fault('store-unavailable', 'later');
        return world.records.write(...args);
      },
    };
    const drive = () => driveDeploy({ ...world.deps, records }, wake, new AbortController().signal);
    await expect(drive()).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await drive()).toMatchObject({ kind: 'ended', outcome: 'deployed' });
  });
});

describe('the report', () => {
  test('says where a host is that needs hands, which steps it went through, and what its runs wrote', async () => {
    const { world, deploy } = await ended((host) => {
      host.manners.set(newSystem, { hangs: true });
      return {};
    });
    const rollout = await world.deps.rollouts.read('r1');
    if (rollout === null) throw new Error('no rollout');
    const report = rolloutReport(rollout, new Map([[named('griffin'), deploy]]));
    expect(report).toMatchObject({
      state: 'done',
      good: false,
      waves: 1,
      wave: 1,
      stopped: { wave: 1, hosts: ['griffin'] },
    });
    expect(report.hosts).toMatchObject([
      {
        state: 'ended',
        outcome: 'needs-hands',
        running: newSystem,
        profile: oldSystem,
        before: oldSystem,
        built: newSystem,
      },
    ]);
    expect(report.hosts[0]?.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'look done',
      'ship done',
      'build done',
      'keep done',
      'compare done',
      'approve done',
      'test failed',
    ]);
    expect(report.hosts[0]?.logs.build).toContain('building griffin');
  });

  test('names no running system of a host that was told to change and never seen again', async () => {
    const { world, deploy, host } = await ended((fake) => {
      fake.manners.set(newSystem, { cutsNetwork: true });
      return {};
    });
    const rollout = await world.deps.rollouts.read('r1');
    if (rollout === null) throw new Error('no rollout');
    expect(host.running).toBe(newSystem);
    expect(rolloutReport(rollout, new Map([[named('griffin'), deploy]])).hosts).toMatchObject([
      { outcome: 'unknown', running: null, profile: oldSystem, before: oldSystem },
    ]);
  });

  test('shows hosts that wait, run and are cancelled before any of them has a record', async () => {
    const world = newWorld(['griffin', 'anubis']);
    await begin(world, requestOf(['griffin', 'anubis'], { order: { ...plainOrder, size: 1 } }));
    const rollout = await world.deps.rollouts.read('r1');
    if (rollout === null) throw new Error('no rollout');
    const report = rolloutReport(rollout, new Map());
    expect(report).toMatchObject({ state: 'running', good: false, waves: 2, wave: 1 });
    expect(report.hosts.map(({ host, state, wave }) => `${host} ${state} ${wave}`)).toEqual([
      'griffin running 1',
      'anubis waiting 2',
    ]);
  });
});
