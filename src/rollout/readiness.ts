import type { HostState } from '../host/machine.ts';
import type { DeployReason } from '../report/deploy-report.ts';
import type { Reason } from './shapes.ts';

/** One thing that makes a deploy unsafe, with what a person needs to know of it. */
type Obstacle = Reason & { readonly code: DeployReason };

/**
 * Why a host may not be touched now; null when it may. All obstacles are named at once, so that nobody has to ask twice.
 *
 * - A switch that runs holds the unit's name: our own would fail half-way, with the profile moved (claims 19 and 20).
 * - A scheduled shutdown is somebody's: it would fall into the deploy, and arming our own would overwrite it (claim 27).
 * - A system that runs and is not the profile means that the boot default is not what "put it back" would restore.
 */
export function obstacleOf(state: HostState): Reason | null {
  const found: Obstacle[] = [];
  if (state.switching) found.push({ code: 'switch-running', facts: {} });
  if (state.scheduledShutdown !== null)
    found.push({ code: 'shutdown-scheduled', facts: { scheduled: state.scheduledShutdown.slice(0, 200) } });
  if (state.running === null || state.profile === null)
    found.push({
      code: 'link-missing',
      facts: { link: state.running === null ? 'running system' : 'system profile' },
    });
  else if (state.running !== state.profile)
    found.push({ code: 'running-is-not-profile', facts: { running: state.running, profile: state.profile } });
  if (state.killsDetachedRuns) found.push({ code: 'detached-runs-killed', facts: {} });
  if (state.dialect === 'missing') found.push({ code: 'dialect-missing', facts: {} });
  if (state.dialect === 'flake-only') found.push({ code: 'dialect-without-store-path', facts: {} });
  const [only, ...more] = found;
  if (only === undefined) return null;
  if (more.length === 0) return only;
  return {
    code: 'several-not-ready',
    facts: { reasons: found.map(({ code }) => code), ...Object.assign({}, ...found.map(({ facts }) => facts)) },
  };
}
