import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/outcome.ts';
import { refuse } from '../../src/core/refusal.ts';
import type { Activated, Difference, HostState } from '../../src/host/machine.ts';
import type { DeployReason, DeployStepName } from '../../src/report/deploy-report.ts';
import type { Answer, Trouble } from '../../src/rollout/deploy-answer.ts';
import { type Deploy, newDeploy, parseDeploy } from '../../src/rollout/deploy.ts';
import { difference } from '../../src/rollout/shapes.ts';
import { next } from '../../src/rollout/next-step.ts';
import { runOf } from '../../src/rollout/run-names.ts';
import { reconcile, resume } from '../../src/rollout/reconcile.ts';
import { sameSystems, system } from '../fakes/machine.ts';
import { begin, named, newSystem, newWorld, oldSystem, requestOf } from './deploying.ts';

const foreign = system('foreign');
const base: HostState = {
  running: oldSystem,
  booted: oldSystem,
  profile: oldSystem,
  bootId: 'boot-1',
  failedUnits: [],
  restartingUnits: {},
  switching: false,
  scheduledShutdown: null,
  killsDetachedRuns: false,
  dialect: 'store-path',
  rebuildFlag: '--no-reexec',
  foreignRebuilds: [],
  freeMiB: { nix: 40_000, boot: 300 },
  systemd: 257,
  nix: '2.31.2',
  shutdownInhibitors: [],
};
const on = (more: Partial<HostState>): HostState => ({ ...base, ...more });
const looked = (more: Partial<HostState> = {}): Answer => ({ kind: 'looked', state: on(more) });
const ran = (exitCode: number): Answer => ({
  kind: 'activated',
  result: { kind: 'ended', exitCode, proof: 'exit-code', log: '' },
});
const compared = (more: Partial<Difference>): Answer => ({
  kind: 'compared',
  difference: { ...sameSystems, ...more },
});
const notBegun = (why: (Activated & { kind: 'not-begun' })['why']): Answer => ({
  kind: 'activated',
  result: { kind: 'not-begun', why, log: '' },
});
const silent: Answer = { kind: 'activated', result: { kind: 'no-answer', log: '' } };
const well: Answer = { kind: 'probed', findings: [{ check: 'disk', level: 'warning', message: 'nearly full' }] };
const unwell: Answer = { kind: 'probed', findings: [{ check: 'units', level: 'error', message: 'sshd failed' }] };
const lost: Trouble = { fault: 'connection-lost', stage: 'looking', detail: 'gone', retry: 'later' };
const late = (seen: HostState | null, trouble: Trouble = lost): Answer => ({ kind: 'out-of-time', trouble, seen });
const forbidden: Trouble = { fault: 'remote-command-failed', stage: 'activating', detail: 'sudo', retry: 'never' };

const world = newWorld(['griffin']);
await begin(world, requestOf(['griffin']));
const rollout = await world.deps.rollouts.read('r1');
if (rollout === null) throw new Error('no rollout');
const fresh = newDeploy(rollout, named('griffin'), 0);

const revert: Deploy['revert'] = {
  reason: { code: 'probes-failed', facts: {} },
  endAs: 'reverted',
  bootEnded: false,
  trouble: null,
};
const stuck: Deploy['revert'] = { ...revert, trouble: { code: 'revert-failed', facts: {} } };

/** A deploy that came as far as the step, on the way that is usual. */
function at(step: DeployStepName, more: Partial<Deploy> = {}): Deploy {
  if (step === 'look') return { ...fresh, ...more };
  const { running, profile, ...rest } = base;
  if (running === null || profile === null) throw new Error('no baseline');
  const { bootId } = rest;
  const nothing = { failedUnits: [], restartingUnits: {}, failingProbes: [] };
  const begun = { ...fresh, bootId, baseline: { running, profile, bootId, ...nothing } };
  if (step === 'ship' || step === 'build') return { ...begun, step, ...more };
  const built = { ...begun, step, target: newSystem };
  if (step === 'approve') return { ...built, ...more };
  const testAsked = true;
  const booting = step === 'boot' || step === 'prove' || step === 'revert-boot' || step === 'revert-prove';
  const backing = step === 'judge' || step.startsWith('revert');
  return { ...built, testAsked, bootAsked: booting, revert: backing ? revert : null, ...more };
}

const adopting = { ...fresh.manner, adopt: true };
const drifted = {
  running: oldSystem,
  profile: foreign,
  bootId: 'boot-1',
  failedUnits: [],
  restartingUnits: {},
  failingProbes: [],
};
const anotherInit = difference.parse({ ...sameSystems, initInterface: true });
const bootAsked = { bootAsked: true };
const third = { attempts: { ...fresh.attempts, 'revert-test': 3, 'revert-boot': 3, boot: 3 } };

type End = Outcome | `${Outcome}: ${DeployReason}`;
type Row = readonly [from: Deploy, answer: Answer, leads: DeployStepName | End | 'wait', claim: string];

const rows: readonly Row[] = [
  [at('look'), looked(), 'ship', 'a ready host'],
  [at('look'), looked({ running: foreign }), 'refused: running-is-not-profile', 'drift'],
  [at('look', { manner: adopting }), looked({ running: foreign }), 'ship', 'drift that a person accepts'],
  [
    at('build', { baseline: drifted }),
    { kind: 'built', result: { kind: 'built', path: oldSystem } },
    'keep',
    'what runs is built, and the boot default is another',
  ],
  [
    at('prove', { baseline: drifted }),
    looked({ running: newSystem, profile: foreign }),
    'boot',
    'the profile that was adopted is still there',
  ],
  [
    at('probe', { baseline: drifted }),
    { kind: 'cancelled', by: 'ada' },
    'wait',
    'an adopted host is no different after an activation',
  ],
  [at('look', { kind: 'verify' }), looked({ profile: foreign }), 'probe', 'a verify minds no drift'],
  [at('look', { kind: 'rollback' }), looked(), 'refused: nothing-recorded', 'a rollback to nowhere'],
  [at('look', { kind: 'rollback', target: oldSystem }), looked(), 'unchanged', 'a rollback to what runs'],
  [at('look', { kind: 'rollback', target: newSystem }), looked(), 'keep', 'a rollback builds nothing'],
  [
    at('look', { awaitsReboot: foreign }),
    looked({ profile: foreign }),
    'ship',
    'a drift of our own making: a reboot that has not come yet',
  ],
  [at('ship'), { kind: 'shipped', result: { kind: 'shipped', how: 'full', bytes: 1 } }, 'build', 'shipped'],
  [at('ship'), { kind: 'shipped', result: { kind: 'not-accepted', log: '' } }, 'refused: ship-not-accepted', 'no room'],
  [at('build'), { kind: 'built', result: { kind: 'built', path: newSystem } }, 'keep', 'built'],
  [at('build'), { kind: 'built', result: { kind: 'built', path: oldSystem } }, 'unchanged', 'the same'],
  [
    at('build', { heldFrom: newSystem }),
    { kind: 'built', result: { kind: 'built', path: newSystem } },
    'refused: held',
    'the bad system once more',
  ],
  [at('build'), { kind: 'built', result: { kind: 'cancelled' } }, 'cancelled', 'cancelled on the host'],
  [at('keep'), { kind: 'kept', result: { kind: 'kept' } }, 'compare', 'kept'],
  [
    at('keep'),
    { kind: 'kept', result: { kind: 'missing', path: oldSystem } },
    'refused: path-missing',
    'what runs was collected',
  ],
  [at('compare'), compared({ rebootFor: ['kernel'] }), 'approve', 'another kernel alone is activated live'],
  [at('compare'), compared({ inhibitors: ['kernel'] }), 'approve', 'inhibited: a yes is needed all the same'],
  [at('approve', { pending: true }), { kind: 'approval', refusal: null }, 'boot', 'approved for a reboot only'],
  [
    at('approve', { pending: true, bootAsked: true }),
    { kind: 'approval', refusal: refuse('head-moved') },
    'revert-test',
    'stale after a boot that may have begun',
  ],
  [
    at('prove', { pending: true, bootEnded: true }),
    looked({ profile: newSystem }),
    'boot-pending: inhibited',
    'the boot default waits for a reboot',
  ],
  [
    at('prove', {
      pending: true,
      bootEnded: true,
      difference: anotherInit,
    }),
    looked({ profile: newSystem }),
    'boot-pending: init-interface',
    'another init waits for a reboot',
  ],
  [
    at('prove', { pending: true, bootEnded: true }),
    looked({ running: newSystem, profile: newSystem }),
    'deployed',
    'a reboot came by itself, and its probes passed',
  ],
  [at('prove', { pending: true }), looked({ profile: newSystem }), 'boot', 'torn: a profile proves nothing'],
  [at('approve'), { kind: 'approval', refusal: null }, 'test', 'approved'],
  [at('approve'), { kind: 'approval', refusal: refuse('host-held') }, 'refused: not-approved', 'not approved'],
  [
    at('approve', { testAsked: true }),
    { kind: 'approval', refusal: refuse('head-moved') },
    'revert-test',
    'stale after an activation that may have begun',
  ],
  [at('test'), ran(0), 'probe', 'activated'],
  [at('test'), ran(4), 'probe', 'a failed unit is for the probes'],
  [at('test'), ran(1), 'judge', 'a failed activation'],
  [at('test'), ran(120), 'judge', 'an exit code that proves nothing'],
  [at('test'), silent, 'judge', 'no answer'],
  [at('test'), notBegun('another-switch'), 'refused: switch-running', 'somebody was first'],
  [at('test'), notBegun('inhibited'), 'boot', 'inhibitors that nobody saw'],
  [at('test'), ran(100), 'boot', 'an init that nobody saw'],
  [at('test'), notBegun('path-missing'), 'refused: path-missing', 'collected'],
  [at('judge'), looked({ running: newSystem, switching: true }), 'wait', 'it still switches'],
  [at('judge'), looked({ running: newSystem }), 'revert-test', 'the target runs'],
  [at('judge'), looked(), 'revert-test', 'the old one runs, perhaps half'],
  [at('judge'), looked({ bootId: 'boot-2' }), 'revert-probe', 'a reboot did it'],
  [at('judge'), looked({ running: foreign }), 'needs-hands: changed-by-others', 'somebody switched'],
  [at('judge'), looked({ running: null }), 'needs-hands: changed-by-others', 'no running system'],
  [at('judge'), looked({ profile: newSystem }), 'needs-hands: changed-by-others', 'a profile that we did not ask for'],
  [at('judge', { revert: stuck }), looked(), 'needs-hands: revert-failed', 'stuck'],
  [at('judge', { revert: stuck, ...bootAsked }), looked(), 'revert-boot', 'stuck, and the boot default may be bad'],
  [at('probe'), well, 'boot', 'a warning does not stop'],
  [at('probe'), unwell, 'judge', 'an error does'],
  [at('probe', { kind: 'verify' }), unwell, 'unchanged', 'a verify only tells'],
  [at('boot'), ran(0), 'prove', 'set'],
  [at('boot'), ran(1), 'prove', 'not set, or half'],
  [at('boot'), notBegun('another-switch'), 'prove', 'a clash moves the profile first'],
  [at('prove', { bootEnded: true }), looked({ running: newSystem, profile: newSystem }), 'deployed', 'proven'],
  [at('prove'), looked({ running: newSystem, profile: newSystem }), 'boot', 'torn: a profile proves nothing'],
  [at('prove', { bootEnded: true }), looked({ running: newSystem }), 'boot', 'no profile'],
  [at('prove', third), looked({ running: newSystem, profile: newSystem }), 'revert-test', 'three times in vain'],
  [at('prove'), looked({ running: newSystem, profile: newSystem, switching: true }), 'wait', 'it still switches'],
  [at('prove'), looked({ profile: newSystem, bootId: 'boot-2' }), 'revert-boot', 'rebooted, torn'],
  [at('prove'), looked({ bootId: 'boot-2' }), 'revert-boot', 'rebooted before it was set'],
  [
    at('prove'),
    looked({ running: newSystem, profile: newSystem, bootId: 'boot-2' }),
    'probe',
    'rebooted into the target: probed anew',
  ],
  [at('prove'), looked(), 'needs-hands: changed-by-others', 'somebody brought the old one back'],
  [at('revert-test'), ran(0), 'revert-probe', 'back'],
  [at('revert-test', bootAsked), ran(4), 'revert-boot', 'back, and the boot default too'],
  [at('revert-test'), ran(1), 'judge', 'not back yet'],
  [at('revert-test', third), ran(1), 'judge', 'given up: looked at once more'],
  [at('revert-test'), notBegun('inhibited'), 'judge', 'inhibited'],
  [at('revert-test'), notBegun('path-missing'), 'judge', 'collected'],
  [at('revert-boot'), ran(0), 'revert-prove', 'set back'],
  [at('revert-prove', { revert: { ...revert, bootEnded: true } }), looked(), 'revert-probe', 'proven'],
  [at('revert-prove'), looked(), 'revert-boot', 'not proven'],
  [at('revert-prove', third), looked(), 'needs-hands: boot-default-unproven', 'never proven'],
  [
    at('revert-prove', { revert: { ...stuck, bootEnded: true } }),
    looked(),
    'needs-hands: revert-failed',
    'a good boot default under a bad system',
  ],
  [at('revert-prove'), looked({ bootId: 'boot-2', profile: newSystem }), 'revert-boot', 'rebooted, torn'],
  [
    at('revert-prove'),
    looked({ bootId: 'boot-2', running: newSystem, profile: newSystem }),
    'revert-test',
    'rebooted into the bad one',
  ],
  [at('revert-probe'), well, 'reverted: probes-failed', 'well again'],
  [at('revert-probe'), unwell, 'judge', 'unwell on the old one'],
  // Time
  [at('ship'), late(null), 'offline: unreachable', 'gone before anything'],
  [at('ship'), late(base), 'refused: step-timed-out', 'too slow'],
  [at('build'), late(base), 'build-failed: build-timed-out', 'a build without end'],
  [at('approve'), late(null), 'refused: approval-unanswered', 'nobody approves'],
  [at('approve', { testAsked: true }), late(null), 'judge', 'nobody approves what may have begun'],
  [at('test'), late(null), 'unknown: unreachable-while-activating', 'gone in the middle'],
  [at('test'), late(on({ switching: true })), 'needs-hands: activation-hangs', 'a hanging activation'],
  [at('test'), late(base), 'judge', 'no end'],
  [at('test'), late(base, forbidden), 'refused: command-impossible', 'sudo says no'],
  [at('test'), late(on({ running: newSystem }), forbidden), 'judge', 'sudo says no, and yet'],
  [at('judge'), late(null), 'needs-hands: unreachable-while-reverting', 'gone while judged'],
  [at('probe'), late(null), 'needs-hands: unreachable-after-activation', 'gone after it was activated'],
  [at('probe'), late(on({ running: newSystem })), 'judge', 'probes without end'],
  [at('boot'), late(null), 'unknown: unreachable-while-activating', 'gone while the default moves'],
  [at('boot'), late(on({ running: newSystem })), 'revert-test', 'a boot without end'],
  [at('revert-test'), late(null), 'needs-hands: unreachable-while-reverting', 'gone while taken back'],
  [at('revert-test'), late(on({ running: newSystem })), 'judge', 'a revert without end'],
  [at('revert-boot', { revert: stuck }), late(base), 'needs-hands: revert-failed', 'and again'],
  // Other people
  [at('build'), { kind: 'cancelled', by: 'ada' }, 'cancelled: cancelled-by-person', 'taken back in time'],
  [at('test'), { kind: 'cancelled', by: 'ada' }, 'wait', 'an activation is not cancelled'],
  [
    at('look'),
    { kind: 'barred', trouble: { ...lost, fault: 'host-key-mismatch' } },
    'refused: login-impossible',
    'key',
  ],
  [at('build'), { kind: 'barred', trouble: forbidden }, 'refused: command-impossible', 'no program'],
  [at('build'), { kind: 'gave-up', detail: 'bug' }, 'refused: gave-up', 'broken before'],
  [at('probe'), { kind: 'gave-up', detail: 'bug' }, 'unknown: gave-up', 'broken after'],
];

function told(before: Deploy, after: Deploy): string {
  if (after === before) return 'wait';
  if (after.outcome === null) return after.step;
  return after.reason === null ? after.outcome : `${after.outcome}: ${after.reason.code}`;
}

describe('how an answer moves a deploy on', () => {
  test.each(rows.map(([from, answer, leads, claim]) => ({ from, step: from.step, answer, leads, claim })))(
    '$step, $claim: $leads',
    ({ from, answer, leads }) => {
      const after = next(from, answer, 5);
      const shown = told(from, after);
      // A reason is compared only where the row names one.
      expect(leads.includes(':') ? shown : shown.split(':')[0]).toBe(leads);
      expect(parseDeploy(JSON.parse(JSON.stringify(after)))).toEqual(after);
      expect(next({ ...after, outcome: 'deployed' }, answer, 6).outcome).toBe('deployed');
    },
  );

  test.each([
    ['activation-unanswered', 'reverted-by-reboot', 'host-rebooted'],
    ['probes-failed', 'reverted', 'probes-failed'],
  ] as const)('a reboot in answer to %s ends as %s', (code, endAs, reason) => {
    const judged = at('judge', {
      revert: { reason: { code, facts: {} }, endAs: 'reverted', bootEnded: false, trouble: null },
    });
    expect(next(judged, looked({ bootId: 'boot-2' }), 5).revert).toMatchObject({ endAs, reason: { code: reason } });
  });

  test('a step is written down as asked before its act, so a boot can never be forgotten', () => {
    expect(next(at('probe'), well, 5)).toMatchObject({ step: 'boot', bootAsked: true });
    expect(next(at('approve'), { kind: 'approval', refusal: null }, 5)).toMatchObject({
      step: 'test',
      testAsked: true,
    });
  });

  test('a run that is tried again has a new name, and a run that is asked again keeps it', () => {
    const boot = at('boot');
    const again = next(next(boot, ran(1), 5), looked({ running: newSystem }), 6);
    expect(again.step).toBe('boot');
    expect(runOf(again, 'boot')).not.toBe(runOf(boot, 'boot'));
    expect(runOf(parseDeploy(JSON.parse(JSON.stringify(boot))), 'boot')).toBe(runOf(boot, 'boot'));
    expect(runOf({ ...boot, rollout: 'x'.repeat(48) }, 'revert-boot')).toMatch(/^[a-z0-9-]{1,80}$/);
  });
});

describe('what the host says wins over the record', () => {
  const taken: readonly (readonly [Deploy, Partial<HostState>, string, string])[] = [
    [at('build'), {}, 'wait', 'where it was'],
    [at('build'), { bootId: 'boot-2' }, 'look', 'rebooted before anything'],
    [at('build'), { running: foreign, profile: foreign }, 'look', 'switched by somebody before anything'],
    [at('build'), { switching: true }, 'look', 'somebody switches'],
    [at('probe', { kind: 'verify', bootAsked: false }), { bootId: 'boot-2' }, 'look', 'a verify starts over'],
    [at('test'), { switching: true }, 'wait', 'our own switch still runs'],
    [at('test'), { running: newSystem }, 'wait', 'our own switch is over'],
    [at('test'), {}, 'approve', 'not begun, or not noticed: approved anew'],
    [at('test'), { bootId: 'boot-2' }, 'revert-probe', 'rebooted after it was asked'],
    [
      at('test'),
      { bootId: 'boot-2', running: foreign, profile: foreign },
      'needs-hands: changed-by-others',
      'and switched',
    ],
    [at('probe'), { bootId: 'boot-2' }, 'revert-probe', 'rebooted into the old one'],
    [at('probe'), { bootId: 'boot-2', running: newSystem }, 'needs-hands: changed-by-others', 'into one nobody set'],
    [at('probe'), { bootId: 'boot-2', switching: true }, 'wait', 'rebooted, and somebody switches'],
    [
      at('probe', { baseline: drifted }),
      { bootId: 'boot-2', running: foreign, profile: foreign },
      'needs-hands: rebooted-into-profile',
      'rebooted into what nobody adopted',
    ],
    [at('boot'), { bootId: 'boot-2', running: newSystem, profile: newSystem }, 'probe', 'rebooted into the target'],
    [at('boot'), { bootId: 'boot-2', profile: newSystem }, 'revert-boot', 'rebooted, torn'],
    [at('boot'), { running: newSystem }, 'wait', 'killed between the probes and boot'],
    [at('prove'), { running: newSystem, profile: newSystem }, 'wait', 'killed between boot and the proof'],
    [at('revert-test', bootAsked), { bootId: 'boot-2', profile: newSystem }, 'revert-boot', 'a reboot was faster'],
    [
      at('revert-test', bootAsked),
      { bootId: 'boot-2', running: newSystem, profile: newSystem },
      'revert-test',
      'rebooted into the bad one',
    ],
    [at('revert-test'), { bootId: 'boot-2' }, 'revert-probe', 'a reboot did the revert'],
  ];

  test.each(taken.map(([from, more, leads, claim]) => ({ from, step: from.step, more, leads, claim })))(
    '$step, $claim: $leads',
    ({ from, more, leads }) => expect(told(from, resume(from, on(more)))).toBe(leads),
  );

  test('a broken connection alone does not ask for approval again', () => {
    expect(reconcile(at('test'), base)).toEqual(at('test'));
  });
});
