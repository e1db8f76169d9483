import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { Refusal } from '../core/refusal.ts';
import type { HostState, Machine } from '../host/machine.ts';
import type { DeployStepName } from '../report/deploy-report.ts';
import type { Interruption, StepAnswer } from './deploy-answer.ts';
import { phaseOf, stamped } from './deploy-changes.ts';
import { deploySteps, next, runOf } from './deploy-steps.ts';
import type { Deploy } from './deploy.ts';
import { createLogTails, type LogTails } from './log-tails.ts';
import { reconcile, resume } from './reconcile.ts';
import type { Policy } from './shapes.ts';

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
const pauseOf = (tries: number): number => pauses[Math.min(tries, pauses.length - 1)] ?? 15_000;

/** Walks a deploy to its end. Each step's answer is stored before the next step begins. */
export async function driveSteps(driving: Driving, first: Deploy): Promise<Deploy> {
  const logs = createLogTails(first.logs);
  let deploy = first;
  let since = driving.clock.now();
  let tries = 0;
  const moveTo = async (moved: Deploy, state: HostState | null) => {
    const seen =
      state === null ? {} : { seen: { running: state.running, profile: state.profile, at: driving.clock.now() } };
    const after = { ...moved, ...seen, logs: logs.kept(moved) };
    await driving.store(after);
    deploy = after;
    since = driving.clock.now();
    tries = 0;
  };
  if (deploy.step !== 'look' && deploy.outcome === null) {
    const looked = await lookAgain(driving, deploy);
    const at = driving.clock.now();
    const moved =
      looked.kind === 'looked' ? stamped(deploy, resume(deploy, looked.state), at) : next(deploy, looked, at);
    if (moved !== deploy) await moveTo(moved, looked.kind === 'looked' ? looked.state : null);
  }
  while (deploy.outcome === null) {
    const answer = await ask(driving, deploy, logs, since);
    const at = driving.clock.now();
    const moved =
      answer.kind === 'broken' ? stamped(deploy, reconcile(deploy, answer.state), at) : next(deploy, answer, at);
    const state = answer.kind === 'broken' || answer.kind === 'looked' ? answer.state : null;
    if (moved !== deploy) {
      await moveTo(moved, state);
      continue;
    }
    // The host still switches, or the act broke and the host is where it was: the same is asked again in a while.
    // The time out of reach is not the step's, and one broken act is never the last: a lost connection is no verdict.
    if (answer.kind === 'broken') since += answer.outMs;
    if (at - since >= limitOf(deploy, driving.policy) && (tries >= 2 || answer.kind !== 'broken')) {
      const late = {
        kind: 'out-of-time',
        fault: 'timed-out',
        stage: `waiting at ${deploy.step}`,
        seen: state,
      } as const;
      const out = answer.kind === 'broken' ? { ...late, fault: answer.fault.code, stage: answer.fault.stage } : late;
      if (deploy.step === 'build') await cancelBuild(driving, deploy);
      const ended = next(deploy, out, at);
      if (ended !== deploy) await moveTo(ended, state);
    }
    if (deploy.outcome === null) await driving.clock.sleep(pauseOf(tries), driving.leave);
    tries += 1;
  }
  return deploy;
}

/** The act broke, and the host was reached again after `outMs`. */
interface Broken {
  readonly kind: 'broken';
  readonly fault: Fault;
  readonly state: HostState;
  readonly outMs: number;
}

type Asked = StepAnswer | Interruption | Broken;

/** Asks the host to do the step. A fault is never an answer: the host is looked at until it can be, or the time is up. */
async function ask(driving: Driving, deploy: Deploy, logs: LogTails, since: number): Promise<Asked> {
  if (phaseOf(deploy) === 'before' && driving.cancel.aborted) return cancelled(driving);
  driving.check();
  try {
    const acting = act(driving, deploy, logs);
    const answer = await until(acting, driving, phaseOf(deploy) === 'before');
    // A cancel that was seen while the act went on counts, whichever of the two was noticed first.
    if (answer !== 'cancelled' && !(phaseOf(deploy) === 'before' && driving.cancel.aborted)) return answer;
    if (deploy.step === 'build') await cancelBuild(driving, deploy);
    return cancelled(driving);
  } catch (error) {
    const fault = faultOf(driving, error);
    if (deploy.step === 'approve') return unapproved(driving, fault, since);
    if (phaseOf(deploy) === 'before' && fault.retry === 'never')
      return { kind: 'barred', fault: fault.code, stage: fault.stage };
    const lostAt = driving.clock.now();
    const looked = await lookAgain(driving, deploy);
    if (looked.kind !== 'looked') return looked;
    return { kind: 'broken', fault, state: looked.state, outMs: driving.clock.now() - lostAt };
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
    follow: { onOutput, deadlineMs: limitOf(deploy, driving.policy), signal: driving.leave },
    approve: () => driving.approve(),
  });
  if ('result' in answer && 'log' in answer.result) logs.replace(step, answer.result.log);
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
  return { kind: 'out-of-time', fault: fault.code, stage: fault.stage, seen: null };
}

/** Looks until the host answers, or as long as it may be out of reach. */
async function lookAgain(
  driving: Driving,
  deploy: Deploy,
): Promise<Extract<StepAnswer, { readonly kind: 'looked' }> | Interruption> {
  const before = phaseOf(deploy) === 'before';
  const since = driving.clock.now();
  const limit = before ? driving.policy.reachMs : driving.policy.activateMs;
  for (let tries = 0; ; tries += 1) {
    if (before && driving.cancel.aborted) return cancelled(driving);
    driving.check();
    try {
      const looking = (async () => (await driving.machine()).look())();
      const state = await until(looking, driving, false);
      if (state !== 'cancelled') return { kind: 'looked', state };
    } catch (error) {
      const { code, stage, retry } = faultOf(driving, error);
      // After an activation even a refused login may be the activation's doing, and a reboot may mend it.
      if (before && retry === 'never') return { kind: 'barred', fault: code, stage };
      if (driving.clock.now() - since >= limit) return { kind: 'out-of-time', fault: code, stage, seen: null };
    }
    await driving.clock.sleep(pauseOf(tries), driving.leave);
  }
}

/** The promise's value; throws when the drive must leave, so that a host which never answers cannot keep it. */
async function until<Value>(
  work: Promise<Value>,
  driving: Driving,
  cancellable: boolean,
): Promise<Value | 'cancelled'> {
  const { leave, cancel } = driving;
  const done = new AbortController();
  const aborted = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { signal: done.signal, once: true });
    });
  const left = (async () => {
    await aborted(leave);
    return leave.throwIfAborted();
  })();
  const racers: Promise<Value | 'cancelled' | void>[] = [work, left];
  if (cancellable) racers.push(aborted(cancel).then(() => 'cancelled' as const));
  try {
    return (await Promise.race(racers)) as Value | 'cancelled';
  } finally {
    done.abort();
    // Whoever lost the race is not waited for, and its end is nobody's business any more.
    work.catch(() => {});
    left.catch(() => {});
  }
}

function cancelled({ cancel }: Driving): Interruption {
  return { kind: 'cancelled', by: String(cancel.reason) };
}

/** The build is not ours to leave running; if the host cannot be told, it ends by itself and harms nothing. */
async function cancelBuild(driving: Driving, deploy: Deploy): Promise<void> {
  try {
    await until((async () => (await driving.machine()).cancelBuild(runOf(deploy, 'build')))(), driving, false);
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

function limitOf(deploy: Deploy, policy: Policy): number {
  switch (deploy.step) {
    case 'look':
    case 'ship':
    case 'approve':
      return policy.reachMs;
    case 'build':
      return policy.buildMs;
    case 'probe':
    case 'revert-probe':
      return policy.probeMs;
    default:
      return policy.activateMs;
  }
}
