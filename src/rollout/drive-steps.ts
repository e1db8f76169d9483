import type { HostState } from '../host/machine.ts';
import { ask, cancelBuild, type Driving, letGo, limitOf, lookAgain, pauseOf } from './ask-host.ts';
import type { Trouble } from './deploy-answer.ts';
import { stamped } from './deploy-changes.ts';
import { next } from './next-step.ts';
import type { Deploy } from './deploy.ts';
import { createLogTails, type LogTails } from './log-tails.ts';
import { afterBreak, resume } from './reconcile.ts';

/** Walks a deploy to its end. Each step's answer is stored before the next step begins. */
export async function driveSteps(driving: Driving, first: Deploy): Promise<Deploy> {
  const logs = createLogTails(first.logs);
  let deploy = first.step === 'look' ? first : await takeUp(driving, first, logs);
  while (deploy.outcome === null) deploy = await driveStep(driving, deploy, logs);
  await letGo(driving, deploy);
  return deploy;
}

/** Somebody began it and is gone: the host is looked at before anything else, and what it says wins. */
async function takeUp(driving: Driving, deploy: Deploy, logs: LogTails): Promise<Deploy> {
  if (deploy.outcome !== null) return deploy;
  const looked = await lookAgain(driving, deploy);
  const at = driving.clock.now();
  return looked.kind === 'looked'
    ? keep(driving, logs, { deploy, moved: stamped(deploy, resume(deploy, looked.state), at), seen: looked.state })
    : keep(driving, logs, { deploy, moved: next(deploy, looked, at), seen: null });
}

/** Does one step, as often as it takes until it leads somewhere. */
async function driveStep(driving: Driving, deploy: Deploy, logs: LogTails): Promise<Deploy> {
  let since = driving.clock.now();
  for (let tries = 0; ; tries += 1) {
    const answer = await ask(driving, deploy, logs, since);
    const at = driving.clock.now();
    const seen = answer.kind === 'broken' || answer.kind === 'looked' ? answer.state : null;
    const moved =
      answer.kind === 'broken'
        ? stamped(deploy, afterBreak(deploy, answer.trouble, answer.state), at)
        : next(deploy, answer, at);
    if (moved !== deploy) return keep(driving, logs, { deploy, moved, seen });
    // The time out of reach is not the step's, and one broken act is never the last: a lost connection is no verdict.
    if (answer.kind === 'broken') since += answer.outMs;
    const trouble = answer.kind === 'broken' ? answer.trouble : stillSwitches(deploy);
    const over = at - since >= limitOf(deploy, driving.policy, since);
    const late = over && (tries > 0 || answer.kind !== 'broken' || seen?.switching === true);
    if (late || trouble.retry === 'never') {
      if (deploy.step === 'build') await cancelBuild(driving, deploy);
      const ended = next(deploy, { kind: 'out-of-time', trouble, seen }, at);
      if (ended !== deploy) return keep(driving, logs, { deploy, moved: ended, seen });
    }
    await driving.clock.sleep(pauseOf(tries), driving.leave);
  }
}

/** Stores where the deploy moved, with what was seen of the host on the way. */
async function keep(
  driving: Driving,
  logs: LogTails,
  { deploy, moved, seen }: { readonly deploy: Deploy; readonly moved: Deploy; readonly seen: HostState | null },
): Promise<Deploy> {
  if (moved === deploy) return deploy;
  const { running, profile } = seen ?? {};
  const known =
    running === undefined || profile === undefined ? {} : { seen: { running, profile, at: driving.clock.now() } };
  const kept = { ...moved, ...known, logs: logs.kept(moved) };
  await driving.store(kept);
  return kept;
}

function stillSwitches(deploy: Deploy): Trouble {
  const detail =
    deploy.step === 'rise' ? 'the host still is in the boot that it was to leave' : 'the host still switches';
  return { fault: 'timed-out', stage: `waiting at ${deploy.step}`, detail, retry: 'later' };
}
