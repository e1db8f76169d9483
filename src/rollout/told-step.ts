import { outcomeMeanings } from '../core/outcome.ts';
import { shortSha } from '../core/names.ts';
import type { StoryEvent } from '../core/story.ts';
import type { DeployStepName } from '../report/deploy-report.ts';
import type { Deploy } from './deploy.ts';
import type { Rollout } from './rollout.ts';

const doing: Readonly<Record<DeployStepName, string>> = {
  look: 'looks at what runs',
  ship: 'receives the commit',
  build: 'builds the system',
  keep: 'built; keeps both systems from the garbage collector',
  compare: 'compares the new system with what runs',
  approve: 'asks whether the commit still may be deployed',
  rehearse: 'tells what an activation would do',
  arm: 'arms its watchdog',
  disarm: 'disarms its watchdog',
  reboot: 'reboots into the system that waits for it',
  rise: 'is waited for after its reboot',
  test: 'activates the new system for a test',
  judge: 'is looked at again, because something is wrong',
  probe: 'runs the new system; asks the probes',
  boot: 'passed its probes; makes the new system the boot default',
  prove: 'proves the boot default',
  'revert-test': 'goes back to the old system',
  'revert-boot': 'makes the old system the boot default again',
  'revert-prove': 'proves the old boot default',
  'revert-probe': 'runs the old system again; asks the probes',
};

/** One line for the log about where a deploy is now. */
export function toldStep(rollout: Rollout, deploy: Deploy): Omit<StoryEvent, 'at'> {
  const about = {
    host: deploy.host,
    ...(deploy.sha === null ? {} : { sha: deploy.sha }),
    ...(rollout.cause.kind === 'merge' ? { pr: rollout.cause.pullRequest } : { issue: rollout.cause.issue }),
  };
  if (deploy.outcome === null) {
    const step = deploy.kind === 'verify' && deploy.step === 'probe' ? 'is asked its probes' : doing[deploy.step];
    return { ...about, step: `deploy-${deploy.step}`, text: `${deploy.host} ${step}` };
  }
  const why = deploy.reason === null ? '' : ` (${deploy.reason.code})`;
  const at = deploy.sha === null ? '' : ` at ${shortSha(deploy.sha)}`;
  return {
    ...about,
    step: 'deploy-ended',
    outcome: deploy.outcome,
    text: `${deploy.host}${at}: ${deploy.outcome}${why}. ${outcomeMeanings[deploy.outcome].summary}`,
  };
}
