import { describe, expect, test } from 'vitest';
import type { Machine, WatchdogLevel } from '../../src/host/machine.ts';
import type { DeployStepName } from '../../src/report/deploy-report.ts';
import { parseDeploy } from '../../src/rollout/deploy.ts';
import { deploySteps } from '../../src/rollout/deploy-steps.ts';
import type { DriveDeps } from '../../src/rollout/drive-deps.ts';
import { lockMs } from '../../src/rollout/lock-heartbeat.ts';
import type { Manner } from '../../src/rollout/shapes.ts';
import type { FakeHost } from '../fakes/machine.ts';
import {
  begin,
  deployOf,
  hostOf,
  Killed,
  newSystem,
  newWorld,
  oldSystem,
  plainManner,
  requestOf,
  watched,
  type World,
  work,
} from './deploying.ts';

/** When a worker dies around one step's act. */
const moments = ['before the act', 'after the act', 'after the write'] as const;
type Moment = (typeof moments)[number];

interface Death {
  readonly step: DeployStepName;
  readonly moment: Moment;
  /** How many workers die there, one after the other. */
  times: number;
}

/** Dependencies of a worker that dies at a moment: from then on nothing that it does has any effect. */
function mortal(world: World, death: Death): DriveDeps {
  const { deps, records } = world;
  let dead = false;
  let step: DeployStepName = 'look';
  const die = (): never => {
    dead = true;
    throw new Killed();
  };
  const alive = () => {
    if (dead) throw new Killed();
  };
  const dies = (moment: Moment, at: DeployStepName) => {
    if (death.step !== at || death.moment !== moment || death.times === 0) return;
    death.times -= 1;
    die();
  };
  const acting = async <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
    alive();
    dies('before the act', step);
    try {
      return await act();
    } finally {
      // Also where the act broke: a host that is cut off gives no answer.
      dies('after the act', step);
    }
  };
  const onlyAlive = async <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
    alive();
    const answer = await act();
    alive();
    return answer;
  };
  const wrapped = (machine: Machine): Machine => ({
    // A resumed worker looks before it acts: that look is not the step's act unless the step is one that looks.
    look: () => (deploySteps[step].answers === 'looked' ? acting : onlyAlive)(() => machine.look()),
    ship: (commit) => acting(() => machine.ship(commit)),
    build: (...args) => acting(() => machine.build(...args)),
    activate: (...args) => acting(() => machine.activate(...args)),
    keep: (...args) => acting(() => machine.keep(...args)),
    compare: (...args) => acting(() => machine.compare(...args)),
    release: (name) => onlyAlive(() => machine.release(name)),
    arm: (...args) => acting(() => machine.arm(...args)),
    disarm: () => acting(() => machine.disarm()),
    reboot: (bootId) => acting(() => machine.reboot(bootId)),
    cancelBuild: (run) => onlyAlive(() => machine.cancelBuild(run)),
    probe: (...args) => acting(() => machine.probe(...args)),
    close: async () => {},
  });
  return {
    ...deps,
    records: {
      ...records,
      read: async (key) => {
        alive();
        const stored = await records.read(key);
        if (key.startsWith('deploy:') && stored !== null) step = parseDeploy(stored.value).step;
        return stored;
      },
      write: async (key, version, value, options) => {
        alive();
        const written = await records.write(key, version, value, options);
        if (key.startsWith('deploy:') && written) {
          const left = step;
          step = parseDeploy(value).step;
          dies('after the write', left);
        }
        return written;
      },
    },
    locks: {
      acquire: (...args) => onlyAlive(() => deps.locks.acquire(...args)),
      renew: (...args) => onlyAlive(() => deps.locks.renew(...args)),
      release: (lock) => onlyAlive(() => deps.locks.release(lock)),
      inspect: (of) => deps.locks.inspect(of),
    },
    machines: (rollout) => ({
      open: async (host, token) => wrapped(await deps.machines(rollout).open(host, token)),
    }),
    mayActivate: (rollout, host) => acting(() => deps.mayActivate(rollout, host)),
  };
}

interface Story {
  readonly story: string;
  readonly given: (host: FakeHost) => void;
  readonly watchdog?: WatchdogLevel;
  readonly mode?: Manner['mode'];
  /** What is killed is the reboot into what the first rollout left waiting. */
  readonly reboots?: boolean;
}

const stories: readonly Story[] = [
  { story: 'a good commit', given: () => {} },
  { story: 'an inhibited commit', given: (host) => void host.manners.set(newSystem, { inhibited: true }) },
  { story: 'one that nobody foresaw', given: (host) => void host.manners.set(newSystem, { inhibitedUnseen: true }) },
  { story: 'a dry deploy', given: () => {}, mode: 'dry' },
  { story: 'a plain switch', given: () => {}, mode: 'switch' },
  {
    story: 'a plain switch to what is bad',
    given: (host) => void host.manners.set(newSystem, { unwell: true }),
    mode: 'switch',
  },
  { story: 'a good commit under a watchdog', given: () => {}, watchdog: 'reboot' },
  {
    story: 'a failed probe under a watchdog',
    given: (host) => void host.manners.set(newSystem, { unwell: true }),
    watchdog: 'unit',
  },
  {
    story: 'a commit that nobody foresaw to be inhibited, under a watchdog',
    given: (host) => void host.manners.set(newSystem, { inhibitedUnseen: true }),
    watchdog: 'reboot',
  },
  {
    story: 'a commit that cuts the network, under a watchdog',
    given: (host) => void host.manners.set(newSystem, { cutsNetwork: true }),
    watchdog: 'reboot',
  },
  {
    story: 'a commit that cuts the network, under a watchdog of its own unit',
    given: (host) => void host.manners.set(newSystem, { cutsNetwork: true }),
    watchdog: 'unit',
  },
  {
    story: 'a reboot into what waited for it',
    given: (host) => void host.manners.set(newSystem, { inhibited: true }),
    reboots: true,
  },
  {
    story: 'a reboot into what turns out to be bad',
    given: (host) => void host.manners.set(newSystem, { inhibited: true, unwell: true }),
    reboots: true,
  },
  {
    story: 'a reboot that falls back to the old system',
    given: (host) => {
      host.manners.set(newSystem, { inhibited: true });
      host.fallsBack = true;
    },
    reboots: true,
  },
  { story: 'a failed probe', given: (host) => void host.manners.set(newSystem, { unwell: true }) },
  { story: 'a boot that cannot be set', given: (host) => void host.manners.set(newSystem, { bootExit: 1 }) },
  { story: 'an activation that fails', given: (host) => void host.manners.set(newSystem, { testExit: 2 }) },
  {
    story: 'a revert that fails',
    given: (host) => {
      host.manners.set(newSystem, { unwell: true });
      host.manners.set(oldSystem, { testExit: 2 });
    },
  },
];

async function lived({ given, watchdog, mode = 'safe', reboots }: Story, deaths: readonly Death[]) {
  const world = newWorld(['griffin']);
  const host = hostOf(world, 'griffin');
  given(host);
  const manner = { ...(watchdog === undefined ? plainManner : watched(watchdog)), mode };
  const death = deaths[0];
  const mortals = () => (death === undefined ? world.deps : mortal(world, death));
  const wake = await begin(world, requestOf(['griffin'], {}, manner));
  await work(world, wake, reboots === true ? () => world.deps : mortals);
  const rollout = reboots === true ? 'r2' : 'r1';
  if (reboots === true) {
    const before = await deployOf(world, 'griffin');
    if (before.outcome !== 'boot-pending') throw new Error(`nothing waits for a reboot: ${before.outcome}`);
    await work(world, await begin(world, requestOf(['griffin'], { id: 'r2', kind: 'reboot' })), mortals);
  }
  const deploy = await deployOf(world, 'griffin', rollout);
  return { world, host, deploy, rollout };
}

const stateOf = ({ host, deploy }: Awaited<ReturnType<typeof lived>>) => ({
  outcome: deploy.outcome,
  reason: deploy.reason?.code,
  running: host.running,
  profile: host.profile,
  bootDefault: host.bootDefault,
  watchdog: host.watchdog,
});

const testsOfNew = (host: FakeHost) =>
  host.journal.filter((line) => line === `test ${newSystem}` || line === `switch ${newSystem}`).length;

describe('a worker may die at any moment of any step', async () => {
  const visited = new Set<DeployStepName>();
  const rows: { story: string; step: DeployStepName; moment: Moment; told: Story }[] = [];
  for (const told of stories) {
    const { story } = told;
    const { deploy } = await lived(told, []);
    const steps = new Set(deploy.trail.map(({ step }) => step));
    for (const step of steps) {
      visited.add(step);
      for (const moment of moments) rows.push({ story, step, moment, told });
    }
  }

  test('every step of the table is killed in some story', () => {
    expect([...visited].sort()).toEqual(Object.keys(deploySteps).sort());
  });

  test.each(rows)(
    '$story, killed $moment of $step: another worker ends it the same way',
    async ({ told, step, moment }) => {
      const undisturbed = await lived(told, []);
      for (const times of [1, 3]) {
        const death: Death = { step, moment, times };
        const survived = await lived(told, [death]);
        expect(death.times, 'the worker really died').toBeLessThan(times);
        expect(stateOf(survived)).toEqual(stateOf(undisturbed));
        expect(testsOfNew(survived.host)).toBeLessThanOrEqual(testsOfNew(undisturbed.host));
        expect(survived.host.journal.filter((line) => line.startsWith('build ')).length).toBeLessThanOrEqual(1);
        // A dead worker cannot give its lock back; it runs out.
        await survived.world.clock.sleep(lockMs);
        expect(await survived.world.deps.locks.inspect(survived.deploy.fingerprint)).toBeNull();
        expect((await survived.world.deps.rollouts.read(survived.rollout))?.endedAt).not.toBeNull();
      }
    },
  );
});
