import { assert, never } from '../core/bug.ts';
import type { FaultCode } from '../core/fault.ts';
import type { HostState } from '../host/machine.ts';
import type { Interruption, Trouble } from './deploy-answer.ts';
import type { Reason } from './shapes.ts';
import { baselineOf, because, end, judge, phaseOf, revertOf, stuck, takeBack } from './deploy-changes.ts';
import type { Deploy } from './deploy.ts';

/**
 * What becomes of a deploy that something came in the way of. The rule is the same at every step: before anything was
 * activated the host is as it was; afterwards only what is known of it is said, and a person is called.
 */
export function interrupted(deploy: Deploy, by: Interruption): Deploy {
  const before = phaseOf(deploy) === 'before';
  switch (by.kind) {
    case 'cancelled':
      // An activation is never cancelled half-way: it is brought to its end, one way or the other.
      return before ? end(deploy, 'cancelled', because('cancelled-by-person', { by: by.by })) : deploy;
    case 'no-room':
      assert(before, 'to find no room only before an activation');
      return end(deploy, 'refused', by.reason);
    case 'barred':
      assert(before, 'to be barred only before an activation');
      return end(deploy, 'refused', barredBecause(by.trouble));
    case 'gave-up':
      return end(deploy, before ? 'refused' : 'unknown', because('gave-up', { step: deploy.step, detail: by.detail }));
    case 'out-of-time':
      if (deploy.step === 'approve') return unapproved(deploy, by);
      return before ? outOfTimeBefore(deploy, by) : outOfTime(deploy, by);
    default:
      return never(by);
  }
}

type OutOfTime = Extract<Interruption, { readonly kind: 'out-of-time' }>;

function factsOf(deploy: Deploy, { fault, stage, detail }: Trouble): Readonly<Record<string, string>> {
  return { step: deploy.step, fault, stage, detail };
}

const entrance: ReadonlySet<FaultCode> = new Set(['login-refused', 'host-key-mismatch', 'connection-refused']);

function barredBecause({ fault, stage, detail }: Trouble): Reason {
  return because(entrance.has(fault) ? 'login-impossible' : 'command-impossible', { fault, stage, detail });
}

function neverBegan(deploy: Deploy, { fault, retry }: Trouble, seen: HostState): boolean {
  const { running, profile } = baselineOf(deploy);
  return fault === 'remote-command-failed' && retry === 'never' && seen.running === running && seen.profile === profile;
}

/** Whoever approves did not answer. The host has no part in it; an activation that may have begun is still taken back. */
function unapproved(deploy: Deploy, { trouble }: OutOfTime): Deploy {
  const reason = because('approval-unanswered', factsOf(deploy, trouble));
  if (!deploy.testAsked && !deploy.bootAsked) return end(deploy, 'refused', reason);
  return judge(deploy, reason);
}

function outOfTimeBefore(deploy: Deploy, { trouble, seen }: OutOfTime): Deploy {
  const facts = factsOf(deploy, trouble);
  if (seen === null) return end(deploy, 'offline', because('unreachable', facts));
  return deploy.step === 'build'
    ? end(deploy, 'build-failed', because('build-timed-out', facts))
    : end(deploy, 'refused', because('step-timed-out', facts));
}

function outOfTime(deploy: Deploy, { trouble, seen }: OutOfTime): Deploy {
  const facts = factsOf(deploy, trouble);
  if (seen === null) return outOfReach(deploy, facts);
  // A switch that runs holds the unit: nothing can be put back before it ends, and killing it leaves half a system.
  if (seen.switching) return end(deploy, 'needs-hands', because('activation-hangs', facts));
  switch (deploy.step) {
    case 'test':
      // sudo said no, or there is no such program: it did not begin, and the host shows that.
      return neverBegan(deploy, trouble, seen)
        ? end(deploy, 'refused', because('command-impossible', facts))
        : judge(deploy, because('activation-unanswered', facts));
    case 'probe':
      return judge(deploy, because('probes-failed', facts));
    case 'disarm':
      if (deploy.ending !== null) return end(deploy, deploy.ending.outcome, deploy.ending.reason);
      return takeBack(deploy, because('watchdog-not-disarmed', facts));
    case 'reboot':
    case 'rise':
      return end(deploy, 'boot-pending', because('reboot-not-begun', facts));
    case 'boot':
    case 'prove':
      return takeBack(deploy, because('boot-not-set', facts));
    case 'judge':
      // The look that it waits for was just had.
      return end(deploy, 'needs-hands', revertOf(deploy).trouble ?? because('revert-failed', facts));
    case 'revert-test':
    case 'revert-boot':
    case 'revert-prove':
    case 'revert-probe':
      return stuckOrOut(deploy, facts);
    case 'look':
    case 'ship':
    case 'build':
    case 'keep':
    case 'compare':
    case 'approve':
    case 'rehearse':
    case 'arm':
      throw new Error(`bug: ${deploy.step} is not an activation's`);
    default:
      return never(deploy.step);
  }
}

/** A revert that does not end within its time is judged once; the second time a person is called. */
function stuckOrOut(deploy: Deploy, facts: Readonly<Record<string, string>>): Deploy {
  const trouble = because('revert-failed', facts);
  return revertOf(deploy).trouble === null ? stuck(deploy, trouble) : end(deploy, 'needs-hands', trouble);
}

function outOfReach(deploy: Deploy, facts: Readonly<Record<string, string>>): Deploy {
  const phase = phaseOf(deploy);
  if (deploy.ending !== null) return end(deploy, deploy.ending.outcome, deploy.ending.reason);
  // Its watchdog was to be disarmed, before what cannot go live becomes the boot default.
  if (!deploy.testAsked && !deploy.bootAsked) return end(deploy, 'offline', because('unreachable', facts));
  if (deploy.step === 'reboot' || deploy.step === 'rise')
    return end(deploy, 'needs-hands', because('did-not-come-back', facts));
  if (phase === 'reverting' || deploy.revert !== null)
    return end(deploy, 'needs-hands', because('unreachable-while-reverting', facts));
  // The target is known to run and the host is known to be gone since: that is bad, not unknown.
  if (deploy.step === 'probe' || deploy.step === 'disarm')
    return end(deploy, 'needs-hands', because('unreachable-after-activation', facts));
  return end(deploy, 'unknown', because('unreachable-while-activating', facts));
}
