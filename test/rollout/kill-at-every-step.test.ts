import { describe, expect, test } from 'vitest';
import type { Machine } from '../../src/host/machine.ts';
import type { DeployStepName } from '../../src/report/deploy-report.ts';
import { parseDeploy } from '../../src/rollout/deploy.ts';
import { deploySteps } from '../../src/rollout/deploy-steps.ts';
import type { DriveDeps } from '../../src/rollout/drive-deps.ts';
import { lockMs } from '../../src/rollout/lock-heartbeat.ts';
import type { FakeHost } from '../fakes/machine.ts';
import {
  begin,
  deployOf,
  hostOf,
  Killed,
  newSystem,
  newWorld,
  oldSystem,
  requestOf,
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
    const answer = await act();
    dies('after the act', step);
    return answer;
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
}

const stories: readonly Story[] = [
  { story: 'a good commit', given: () => {} },
  { story: 'an inhibited commit', given: (host) => void host.manners.set(newSystem, { inhibited: true }) },
  { story: 'one that nobody foresaw', given: (host) => void host.manners.set(newSystem, { inhibitedUnseen: true }) },
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

async function lived(given: Story['given'], deaths: readonly Death[]) {
  const world = newWorld(['griffin']);
  const host = hostOf(world, 'griffin');
  given(host);
  const wake = await begin(world, requestOf(['griffin']));
  const death = deaths[0];
  await work(world, wake, () => (death === undefined ? world.deps : mortal(world, death)));
  const deploy = await deployOf(world, 'griffin');
  return { world, host, deploy };
}

const stateOf = ({ host, deploy }: Awaited<ReturnType<typeof lived>>) => ({
  outcome: deploy.outcome,
  reason: deploy.reason?.code,
  running: host.running,
  profile: host.profile,
  bootDefault: host.bootDefault,
});

const testsOfNew = (host: FakeHost) => host.journal.filter((line) => line === `test ${newSystem}`).length;

describe('a worker may die at any moment of any step', async () => {
  const visited = new Set<DeployStepName>();
  const rows: { story: string; step: DeployStepName; moment: Moment; given: Story['given'] }[] = [];
  for (const { story, given } of stories) {
    const { deploy } = await lived(given, []);
    const steps = new Set(deploy.trail.map(({ step }) => step));
    for (const step of steps) {
      visited.add(step);
      for (const moment of moments) rows.push({ story, step, moment, given });
    }
  }

  test('every step of the table is killed in some story', () => {
    expect([...visited].sort()).toEqual(Object.keys(deploySteps).sort());
  });

  test.each(rows)(
    '$story, killed $moment of $step: another worker ends it the same way',
    async ({ given, step, moment }) => {
      const undisturbed = await lived(given, []);
      for (const times of [1, 3]) {
        const death: Death = { step, moment, times };
        const survived = await lived(given, [death]);
        expect(death.times, 'the worker really died').toBeLessThan(times);
        expect(stateOf(survived)).toEqual(stateOf(undisturbed));
        expect(testsOfNew(survived.host)).toBeLessThanOrEqual(testsOfNew(undisturbed.host));
        expect(survived.host.journal.filter((line) => line.startsWith('build ')).length).toBeLessThanOrEqual(1);
        // A dead worker cannot give its lock back; it runs out.
        await survived.world.clock.sleep(lockMs);
        expect(await survived.world.deps.locks.inspect(survived.deploy.fingerprint)).toBeNull();
        expect((await survived.world.deps.rollouts.read('r1'))?.endedAt).not.toBeNull();
      }
    },
  );
});
