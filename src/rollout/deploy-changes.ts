import { assert } from '../core/bug.ts';
import type { CommitSha } from '../core/names.ts';
import { type Outcome, outcomeMeanings } from '../core/outcome.ts';
import type { HostState } from '../host/machine.ts';
import type { DeployReason, DeployStepName } from '../report/deploy-report.ts';
import type { Attempts, Deploy } from './deploy.ts';
import type { Baseline, Reason } from './shapes.ts';

/** The few ways in which a deploy moves on. Each returns a new value; times and the trail are kept by `next`. */

/** How far a deploy has gone with its host, which decides what a broken connection or a cancel may mean. */
export type Phase = 'before' | 'trying' | 'keeping' | 'reverting';

const phases: Readonly<Record<DeployStepName, Phase>> = {
  look: 'before',
  ship: 'before',
  build: 'before',
  keep: 'before',
  compare: 'before',
  approve: 'before',
  rehearse: 'before',
  arm: 'before',
  test: 'trying',
  judge: 'trying',
  probe: 'trying',
  disarm: 'trying',
  boot: 'keeping',
  prove: 'keeping',
  reboot: 'trying',
  rise: 'trying',
  'revert-test': 'reverting',
  'revert-boot': 'reverting',
  'revert-prove': 'reverting',
  'revert-probe': 'reverting',
};

export function phaseOf(deploy: Deploy): Phase {
  // A verify changes nothing, so it is never further than before.
  if (deploy.kind === 'verify') return 'before';
  // Asked again after a resume: the activation may have begun already.
  if (deploy.step === 'approve' && (deploy.testAsked || deploy.bootAsked)) return 'trying';
  return phases[deploy.step];
}

export const maxAttempts = 3;

export function to(deploy: Deploy, step: DeployStepName, changes: Partial<Deploy> = {}): Deploy {
  return { ...deploy, ...changes, step };
}

export function end(deploy: Deploy, outcome: Outcome, reason: Reason | null): Deploy {
  return { ...deploy, outcome, reason };
}

export function because(code: DeployReason, facts: Reason['facts'] = {}): Reason {
  return { code, facts };
}

/** The next name for a run of this kind. */
export function again(deploy: Deploy, run: keyof Attempts): Attempts {
  return { ...deploy.attempts, [run]: deploy.attempts[run] + 1 };
}

/** Looks at the host before deciding how the target is taken back. */
export function judge(deploy: Deploy, reason: Reason, changes: Partial<Deploy> = {}): Deploy {
  return to(deploy, 'judge', { revert: { reason, endAs: 'reverted', bootEnded: false, trouble: null }, ...changes });
}

/** Takes the target back, from a host that was just seen to be ours to act on. */
export function takeBack(deploy: Deploy, reason: Reason): Deploy {
  return to(judge(deploy, reason), 'revert-test');
}

/** Taking back does not work. The host is looked at once more: a reboot may have done it meanwhile. */
export function stuck(deploy: Deploy, trouble: Reason): Deploy {
  return to(deploy, 'judge', { revert: { ...revertOf(deploy), trouble } });
}

/** Makes the target the boot default, once nothing can take it back any more. */
export function commit(deploy: Deploy): Deploy {
  // A plain switch has made it the boot default before it activated it.
  if (deploy.manner.mode === 'switch' && deploy.bootEnded) return to(deploy, 'prove');
  return deploy.armed === null ? bootTarget(deploy) : to(deploy, 'disarm');
}

/** Asks `boot` for the target. From here on a revert must put the boot default back too. */
export function bootTarget(deploy: Deploy): Deploy {
  const attempts = deploy.bootAsked ? again(deploy, 'boot') : deploy.attempts;
  return to(deploy, 'boot', { bootAsked: true, bootEnded: false, attempts });
}

export function revertOf(deploy: Deploy): NonNullable<Deploy['revert']> {
  assert(deploy.revert !== null, `a reason to take back at ${deploy.step}`);
  return deploy.revert;
}

/** The commit of what ran before, where it is known: only an older nixos-rebuild has to be told it. */
export function wayBackOf({ recorded, baseline }: Deploy): CommitSha | null {
  return recorded !== null && recorded.path === baseline?.running ? recorded.sha : null;
}

export function baselineOf(deploy: Deploy): Baseline {
  assert(deploy.baseline !== null, `a baseline at ${deploy.step}`);
  return deploy.baseline;
}

export function targetOf(deploy: Deploy): NonNullable<Deploy['target']> {
  assert(deploy.target !== null, `a target at ${deploy.step}`);
  return deploy.target;
}

/**
 * Somebody else brought the host to a system that this deploy knows nothing of, or moved the profile to one.
 * That person is at work there: nothing is put over it.
 */
export function changedByOthers(deploy: Deploy, state: HostState): boolean {
  const ours = [baselineOf(deploy).running, targetOf(deploy)];
  const { profile } = baselineOf(deploy);
  const profiles = deploy.bootAsked ? [...ours, profile] : [profile];
  return (
    state.running === null ||
    !ours.includes(state.running) ||
    state.profile === null ||
    !profiles.includes(state.profile)
  );
}

export function endChangedByOthers(deploy: Deploy, state: HostState): Deploy {
  return end(
    deploy,
    'needs-hands',
    because('changed-by-others', {
      running: state.running ?? 'none',
      profile: state.profile ?? 'none',
      before: baselineOf(deploy).running,
      target: targetOf(deploy),
    }),
  );
}

/** A deploy that loops through reboots for days must still fit its record. */
const trailLength = 60;

/** Keeps the times: when the next step became the next one, and how long the last one took. */
export function stamped(before: Deploy, after: Deploy, at: number): Deploy {
  if (after === before) return before;
  const failed = after.revert !== before.revert || (after.outcome !== null && !outcomeMeanings[after.outcome].good);
  const done = { step: before.step, at: before.stepAt, tookMs: Math.max(0, at - before.stepAt), failed };
  return {
    ...after,
    stepAt: at,
    endedAt: after.outcome === null ? null : at,
    trail: [...before.trail, done].slice(-trailLength),
  };
}
