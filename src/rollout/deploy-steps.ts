import { assert } from '../core/bug.ts';
import type { Refusal } from '../core/refusal.ts';
import type { BuiltFrom, Expected, Follow, Machine } from '../host/machine.ts';
import type { DeployStepName } from '../report/deploy-report.ts';
import { type Answer, isAnswer, type StepAnswer } from './deploy-answer.ts';
import { baselineOf, targetOf, to, wayBackOf } from './deploy-changes.ts';
import type { Attempts, Deploy } from './deploy.ts';
import { rootsOf, runOf } from './run-names.ts';
import { afterJudge, afterRevertBoot, afterRevertProbe, afterRevertProve, afterRevertTest } from './moves-back.ts';
import { afterLook } from './after-look.ts';
import {
  afterApproval,
  afterArm,
  afterBoot,
  afterBuild,
  afterCompare,
  afterDisarm,
  afterKeep,
  afterProbe,
  afterProve,
  afterRehearsal,
  afterRise,
  afterShip,
  afterTest,
} from './moves-forward.ts';

/** What a step's act may use. */
export interface Acting {
  readonly machine: Machine;
  readonly follow: Follow;
  /** May the commit still be deployed to this host? Asked right before the activation. */
  approve(): Promise<Refusal | null>;
}

export interface DeployStep {
  /** The kind of its answer. */
  readonly answers: StepAnswer['kind'];
  /** What it does on the host. Doing it twice is doing it once: a run that exists is attached to. */
  act(deploy: Deploy, acting: Acting): Promise<StepAnswer>;
  /** Where the answer leads. The same deploy means: not yet, ask again. */
  move(deploy: Deploy, answer: Answer): Deploy;
}

function step<Kind extends StepAnswer['kind']>(
  answers: Kind,
  act: (deploy: Deploy, acting: Acting) => Promise<Extract<StepAnswer, { readonly kind: Kind }>>,
  move: (deploy: Deploy, answer: Extract<Answer, { readonly kind: Kind }>) => Deploy,
): DeployStep {
  return {
    answers,
    act,
    move(deploy, answer) {
      assert(isAnswer(answer, answers), `the answer ${answers} at ${deploy.step}`);
      return move(deploy, answer);
    },
  };
}

const looks = async ({ machine }: Acting) => ({ kind: 'looked', state: await machine.look() }) as const;

const activates = async (deploy: Deploy, { machine, follow }: Acting, run: Exclude<keyof Attempts, 'build'>) => {
  const path = run.startsWith('revert-') ? baselineOf(deploy).running : targetOf(deploy);
  const from = fromOf(deploy, run);
  if (from === null) return { kind: 'activated', result: { kind: 'not-begun', why: 'no-way-back', log: '' } } as const;
  const result = await machine.activate(runOf(deploy, run), actionOf(deploy, run), path, follow, from);
  return { kind: 'activated', result } as const;
};

function actionOf({ manner }: Deploy, run: Exclude<keyof Attempts, 'build'>): Parameters<Machine['activate']>[1] {
  if (run === 'rehearse') return 'dry-activate';
  if (run === 'test' && manner.mode === 'switch') return 'switch';
  return run === 'test' || run === 'revert-test' ? 'test' : 'boot';
}

/** The commit to name to a nixos-rebuild that takes no path. Null: the one of the old system is not known. */
function fromOf(deploy: Deploy, run: Exclude<keyof Attempts, 'build'>): BuiltFrom | null | undefined {
  if (deploy.dialect === 'store-path') return undefined;
  const sha = run.startsWith('revert-') ? wayBackOf(deploy) : deploy.sha;
  return sha === null ? null : { sha, attribute: deploy.attribute };
}

function expectedOf(deploy: Deploy, after: Expected['after']): Expected {
  const { failedUnits, restartingUnits, failingProbes, bootId, running } = baselineOf(deploy);
  return {
    running: after === 'revert' ? running : targetOf(deploy),
    // A reboot that was noticed and accounted for is not held against the host a second time.
    baseline: { failedUnits, restartingUnits, failingProbes, bootId: deploy.bootId ?? bootId },
    records: after === 'revert' ? [] : deploy.records,
    derived: after === 'revert' ? [] : deploy.derived,
    ...(after === 'activation' && deploy.difference !== null
      ? {
          changedUnits: {
            added: deploy.difference.units.added.names,
            restarted: deploy.difference.units.restarted.names,
          },
        }
      : {}),
    after,
  };
}

/**
 * The deploy, step by step: what each does on the host and how its answer moves the deploy on. This is the one place
 * that says it; the driver only walks it, and the tests kill the driver at every line of it.
 */
export const deploySteps: Readonly<Record<DeployStepName, DeployStep>> = {
  look: step(
    'looked',
    async ({ kind, derived }, { machine, follow }) => {
      // A verify reports what fails; a deploy needs to know what it did not break.
      const probes = kind === 'deploy' || kind === 'rollback';
      const signal = follow.signal === undefined ? {} : { signal: follow.signal };
      return { kind: 'looked', state: await machine.look({ probes, derived, ...signal }) };
    },
    (deploy, { state }) => afterLook(deploy, state),
  ),
  ship: step(
    'shipped',
    async ({ sha }, { machine }) => {
      assert(sha !== null, 'a commit to ship');
      return { kind: 'shipped', result: await machine.ship(sha) };
    },
    (deploy, { result }) => afterShip(deploy, result),
  ),
  build: step(
    'built',
    async (deploy, { machine, follow }) => {
      assert(deploy.sha !== null, 'a commit to build');
      const result = await machine.build(runOf(deploy, 'build'), deploy.sha, deploy.attribute, follow);
      return { kind: 'built', result };
    },
    (deploy, { result }) => afterBuild(deploy, result),
  ),
  keep: step(
    'kept',
    async (deploy, { machine }) => {
      const paths = [baselineOf(deploy).running, targetOf(deploy)];
      const back = deploy.dialect === 'store-path' ? null : wayBackOf(deploy);
      // A repository that was made anew since may lack it.
      const shipped = back === null ? null : await machine.ship(back);
      if (shipped?.kind === 'not-accepted')
        return { kind: 'kept', result: { kind: 'missing', path: baselineOf(deploy).running } };
      return { kind: 'kept', result: await machine.keep(rootsOf(deploy), paths) };
    },
    (deploy, { result }) => afterKeep(deploy, result),
  ),
  compare: step(
    'compared',
    async (deploy, { machine }) => {
      const difference = await machine.compare(baselineOf(deploy).running, targetOf(deploy));
      return { kind: 'compared', difference };
    },
    (deploy, { difference }) => afterCompare(deploy, difference),
  ),
  approve: step(
    'approval',
    async (_, acting) => ({ kind: 'approval', refusal: await acting.approve() }),
    (deploy, { refusal }) => afterApproval(deploy, refusal),
  ),
  rehearse: step(
    'activated',
    (deploy, acting) => activates(deploy, acting, 'rehearse'),
    (deploy, { result }) => afterRehearsal(deploy, result),
  ),
  arm: step(
    'armed',
    async ({ manner }, { machine }) => {
      assert(manner.watchdog !== null, 'a watchdog to arm');
      return { kind: 'armed', result: await machine.arm(manner.watchdog.level, manner.watchdog.seconds) };
    },
    (deploy, { result }) => afterArm(deploy, result),
  ),
  disarm: step(
    'disarmed',
    async (_, { machine }) => ({ kind: 'disarmed', result: await machine.disarm() }),
    (deploy) => afterDisarm(deploy),
  ),
  reboot: step(
    'rebooting',
    async (deploy, { machine }) => {
      assert(deploy.bootId !== null, 'a boot to leave');
      return { kind: 'rebooting', result: await machine.reboot(deploy.bootId) };
    },
    (deploy) => to(deploy, 'rise'),
  ),
  rise: step(
    'looked',
    (_, acting) => looks(acting),
    (deploy, { state }) => afterRise(deploy, state),
  ),
  test: step(
    'activated',
    (deploy, acting) => activates(deploy, acting, 'test'),
    (deploy, { result }) => afterTest(deploy, result),
  ),
  judge: step(
    'looked',
    (_, acting) => looks(acting),
    (deploy, { state }) => afterJudge(deploy, state),
  ),
  probe: step(
    'probed',
    async (deploy, { machine, follow }) => {
      const expected = expectedOf(deploy, deploy.kind === 'verify' ? 'nothing' : 'activation');
      return { kind: 'probed', findings: await machine.probe(expected, follow) };
    },
    (deploy, { findings }) => afterProbe(deploy, findings),
  ),
  boot: step(
    'activated',
    (deploy, acting) => activates(deploy, acting, 'boot'),
    (deploy, { result }) => afterBoot(deploy, result),
  ),
  prove: step(
    'looked',
    (_, acting) => looks(acting),
    (deploy, { state }) => afterProve(deploy, state),
  ),
  'revert-test': step(
    'activated',
    (deploy, acting) => activates(deploy, acting, 'revert-test'),
    (deploy, { result }) => afterRevertTest(deploy, result),
  ),
  'revert-boot': step(
    'activated',
    (deploy, acting) => activates(deploy, acting, 'revert-boot'),
    (deploy, { result }) => afterRevertBoot(deploy, result),
  ),
  'revert-prove': step(
    'looked',
    (_, acting) => looks(acting),
    (deploy, { state }) => afterRevertProve(deploy, state),
  ),
  'revert-probe': step(
    'probed',
    async (deploy, { machine, follow }) => ({
      kind: 'probed',
      findings: await machine.probe(expectedOf(deploy, 'revert'), follow),
    }),
    (deploy, { findings }) => afterRevertProbe(deploy, findings),
  ),
};
