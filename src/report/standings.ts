import type { Outcome } from '../core/outcome.ts';
import type { DeployReason } from './deploy-report.ts';

/** Where things stand after a deploy that did not end well. The reason stands before it and says what happened. */
const byOutcome: Readonly<Record<Outcome, string>> = {
  deployed: '',
  unchanged: '',
  'build-failed': 'It was not touched.',
  reverted: 'It is back on what it ran before, verified, and held there.',
  'reverted-by-reboot': 'It runs what it ran before, and is held there.',
  'boot-pending': 'The commit can only take effect at a reboot, which needs its own approval.',
  offline: 'Nothing was tried on it.',
  refused: 'Nothing was changed on it.',
  cancelled: 'Nothing was activated on it.',
  'needs-hands': 'It is known to be bad and was not put back; a person must look at it now.',
  unknown: 'What it runs could not be established; a person must look at it before the next deploy.',
};

/** What is known of a host that a person is called for depends on where the deploy lost it. */
const needsHands: Readonly<Partial<Record<DeployReason, string>>> = {
  'unreachable-while-reverting':
    'Whether it is back on what it ran before could not be seen; a person must look at it now.',
  'unreachable-after-activation':
    'It was seen to run the new system and was lost before that was verified, so nothing could be put back; a person must look at it now.',
  'activation-hangs':
    'Its switch still runs, so nothing else can be done on it, and nothing was put back; a person must look at it now.',
  'revert-failed': 'It runs a system that failed, or a part of it; a person must look at it now.',
  'revert-inhibited': 'It still runs the system that failed; a person must reboot it.',
  'old-system-missing': 'It still runs the system that failed, and the way back is gone; a person must look at it now.',
  'old-system-unhealthy':
    'It runs what it ran before, which was well when the deploy began; a person must look at it now.',
  'boot-default-unproven':
    'It was told to run what it ran before, and may boot into another system; a person must look at it before anything reboots it.',
  'changed-by-others':
    'Nothing was put over what that person did; what it runs is named below, and somebody must decide what it shall run.',
  'rebooted-into-profile':
    'It runs a system that this deploy neither brought nor verified; a person must look at it now.',
  'did-not-come-back': 'It is down, or up and out of reach; a person must look at it now.',
};

export function standingOf(outcome: Outcome, reason: DeployReason): string {
  return (outcome === 'needs-hands' ? needsHands[reason] : undefined) ?? byOutcome[outcome];
}
