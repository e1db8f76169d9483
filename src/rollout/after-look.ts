import { never } from '../core/bug.ts';
import type { HostState } from '../host/machine.ts';
import type { Deploy } from './deploy.ts';
import { because, end, to } from './deploy-changes.ts';
import { obstacleOf, rebootObstacle } from './readiness.ts';
import type { Reason } from './shapes.ts';

/** Where a deploy goes from its first look at the host: whether it may begin there at all, and with what. */
export function afterLook(deploy: Deploy, state: HostState): Deploy {
  const obstacle = obstacleFor(deploy, state);
  if (obstacle !== null) return end(deploy, 'refused', obstacle);
  const { running, profile } = state;
  if (running === null || profile === null) return end(deploy, 'refused', because('link-missing'));
  const known = {
    baseline: {
      running,
      profile,
      bootId: state.bootId,
      failedUnits: [...state.failedUnits],
      restartingUnits: { ...state.restartingUnits },
      failingProbes: [...(state.failingProbes ?? [])],
    },
    bootId: state.bootId,
    dialect: state.dialect === 'flake-only' ? ('flake-only' as const) : ('store-path' as const),
  };
  switch (deploy.kind) {
    case 'deploy':
      return to(deploy, 'ship', known);
    case 'verify':
      return to(deploy, 'probe', { ...known, target: running });
    case 'reboot':
      return afterLookForReboot({ ...deploy, ...known }, state);
    case 'rollback':
      if (deploy.target === null) return end(deploy, 'refused', because('nothing-recorded'));
      if (deploy.target === running) return end({ ...deploy, ...known }, 'unchanged', null);
      return to(deploy, 'keep', known);
    default:
      return never(deploy.kind);
  }
}

function obstacleFor(deploy: Deploy, state: HostState): Reason | null {
  switch (deploy.kind) {
    case 'verify':
      return verifyObstacle(state);
    case 'reboot':
      // What it boots into is what it waits for, and so is looked at by itself.
      return obstacleOf(state, { ...deploy.manner, adopt: true, watchdog: null }) ?? rebootObstacle(state);
    case 'deploy':
      return obstacleOf(state, deploy.manner, deploy);
    case 'rollback':
      // Only a commit can be named to an older nixos-rebuild, and a rollback has none.
      return obstacleOf(state, { ...deploy.manner, mode: 'switch' }, deploy);
    default:
      return never(deploy.kind);
  }
}

/** A reboot is for the one system that a deploy left as the boot default, and for no other that came there since. */
function afterLookForReboot(deploy: Deploy, { running, profile }: HostState): Deploy {
  if (deploy.target === null) return end(deploy, 'refused', because('nothing-pending'));
  if (running === deploy.target) return end(deploy, 'unchanged', null);
  if (profile !== deploy.target)
    return end(deploy, 'refused', because('nothing-pending', { profile: profile ?? 'none' }));
  return to(deploy, 'keep');
}

/** A verify only reads, so all it needs is something to read that does not move meanwhile. */
function verifyObstacle(state: HostState): Reason | null {
  if (state.switching) return because('switch-running');
  if (state.running === null || state.profile === null)
    return because('link-missing', { link: state.running === null ? 'running system' : 'system profile' });
  return null;
}
