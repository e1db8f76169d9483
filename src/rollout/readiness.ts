import type { ForeignRebuild, HostState } from '../host/machine.ts';
import type { DeployReason } from '../report/deploy-report.ts';
import type { Deploy } from './deploy.ts';
import type { Manner, Reason } from './shapes.ts';

/** One thing that makes a deploy unsafe, with what a person needs to know of it. */
type Obstacle = Reason & { readonly code: DeployReason };

/** What is remembered of the host that the look is judged by. */
type Known = Pick<Deploy, 'awaitsReboot' | 'recorded'>;

/**
 * Why a host may not be touched now; null when it may. All obstacles are named at once, so that nobody has to ask twice.
 *
 * - A switch that runs holds the unit's name: our own would fail half-way, with the profile moved (claims 19 and 20).
 *   A rebuild that still builds will want the name in the middle of ours.
 * - A scheduled shutdown is somebody's: it would fall into the deploy, and arming our own would overwrite it (claim 27).
 * - A system that runs and is not the profile means that the boot default is not what "put it back" would restore.
 *   What we made the boot default ourselves, for a reboot that has not come yet (`awaitsReboot`), is no drift.
 *   A person may accept that (`--adopt`), knowing that a reboot brings the profile and not what runs.
 * - A full disk fails a build late, and a boot entry half-way.
 */
export function obstacleOf(
  state: HostState,
  { adopt, minFreeMiB, watchdog, mode, file }: Manner,
  { awaitsReboot, recorded }: Known = { awaitsReboot: null, recorded: null },
): Reason | null {
  const found: Obstacle[] = [];
  const by = state.foreignRebuilds.filter(switches);
  if (state.switching || by.length > 0)
    found.push({ code: 'switch-running', facts: by.length === 0 ? {} : { by: by.map(wordsFor) } });
  if (state.scheduledShutdown !== null)
    found.push({ code: 'shutdown-scheduled', facts: { scheduled: state.scheduledShutdown.slice(0, 200) } });
  if (state.running === null || state.profile === null)
    found.push({
      code: 'link-missing',
      facts: { link: state.running === null ? 'running system' : 'system profile' },
    });
  else if (state.running !== state.profile && !adopt && state.profile !== awaitsReboot)
    found.push({ code: 'running-is-not-profile', facts: { running: state.running, profile: state.profile } });
  found.push(...lacks(state, minFreeMiB));
  found.push(...cannotWatch(state, watchdog));
  if (state.killsDetachedRuns) found.push({ code: 'detached-runs-killed', facts: {} });
  if (state.dialect === 'missing') found.push({ code: 'dialect-missing', facts: {} });
  // Commits are named to an older nixos-rebuild, in its own flake: what runs must be a commit that is known.
  if (state.dialect === 'flake-only' && (mode !== 'safe' || file))
    found.push({ code: 'dialect-without-store-path', facts: {} });
  else if (
    state.dialect === 'flake-only' &&
    !adopt &&
    (recorded === null || recorded.sha === null || recorded.path !== state.running)
  )
    found.push({ code: 'no-way-back', facts: {} });
  const [only, ...more] = found;
  if (only === undefined) return null;
  if (more.length === 0) return only;
  return {
    code: 'several-not-ready',
    facts: { reasons: found.map(({ code }) => code), ...Object.assign({}, ...found.map(({ facts }) => facts)) },
  };
}

/** Why a host may not go down now, beside what speaks against any work on it. */
export function rebootObstacle({ shutdownInhibitors }: HostState): Obstacle | null {
  if (shutdownInhibitors.length === 0) return null;
  const by = shutdownInhibitors.map(({ who, why, pid }) => `${who}: ${why} (process ${pid})`.slice(0, 200));
  return { code: 'shutdown-inhibited', facts: { by } };
}

/** `systemctl --when` came with systemd 254. A watchdog that something holds up is none. */
function cannotWatch(state: HostState, watchdog: Manner['watchdog']): Obstacle[] {
  if (watchdog?.level !== 'reboot') return [];
  const inhibited = rebootObstacle(state);
  const old = state.systemd !== null && state.systemd < 254;
  const why = `systemd ${state.systemd} cannot schedule a reboot; 254 can`;
  return [
    ...(old ? [{ code: 'watchdog-impossible', facts: { why } } as const] : []),
    ...(inhibited === null ? [] : [inhibited]),
  ];
}

/** Building alone takes neither the unit's name nor the profile; every other rebuild will, or may. */
const harmless = new Set(['build', 'dry-build', 'dry-run', 'build-vm', 'build-vm-with-bootloader', 'build-image']);
const reading = new Set(['edit', 'repl', 'list-generations']);

function switches({ what }: ForeignRebuild): boolean {
  const action = what.split(' ')[1] ?? '';
  return !harmless.has(action) && !reading.has(action);
}

function wordsFor({ what, pid, user }: ForeignRebuild): string {
  const process = [...(pid === null ? [] : [`process ${pid}`]), ...(user === null ? [] : [`of ${user}`])].join(' ');
  return process === '' ? what : `${what} (${process})`;
}

function lacks({ freeMiB, nix }: HostState, least: Manner['minFreeMiB']): Obstacle[] {
  const low = (['nix', 'boot'] as const).filter((place) => (freeMiB[place] ?? Infinity) < least[place]);
  const disk: Obstacle = {
    code: 'disk-low',
    facts: { disks: low.map((place) => `/${place} has ${freeMiB[place]} MiB left and needs ${least[place]}`) },
  };
  const [major = 0, minor = 0] = (nix ?? '').split('.').map(Number);
  // Flakes came with 2.4. A version that cannot be read is no reason to refuse: the build will tell.
  const old = nix !== null && (major < 2 || (major === 2 && minor < 4));
  return [...(low.length > 0 ? [disk] : []), ...(old ? [{ code: 'nix-too-old', facts: { nix } } as const] : [])];
}
