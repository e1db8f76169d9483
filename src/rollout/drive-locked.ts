import { never } from '../core/bug.ts';
import { Fault } from '../core/fault.ts';
import type { HostName } from '../core/names.ts';
import type { Machine } from '../host/machine.ts';
import { type Deploy, deployKey, newDeploy, parseDeploy } from './deploy.ts';
import { deployRecord, type DriveDeps } from './drive-deps.ts';
import type { Driving } from './ask-host.ts';
import { driveSteps } from './drive-steps.ts';
import type { HostLock } from './host-lock.ts';
import type { HostRecord } from './host-record.ts';
import { type Heartbeat, keepLock } from './lock-heartbeat.ts';
import { placeOf, type Rollout } from './rollout.ts';
import { toldStep } from './told-step.ts';

/** Why a drive stopped in the middle. */
export type Left = 'lock-lost' | 'superseded' | 'stopping';

/** One drive, under the host's lock and with the host claimed. */
export interface Locked {
  readonly rollout: Rollout;
  readonly host: HostName;
  readonly lock: HostLock;
  readonly remembered: HostRecord;
  readonly stop: AbortSignal;
}

/** Drives the deploy to its end, or to the moment when the host is not ours any more. */
export async function driveLocked(
  deps: DriveDeps,
  locked: Locked,
): Promise<{ readonly kind: 'ended'; readonly deploy: Deploy } | { readonly kind: 'left'; readonly why: Left }> {
  const leaving = leavings(locked.stop);
  const cancel = new AbortController();
  const { rollout, host } = locked;
  const heed = (known: Rollout): Rollout => {
    if (known.cancelled?.hosts.includes(host) === true) cancel.abort(known.cancelled.by);
    return known;
  };
  const freshRollout = async () => heed((await deps.rollouts.read(rollout.id)) ?? rollout);
  const heartbeat = keepLock(deps, locked.lock, {
    lost: () => leaving.leave('lock-lost'),
    beat: async () => void (await freshRollout().catch(ignoreStore)),
  });
  const machines = openedOnce(() => deps.machines(rollout).open(host, locked.lock.token));
  try {
    heed(rollout);
    const stored = await storedDeploy(deps, locked);
    const driving: Driving = {
      clock: deps.clock,
      policy: rollout.policy,
      leave: leaving.signal,
      cancel: cancel.signal,
      check: () => checkLock(heartbeat, leaving),
      machine: () => machines.open(),
      approve: async () => deps.mayActivate(await freshRollout(), host),
      store: storing(deps, locked, { leaving, heartbeat }, stored.version),
      output: (step, text) => deps.onOutput(rollout, host, step, text),
    };
    return { kind: 'ended', deploy: await driveSteps(driving, stored.deploy) };
  } catch (error) {
    if (error instanceof Fault && error.code === 'fenced-off') leaving.leave('lock-lost');
    const why = leaving.why();
    if (why === null) throw error;
    return { kind: 'left', why };
  } finally {
    await machines.close();
    await heartbeat.release();
  }
}

interface Leaving {
  readonly signal: AbortSignal;
  leave(why: Left): void;
  why(): Left | null;
}

function leavings(stop: AbortSignal): Leaving {
  const controller = new AbortController();
  let first: Left | null = null;
  const leave = (why: Left) => {
    first ??= why;
    controller.abort();
  };
  if (stop.aborted) leave('stopping');
  else stop.addEventListener('abort', () => leave('stopping'), { once: true, signal: controller.signal });
  return { signal: controller.signal, leave, why: () => first };
}

/** Nothing is done or stored unless the lock certainly is ours: a process that was paused notices it here. */
function checkLock(heartbeat: Heartbeat, leaving: Leaving): void {
  if (!heartbeat.holds()) leaving.leave('lock-lost');
  leaving.signal.throwIfAborted();
}

async function storedDeploy(
  deps: DriveDeps,
  { rollout, host, remembered }: Locked,
): Promise<{ readonly deploy: Deploy; readonly version: number }> {
  // Read under the lock: what was read before it may have been moved on by whoever had it then.
  const stored = await deps.records.read(deployKey(rollout.id, host));
  const deploy = stored === null ? newDeploy(rollout, host, deps.clock.now()) : parseDeploy(stored.value);
  const fresh = deploy.trail.length === 0;
  const named = placeOf(rollout, host)?.named === true;
  const begun: Deploy = {
    ...deploy,
    queued: null,
    // One that was rebuilt from the forge's memory has lost its trail and not its target.
    target: (fresh ? targetFor(rollout, remembered) : null) ?? deploy.target,
    recorded: fresh && remembered.current !== null ? recordedOf(remembered.current) : deploy.recorded,
    awaitsReboot: fresh ? (remembered.pending?.path ?? null) : deploy.awaitsReboot,
    heldFrom: fresh && !named ? (remembered.held?.bad ?? null) : deploy.heldFrom,
  };
  return { deploy: begun, version: stored?.version ?? 0 };
}

function recordedOf({ path, sha }: NonNullable<HostRecord['current']>): Deploy['recorded'] {
  return { path, sha };
}

/** What is brought without a build: of a rollback what ran before, of a reboot what waits for it at this very commit. */
function targetFor({ kind, sha }: Rollout, { previous, pending }: HostRecord): Deploy['target'] {
  switch (kind) {
    case 'rollback':
      return previous?.path ?? null;
    case 'reboot':
      return pending !== null && pending.sha === sha ? pending.path : null;
    case 'deploy':
    case 'verify':
      return null;
    default:
      return never(kind);
  }
}

function storing(
  deps: DriveDeps,
  { rollout, host }: Locked,
  { leaving, heartbeat }: { readonly leaving: Leaving; readonly heartbeat: Heartbeat },
  first: number,
): Driving['store'] {
  const { key, keepMs } = deployRecord(rollout.id, host);
  let version = first;
  return async (deploy) => {
    checkLock(heartbeat, leaving);
    const written = await deps.records.write(
      key,
      version,
      deploy,
      keepMs === undefined ? {} : { expireAfterMs: keepMs },
    );
    if (!written) {
      leaving.leave('superseded');
      leaving.signal.throwIfAborted();
    }
    version += 1;
    deps.tell(toldStep(rollout, deploy));
    deps.onChange(rollout, deploy);
  };
}

/** One connection for the whole drive; one that could not be opened is tried again when it is asked for again. */
function openedOnce(open: () => Promise<Machine>): { open(): Promise<Machine>; close(): Promise<void> } {
  let opened: Promise<Machine> | null = null;
  return {
    async open() {
      const opening = (opened ??= open());
      try {
        return await opening;
      } catch (error) {
        if (opened === opening) opened = null;
        throw error;
      }
    },
    async close() {
      // A host that is gone cannot be taken leave of, and nothing depends on it.
      await opened?.then((machine) => machine.close()).catch(() => {});
    },
  };
}

function ignoreStore(error: unknown): void {
  if (!(error instanceof Fault)) throw error;
}
