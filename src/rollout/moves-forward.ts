import { never } from '../core/bug.ts';
import type { Finding } from '../core/finding.ts';
import { shortSha } from '../core/names.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Activated, Armed, Built, Difference, HostState, Kept, NamesAndMore, Shipped } from '../host/machine.ts';
import type { Deploy } from './deploy.ts';
import {
  again,
  baselineOf,
  because,
  bootTarget,
  changedByOthers,
  commit,
  end,
  endChangedByOthers,
  judge,
  maxAttempts,
  takeBack,
  targetOf,
  to,
} from './deploy-changes.ts';
import { afterReboot } from './reconcile.ts';
import type { Reason } from './shapes.ts';

/** How each answer moves a deploy on while the target is wanted. Pure: no clock, no host, no store. */

export function afterShip(deploy: Deploy, result: Shipped): Deploy {
  return result.kind === 'shipped' ? to(deploy, 'build') : end(deploy, 'refused', because('ship-not-accepted'));
}

export function afterBuild(deploy: Deploy, result: Built): Deploy {
  switch (result.kind) {
    case 'cancelled':
      return end(deploy, 'cancelled', because('cancelled-by-person'));
    case 'build-failed':
      return end(deploy, 'build-failed', because(buildReasons[result.why], { attribute: deploy.attribute }));
    case 'built': {
      const built = { ...deploy, target: result.path };
      const { running, profile } = baselineOf(deploy);
      // An adopted host runs it and boots into another: it still has to become the boot default.
      if (result.path === running && running === profile) return end(built, 'unchanged', null);
      if (result.path === deploy.heldFrom) return end(built, 'refused', because('held', { system: result.path }));
      return to(built, 'keep');
    }
    default:
      return never(result);
  }
}

const buildReasons = {
  evaluation: 'evaluation-failed',
  build: 'build-failed',
  'no-such-host': 'no-such-host',
  'no-such-commit': 'no-such-commit',
} as const;

export function afterKeep(deploy: Deploy, result: Kept): Deploy {
  return result.kind === 'kept'
    ? to(deploy, 'compare')
    : end(deploy, 'refused', because('path-missing', { path: result.path }));
}

export function afterCompare(deploy: Deploy, difference: Difference): Deploy {
  const pending = deploy.kind !== 'reboot' && (difference.initInterface || difference.inhibitors.length > 0);
  return to(deploy, 'approve', { difference: plainly(difference), pending });
}

/** As the record holds it. */
function plainly({ packages, units, rebootFor, inhibitors, initInterface }: Difference): Deploy['difference'] {
  const list = ({ names, more }: NamesAndMore) => ({ names: [...names], more });
  return {
    packages: { added: list(packages.added), removed: list(packages.removed), changed: list(packages.changed) },
    units: {
      added: list(units.added),
      removed: list(units.removed),
      restarted: list(units.restarted),
      reloaded: list(units.reloaded),
      kept: list(units.kept),
    },
    rebootFor: [...rebootFor],
    inhibitors: [...inhibitors],
    initInterface,
  };
}

export function afterApproval(deploy: Deploy, refusal: Refusal | null): Deploy {
  if (refusal === null) return approved(deploy);
  const facts = Object.fromEntries(
    Object.entries(refusal.facts).map(([name, fact]) => [name, typeof fact === 'object' ? [...fact] : fact]),
  );
  const reason =
    refusal.code === 'head-moved'
      ? because('head-moved', facts)
      : because('not-approved', { ...facts, code: refusal.code });
  // Asked for before the worker died: it may have begun and failed half-way, so "nothing was changed" cannot be said.
  return deploy.testAsked || deploy.bootAsked ? takeBack(deploy, reason) : end(deploy, 'refused', reason);
}

export function afterTest(deploy: Deploy, result: Activated): Deploy {
  switch (result.kind) {
    case 'ended':
      // 100: the init interface differs, which is found out before anything is activated (switch-to-configuration).
      if (result.exitCode === 100) return commit(withoutTest(deploy, { initInterface: true }));
      // 4: some unit failed, perhaps one that had failed before; the probes compare with the baseline (claim 23).
      return result.exitCode === 0 || result.exitCode === 4
        ? to(deploy, 'probe', { bootEnded: deploy.manner.mode === 'switch' })
        : judge(deploy, because('activation-failed', { exitCode: result.exitCode }));
    case 'no-answer':
      return judge(deploy, because('activation-unanswered'));
    case 'not-begun':
      switch (result.why) {
        case 'another-switch':
          // A plain switch has moved the profile before it found the unit's name taken (claim 20).
          return deploy.bootAsked
            ? judge(deploy, because('switch-running'))
            : end(deploy, 'refused', because('switch-running'));
        case 'inhibited':
          return commit(withoutTest(deploy, { inhibitors: deploy.difference?.inhibitors ?? [] }));
        case 'path-missing':
          return end(deploy, 'refused', because('path-missing', { path: targetOf(deploy) }));
        case 'no-way-back':
          return end(deploy, 'refused', because('no-way-back'));
        default:
          return never(result.why);
      }
    default:
      return never(result);
  }
}

function approved(deploy: Deploy): Deploy {
  // It is the boot default already: what a revert has to put back is known before the host goes down.
  if (deploy.kind === 'reboot') return to(deploy, 'reboot', { bootAsked: true, bootEnded: true });
  if (deploy.manner.mode === 'dry') return to(deploy, 'rehearse');
  if (deploy.pending) return bootTarget(deploy);
  // The profile and the boot default move before anything is activated.
  if (deploy.manner.mode === 'switch') return to(deploy, 'test', { testAsked: true, bootAsked: true });
  const { watchdog } = deploy.manner;
  // Asked again after a resume, the watchdog may be close to its end: it is armed, and says so itself.
  if (watchdog !== null) return to(deploy, 'arm', { armed: deploy.armed ?? { level: watchdog.level, until: null } });
  return to(deploy, 'test', { testAsked: true });
}

/** Nothing was activated, whatever it says; its log is what was asked for. */
export function afterRehearsal(deploy: Deploy, result: Activated): Deploy {
  if (result.kind === 'not-begun' && result.why === 'another-switch')
    return end(deploy, 'refused', because('switch-running'));
  if (result.kind === 'not-begun' && result.why === 'path-missing')
    return end(deploy, 'refused', because('path-missing', { path: targetOf(deploy) }));
  return end(deploy, 'unchanged', because('dry-mode'));
}

export function afterArm(deploy: Deploy, result: Armed): Deploy {
  if (result.kind === 'foreign') return end(deploy, 'refused', because('shutdown-scheduled'));
  const armed = deploy.armed === null ? null : { ...deploy.armed, until: result.until };
  return to(deploy, 'test', { testAsked: true, armed });
}

/** Whatever the answer was, nothing of ours is armed now. */
export function afterDisarm(deploy: Deploy): Deploy {
  const disarmed = { ...deploy, armed: null };
  return deploy.ending === null ? bootTarget(disarmed) : end(disarmed, deploy.ending.outcome, deploy.ending.reason);
}

export function afterRise(deploy: Deploy, state: HostState): Deploy {
  return state.bootId === deploy.bootId ? deploy : afterReboot(deploy, state);
}

/** The system itself says that it cannot be activated live, which a look at it did not tell. Nothing was activated. */
function withoutTest(deploy: Deploy, why: Partial<Difference>): Deploy {
  const { difference } = deploy;
  const told = difference === null ? null : plainly({ ...difference, ...why });
  return { ...deploy, pending: true, testAsked: false, difference: told };
}

export function afterProbe(deploy: Deploy, findings: readonly Finding[]): Deploy {
  const seen = { ...deploy, findings: [...findings] };
  // A verify ends with what it found: nothing was touched, and the findings say how the host is.
  if (deploy.kind === 'verify') return end(seen, 'unchanged', null);
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return commit(seen);
  return judge(seen, because('probes-failed', { checks: [...new Set(errors.map(({ check }) => check))] }));
}

export function afterBoot(deploy: Deploy, result: Activated): Deploy {
  // Every other answer says little: the profile is moved before the loader, and before a clash is noticed (claim 20).
  return to(deploy, 'prove', { bootEnded: result.kind === 'ended' && result.exitCode === 0 });
}

export function afterProve(deploy: Deploy, state: HostState): Deploy {
  if (state.switching) return deploy;
  if (state.bootId !== deploy.bootId) return afterReboot(deploy, state);
  const target = targetOf(deploy);
  // On the same boot nobody but a person brings the old system back; what waits for a reboot was never brought.
  const waits = deploy.pending && state.running === baselineOf(deploy).running;
  if ((state.running !== target && !waits) || changedByOthers(deploy, state)) return endChangedByOthers(deploy, state);
  if (deploy.bootEnded && state.profile === target)
    return waits ? end(deploy, 'boot-pending', whyPending(deploy)) : end(deploy, 'deployed', null);
  if (deploy.attempts.boot < maxAttempts) return to(deploy, 'boot', { attempts: again(deploy, 'boot') });
  return takeBack(deploy, because('boot-not-set', { attempts: maxAttempts }));
}

function whyPending({ difference, sha }: Deploy): Reason {
  const commit = sha === null ? {} : { commit: shortSha(sha) };
  if (difference?.initInterface === true) return because('init-interface', commit);
  return because('inhibited', { what: difference?.inhibitors ?? [], ...commit });
}
