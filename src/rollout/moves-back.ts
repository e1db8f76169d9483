import type { Finding } from '../core/finding.ts';
import type { Activated, HostState } from '../host/machine.ts';
import type { Deploy } from './deploy.ts';
import {
  again,
  baselineOf,
  because,
  changedByOthers,
  end,
  endChangedByOthers,
  maxAttempts,
  revertOf,
  stuck,
  to,
} from './deploy-changes.ts';
import { afterReboot } from './reconcile.ts';
import type { Reason } from './shapes.ts';

/** How each answer moves a deploy on once the target is not wanted. Back is always the recorded path, never "the previous one". */

export function afterJudge(deploy: Deploy, state: HostState): Deploy {
  if (state.switching) return deploy;
  if (state.bootId !== deploy.bootId) return afterReboot(deploy, state);
  if (changedByOthers(deploy, state)) return endChangedByOthers(deploy, state);
  const { trouble, bootEnded } = revertOf(deploy);
  if (trouble === null)
    return to(deploy, 'revert-test', { revert: { ...revertOf(deploy), reason: byWatchdog(deploy, state) } });
  // The boot default still is the old system, and the watchdog brings it: that is what it is there for.
  if (deploy.armed !== null && !deploy.bootAsked) return deploy;
  // Even a host that cannot be put back live is put back by a reboot, if its boot default is the old system.
  if (deploy.bootAsked && !bootEnded) return to(deploy, 'revert-boot', { attempts: again(deploy, 'revert-boot') });
  return end(deploy, 'needs-hands', trouble);
}

/**
 * On the same boot nothing but the watchdog's unit, or a person, brings the old system back. It is put back once more,
 * by the usual way, because the unit may have been stopped in the middle of it.
 */
function byWatchdog(deploy: Deploy, { running }: HostState): Reason {
  const { reason } = revertOf(deploy);
  const faster = deploy.armed?.level === 'unit' && running === baselineOf(deploy).running && running !== deploy.target;
  return faster && reason.code === 'probes-failed' ? because('watchdog-reverted') : reason;
}

export function afterRevertTest(deploy: Deploy, result: Activated): Deploy {
  if (result.kind === 'ended' && (result.exitCode === 0 || result.exitCode === 4))
    return to(deploy, deploy.bootAsked ? 'revert-boot' : 'revert-probe');
  if (result.kind === 'not-begun' && result.why === 'inhibited') return stuck(deploy, because('revert-inhibited'));
  if (result.kind === 'not-begun' && result.why === 'path-missing')
    return stuck(deploy, because('old-system-missing', { path: baselineOf(deploy).running }));
  if (result.kind === 'not-begun' && result.why === 'no-way-back') return stuck(deploy, because('revert-inhibited'));
  if (deploy.attempts['revert-test'] >= maxAttempts)
    return stuck(deploy, because('revert-failed', { attempts: maxAttempts }));
  // Somebody's switch or a half-way end: looked at first, then the same path under a new run's name.
  return to(deploy, 'judge', { attempts: again(deploy, 'revert-test') });
}

export function afterRevertBoot(deploy: Deploy, result: Activated): Deploy {
  const bootEnded = result.kind === 'ended' && result.exitCode === 0;
  return to(deploy, 'revert-prove', { revert: { ...revertOf(deploy), bootEnded } });
}

export function afterRevertProve(deploy: Deploy, state: HostState): Deploy {
  if (state.switching) return deploy;
  if (state.bootId !== deploy.bootId) return afterReboot(deploy, state);
  if (changedByOthers(deploy, state)) return endChangedByOthers(deploy, state);
  const { bootEnded, trouble } = revertOf(deploy);
  const proven = bootEnded && state.profile === baselineOf(deploy).running;
  if (proven) return trouble === null ? to(deploy, 'revert-probe') : end(deploy, 'needs-hands', trouble);
  if (deploy.attempts['revert-boot'] < maxAttempts)
    return to(deploy, 'revert-boot', { attempts: again(deploy, 'revert-boot') });
  return end(deploy, 'needs-hands', trouble ?? because('boot-default-unproven', { attempts: maxAttempts }));
}

export function afterRevertProbe(deploy: Deploy, findings: readonly Finding[]): Deploy {
  const seen = { ...deploy, revertFindings: [...findings] };
  const errors = findings.filter(({ level }) => level === 'error');
  const { endAs, reason } = revertOf(deploy);
  if (errors.length === 0) return end(seen, endAs, reason);
  return stuck(seen, because('old-system-unhealthy', { checks: [...new Set(errors.map(({ check }) => check))] }));
}
