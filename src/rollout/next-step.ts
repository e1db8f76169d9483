import { never } from '../core/bug.ts';
import type { Answer } from './deploy-answer.ts';
import { stamped, to } from './deploy-changes.ts';
import { deploySteps } from './deploy-steps.ts';
import type { Deploy } from './deploy.ts';
import { interrupted } from './interruptions.ts';

/** Where an answer leads. Pure, and the very same deploy is returned when there is nothing to store yet. */
export function next(deploy: Deploy, answer: Answer, at: number): Deploy {
  if (deploy.outcome !== null) return deploy;
  return stamped(deploy, disarmedFirst(deploy, moved(deploy, answer), answer), at);
}

/**
 * A deploy that ends while its watchdog may be armed disarms it first, wherever it ends: nobody expects a reboot of a
 * host whose deploy is over. A host out of reach cannot be told, and one whose work broke has nobody left to tell it.
 */
function disarmedFirst(before: Deploy, after: Deploy, answer: Answer): Deploy {
  const { outcome, reason } = after;
  if (outcome === null || before.armed === null || before.step === 'disarm' || answer.kind === 'gave-up') return after;
  if (answer.kind === 'out-of-time' && answer.seen === null) return after;
  return to({ ...after, outcome: null, reason: null }, 'disarm', { ending: { outcome, reason } });
}

function moved(deploy: Deploy, answer: Answer): Deploy {
  switch (answer.kind) {
    case 'looked':
    case 'shipped':
    case 'built':
    case 'approval':
    case 'kept':
    case 'compared':
    case 'armed':
    case 'disarmed':
    case 'rebooting':
    case 'activated':
    case 'probed':
      return deploySteps[deploy.step].move(deploy, answer);
    case 'out-of-time':
    case 'barred':
    case 'no-room':
    case 'cancelled':
    case 'gave-up':
      return interrupted(deploy, answer);
    default:
      return never(answer);
  }
}
