import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { Refusal } from '../core/refusal.ts';
import { outcomeMeanings } from '../core/outcome.ts';
import type { HostState, Machine } from '../host/machine.ts';
import type { DeployStepName } from '../report/deploy-report.ts';
import { type Interruption, type StepAnswer, type Trouble, troubleOf } from './deploy-answer.ts';
import { phaseOf } from './deploy-changes.ts';
import { deploySteps } from './deploy-steps.ts';
import { rootsOf, runOf } from './run-names.ts';
import type { Deploy } from './deploy.ts';
import type { LogTails } from './log-tails.ts';
import type { Policy } from './shapes.ts';
import { until } from './until.ts';

/** What one drive of one deploy may use. Everything here stops working, by throwing, once the lock is lost. */
export interface Driving {
  readonly clock: Clock;
  readonly policy: Policy;
  /** Aborts when the lock is lost, the record went to another drive, or the process stops. */
  readonly leave: AbortSignal;
  /** Aborts when a person took the host back; the reason is who. */
  readonly cancel: AbortSignal;
  /** Throws unless the lock certainly is ours. */
  check(): void;
  /** The host's connection, opened when it is first needed and again after it broke. */
  machine(): Promise<Machine>;
  approve(): Promise<Refusal | null>;
  store(deploy: Deploy): Promise<void>;
  output(step: DeployStepName, text: string): void;
}

/** How long to wait before the host is asked again. Refused logins earn penalties, so it grows to 15 s (trap T5). */
const pauses = [500, 1000, 2000, 4000, 8000, 15_000] as const;
export const pauseOf = (tries: number): number => pauses[Math.min(tries, pauses.length - 1)] ?? 15_000;

/** The act broke, and the host was reached again after `outMs`. */
export interface Broken {
  readonly kind: 'broken';
  readonly trouble: Trouble;
  readonly state: HostState;
  readonly outMs: number;
}

export type Asked = StepAnswer | Interruption | Broken;

/** Asks the host to do the step. A fault is never an answer: the host is looked at until it can be, or the time is up. */
export async function ask(driving: Driving, deploy: Deploy, logs: LogTails, since: number): Promise<Asked> {
  if (phaseOf(deploy) === 'before' && driving.cancel.aborted) return cancelled(driving);
  driving.check();
  try {
    const acting = act(driving, deploy, logs);
    const answer = await until(acting, {
      leave: driving.leave,
      cancel: phaseOf(deploy) === 'before' ? driving.cancel : null,
    });
    // A cancel that was seen while the act went on counts, whichever of the two was noticed first.
    if (answer !== 'cancelled' && !(phaseOf(deploy) === 'before' && driving.cancel.aborted)) return answer;
    if (deploy.step === 'build') await cancelBuild(driving, deploy);
    return cancelled(driving);
  } catch (error) {
    const fault = faultOf(driving, error);
    if (deploy.step === 'approve') return unapproved(driving, fault, since);
    if (phaseOf(deploy) === 'before' && fault.retry === 'never') return { kind: 'barred', trouble: troubleOf(fault) };
    const lostAt = driving.clock.now();
    const looked = await lookAgain(driving, deploy);
    // A step that only looks has its answer now.
    if (looked.kind !== 'looked' || deploySteps[deploy.step].answers === 'looked') return looked;
    return { kind: 'broken', trouble: troubleOf(fault), state: looked.state, outMs: driving.clock.now() - lostAt };
  }
}

async function act(driving: Driving, deploy: Deploy, logs: LogTails): Promise<StepAnswer> {
  const { step } = deploy;
  logs.begin(step);
  const onOutput = (text: string) => {
    logs.add(step, text);
    driving.output(step, text);
  };
  const machine = await driving.machine();
  const answer = await deploySteps[step].act(deploy, {
    machine,
    follow: { onOutput, deadlineMs: limitOf(deploy, driving.policy, driving.clock.now()), signal: driving.leave },
    approve: () => driving.approve(),
  });
  if ('result' in answer && typeof answer.result === 'object' && 'log' in answer.result)
    logs.replace(step, answer.result.log);
  return answer;
}

/** Who approves did not answer. It is asked again until the step's time is up; the host has no part in it. */
async function unapproved(driving: Driving, fault: Fault, since: number): Promise<Asked> {
  for (let tries = 0; driving.clock.now() - since < driving.policy.reachMs && fault.retry === 'later'; tries += 1) {
    await driving.clock.sleep(pauseOf(tries), driving.leave);
    driving.check();
    try {
      return { kind: 'approval', refusal: await driving.approve() };
    } catch (error) {
      faultOf(driving, error);
    }
  }
  return { kind: 'out-of-time', trouble: troubleOf(fault), seen: null };
}

/** Looks until the host answers, or as long as it may be out of reach. */
export async function lookAgain(
  driving: Driving,
  deploy: Deploy,
): Promise<Extract<StepAnswer, { readonly kind: 'looked' }> | Interruption> {
  const before = phaseOf(deploy) === 'before';
  const since = driving.clock.now();
  const limit = before ? driving.policy.reachMs : awayLimit(driving, deploy);
  for (let tries = 0; ; tries += 1) {
    if (before && driving.cancel.aborted) return cancelled(driving);
    driving.check();
    try {
      const looking = (async () => (await driving.machine()).look())();
      const state = await until(looking, { leave: driving.leave, cancel: null });
      if (state !== 'cancelled') return { kind: 'looked', state };
    } catch (error) {
      const trouble = troubleOf(faultOf(driving, error));
      // After an activation even a refused login may be the activation's doing, and a reboot may mend it.
      if (before && trouble.retry === 'never') return { kind: 'barred', trouble };
      if (driving.clock.now() - since >= limit) return { kind: 'out-of-time', trouble, seen: null };
    }
    await driving.clock.sleep(pauseOf(tries), driving.leave);
  }
}

/** How long a host may stay out of reach after something was activated on it. */
function awayLimit({ clock, policy }: Driving, deploy: Deploy): number {
  const until = deploy.armed?.until ?? null;
  const usual = deploy.step === 'reboot' || deploy.step === 'rise' ? policy.rebootMs : policy.activateMs;
  return until === null ? usual : Math.max(usual, until - clock.now() + policy.rebootMs);
}

function cancelled({ cancel }: Driving): Interruption {
  return { kind: 'cancelled', by: String(cancel.reason) };
}

/** The build is not ours to leave running; if the host cannot be told, it ends by itself and harms nothing. */
export async function cancelBuild(driving: Driving, deploy: Deploy): Promise<void> {
  try {
    await until((async () => (await driving.machine()).cancelBuild(runOf(deploy, 'build')))(), {
      leave: driving.leave,
      cancel: null,
    });
  } catch (error) {
    faultOf(driving, error);
  }
}

/**
 * Lets the garbage collector have the systems of a deploy that is over. They stay where a person may want either of
 * them; if the host cannot be told, the next deploy lets them go.
 */
export async function letGo(driving: Driving, deploy: Deploy): Promise<void> {
  const { outcome, target } = deploy;
  if (outcome === null || outcomeMeanings[outcome].callsForPerson || target === null) return;
  if (outcome === 'offline') return;
  try {
    const releasing = (async () => (await driving.machine()).release(rootsOf(deploy)))();
    await until(releasing, { leave: driving.leave, cancel: null });
  } catch (error) {
    faultOf(driving, error);
  }
}

/** The fault that a host's trouble is; whatever else was thrown goes on upwards: a bug, a store that failed, or leaving. */
function faultOf(driving: Driving, error: unknown): Fault {
  driving.leave.throwIfAborted();
  if (!(error instanceof Fault) || error.code === 'store-unavailable' || error.code === 'fenced-off') throw error;
  return error;
}

/** No logins are taken in the last minutes before a scheduled reboot, and a disarm needs some seconds of its own. */
const loginsEndMs = 330_000;

/** How long a step may take from `now` on. */
export function limitOf(deploy: Deploy, policy: Policy, now: number): number {
  const usual = usualLimit(deploy, policy);
  const until = deploy.armed?.until ?? null;
  if (until === null || phaseOf(deploy) === 'before') return usual;
  // Too late to be verified: the host is put back, or the watchdog does it.
  const left = until - now;
  if (deploy.step === 'probe') return Math.min(usual, Math.max(0, left / 2, left - loginsEndMs));
  // Whatever hangs is rebooted by the watchdog, and looked at once the host is back.
  return Math.max(usual, until - now + policy.rebootMs);
}

function usualLimit(deploy: Deploy, policy: Policy): number {
  switch (deploy.step) {
    case 'look':
    case 'ship':
    case 'keep':
    case 'compare':
    case 'arm':
    case 'approve':
      return policy.reachMs;
    case 'build':
      return policy.buildMs;
    case 'reboot':
    case 'rise':
      return policy.rebootMs;
    case 'probe':
    case 'revert-probe':
      return policy.probeMs;
    default:
      return policy.activateMs;
  }
}
