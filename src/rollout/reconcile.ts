import { never } from '../core/bug.ts';
import type { HostState } from '../host/machine.ts';
import type { Trouble } from './deploy-answer.ts';
import type { Deploy } from './deploy.ts';
import {
  again,
  baselineOf,
  because,
  changedByOthers,
  end,
  endChangedByOthers,
  maxAttempts,
  phaseOf,
  stuck,
  targetOf,
  to,
} from './deploy-changes.ts';

/**
 * What a deploy is, once the host was looked at: after a resume, and after every broken connection. The host wins over
 * the record. The same deploy comes back when the host is where the record says; its step's act is then asked again,
 * which attaches to the run of that name if there is one.
 */
export function reconcile(deploy: Deploy, state: HostState): Deploy {
  if (deploy.outcome !== null) return deploy;
  const phase = phaseOf(deploy);
  switch (phase) {
    case 'before':
      return isAsBefore(deploy, state) ? deploy : startOver(deploy);
    case 'trying':
    case 'keeping':
    case 'reverting':
      // What is left to do is to disarm, which a reboot has done.
      if (deploy.ending !== null) return deploy;
      return state.bootId === deploy.bootId ? deploy : afterReboot(deploy, state);
    default:
      return never(phase);
  }
}

/**
 * What a deploy is that nobody worked on for a while. An activation that was asked for and perhaps never began is
 * approved again first, because the commit may have gone stale meanwhile; if it did begin, the same run is attached to.
 */
export function resume(deploy: Deploy, state: HostState): Deploy {
  const now = reconcile(deploy, state);
  const asked = now.step === 'test' || (now.step === 'boot' && now.pending);
  const unbegun = asked && !state.switching && isAsBaseline(now, state);
  return unbegun && now.outcome === null ? to(now, 'approve') : now;
}

/** What a deploy is after its act broke and the host was reached again. */
export function afterBreak(deploy: Deploy, { fault, detail }: Trouble, state: HostState): Deploy {
  const now = reconcile(deploy, state);
  if (now === deploy && deploy.step in activations && speaks(deploy, state)) return withDialect(deploy, state);
  if (now !== deploy || deploy.step !== 'build' || fault !== 'remote-command-failed') return now;
  // The run died without an exit code, and attaching to the dead would never end: the next one has a new name.
  return deploy.attempts.build < maxAttempts
    ? to(deploy, 'build', { attempts: again(deploy, 'build') })
    : end(deploy, 'refused', because('command-impossible', { fault, detail }));
}

/** The steps that speak to `nixos-rebuild` after a system with another one of it may have been activated. */
const activations = { test: 'test', boot: 'boot', 'revert-test': 'revert-test', 'revert-boot': 'revert-boot' } as const;

/** The system that was just activated brought another nixos-rebuild than the one that the deploy began with. */
function speaks({ dialect }: Deploy, state: HostState): boolean {
  return state.dialect !== 'missing' && state.dialect !== dialect;
}

function withDialect(deploy: Deploy, { dialect }: HostState): Deploy {
  const run = activations[deploy.step as keyof typeof activations];
  // The run that was not understood has a name of its own, and is over.
  return to(deploy, deploy.step, {
    dialect: dialect === 'flake-only' ? 'flake-only' : 'store-path',
    attempts: again(deploy, run),
  });
}

/** Nothing was activated, so a host that moved on meanwhile is simply looked at anew. */
export function startOver(deploy: Deploy): Deploy {
  return to(deploy, 'look', {
    baseline: null,
    bootId: null,
    // A rollback's target is the recorded one, not something that was built.
    target: deploy.kind === 'deploy' ? null : deploy.target,
    // A build that a reboot killed can never be attached to.
    attempts: again(deploy, 'build'),
  });
}

function isAsBaseline(deploy: Deploy, state: HostState): boolean {
  const { running, profile } = baselineOf(deploy);
  return state.running === running && (deploy.step === 'test' || state.profile === profile);
}

function isAsBefore({ baseline, step }: Deploy, state: HostState): boolean {
  if (step === 'look') return true;
  return (
    baseline !== null &&
    !state.switching &&
    state.bootId === baseline.bootId &&
    state.running === baseline.running &&
    state.profile === baseline.profile
  );
}

/**
 * The host came up anew after something was asked of it. What it runs is what its boot default was:
 * the old system until `boot` took effect, the target afterwards, and a profile that was moved without its boot entry
 * (torn, claim 20) shows as the old system with the target's profile.
 */
export function afterReboot(deploy: Deploy, state: HostState): Deploy {
  // Somebody's switch already runs again: its end is waited for.
  if (state.switching) return deploy;
  const { running, profile } = baselineOf(deploy);
  // What was adopted is gone, and what came up instead was nobody's choice for this moment.
  if (running !== profile && state.running === profile && profile !== targetOf(deploy))
    return end(deploy, 'needs-hands', because('rebooted-into-profile', { running: profile, before: running }));
  if (changedByOthers(deploy, state)) return endChangedByOthers(deploy, state);
  const here = { ...deploy, bootId: state.bootId, armed: null };
  return state.running === targetOf(deploy) ? cameUpNew(here, state) : cameUpOld(here, cameUpOldBy(deploy));
}

function cameUpOldBy(deploy: Deploy): 'host-rebooted' | 'watchdog-rebooted' | 'came-up-old' {
  if (deploy.kind === 'reboot') return 'came-up-old';
  return deploy.armed === null ? 'host-rebooted' : 'watchdog-rebooted';
}

function cameUpOld(deploy: Deploy, why: ReturnType<typeof cameUpOldBy>): Deploy {
  // An activation that a reboot ended tells nothing more; nothing was asked to put the host back.
  const unasked = deploy.step === 'judge' && deploy.revert?.trouble === null;
  const endedByReboot =
    unasked && (deploy.revert?.reason.code === 'activation-unanswered' || why === 'watchdog-rebooted');
  const revert =
    deploy.revert === null || endedByReboot
      ? { reason: because(why), endAs: 'reverted-by-reboot' as const, bootEnded: false, trouble: null }
      : { ...deploy.revert, trouble: null };
  if (!deploy.bootAsked) return to(deploy, 'revert-probe', { revert });
  // `boot` was asked for: what it left of the profile and the boot entry is put right in every case.
  return to(deploy, 'revert-boot', { revert, attempts: again(deploy, 'revert-boot') });
}

function cameUpNew(deploy: Deploy, state: HostState): Deploy {
  // It can only boot into the target when `boot` was asked; otherwise somebody else made it the default.
  if (!deploy.bootAsked) return endChangedByOthers(deploy, state);
  if (deploy.revert === null) return to(deploy, 'probe');
  if (deploy.attempts['revert-test'] >= maxAttempts)
    return stuck(deploy, because('revert-failed', { attempts: maxAttempts }));
  return to(deploy, 'revert-test', { attempts: again(deploy, 'revert-test') });
}
