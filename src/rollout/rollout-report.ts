import type { HostName } from '../core/names.ts';
import { outcomeMeanings } from '../core/outcome.ts';
import type { DeployReport, DeployStepReport, ReportedReason, RolloutReport } from '../report/deploy-report.ts';
import type { Deploy } from './deploy.ts';
import { placesOf, type Rollout, type RolloutHost } from './rollout.ts';

/** The rollout as people are told of it. `deploys` holds those that were begun. */
export function rolloutReport(rollout: Rollout, deploys: ReadonlyMap<HostName, Deploy>): RolloutReport {
  const places = [...placesOf(rollout)].sort(([, a], [, b]) => a.wave - b.wave);
  const hosts = places.map(([host, place]) => deployReport(host, place, deploys.get(host) ?? null));
  const moved = places.filter(([, { state }]) => state.kind !== 'waiting').map(([, { wave }]) => wave);
  const { id, kind, sha, cause, reason, stopped, waits, startedAt, endedAt } = rollout;
  return {
    id,
    kind,
    sha,
    cause,
    reason,
    state: endedAt === null ? 'running' : 'done',
    catchesUp: rollout.catchesUp.length > 0,
    waits: hosts.some(({ state }) => state === 'waiting') ? waits : null,
    good: endedAt !== null && hosts.every(({ well }) => well),
    startedAt,
    endedAt,
    waves: Math.max(...places.map(([, { wave }]) => wave)) + 1,
    wave: (stopped?.wave ?? Math.max(0, ...moved)) + 1,
    stopped: stopped === null ? null : { wave: stopped.wave + 1, by: stopped.by, hosts: stopped.hosts },
    hosts,
  };
}

function deployReport(host: HostName, place: RolloutHost, deploy: Deploy | null): DeployReport {
  // The deploy's own record is a moment ahead of the rollout's.
  const outcome = deploy?.outcome ?? (place.state.kind === 'ended' ? place.state.outcome : null);
  const queued = outcome === null ? (deploy?.queued ?? null) : null;
  const findings = deploy?.findings ?? [];
  const unwell = deploy?.kind === 'verify' && findings.some(({ level }) => level === 'error');
  return {
    host,
    fingerprint: place.fingerprint,
    wave: place.wave + 1,
    state:
      outcome === null
        ? place.state.kind === 'waiting'
          ? 'waiting'
          : queued === null
            ? 'running'
            : 'queued'
        : 'ended',
    queued,
    steps: deploy === null ? [] : stepsOf(deploy),
    outcome,
    reason: deploy?.reason ?? (place.state.kind === 'ended' ? place.state.reason : null),
    putBackFor: outcome === 'needs-hands' ? putBackFor(deploy) : null,
    well: outcome !== null && outcomeMeanings[outcome].good && !unwell,
    before: deploy?.baseline?.running ?? null,
    built: deploy?.target ?? null,
    ...whereIs(deploy),
    ways: deploy === null ? [] : waysOf(deploy),
    adopted: adoptedBy(deploy),
    watchdog: deploy === null ? null : watchdogOf(deploy),
    difference: deploy?.difference ?? null,
    findings,
    revertFindings: deploy?.revertFindings ?? [],
    logs: deploy?.logs ?? {},
    later: place.later,
    startedAt: deploy?.startedAt ?? null,
    endedAt: deploy?.endedAt ?? null,
  };
}

/** Where the host is, as far as it was seen: a proven end says more than the last look. */
function whereIs(deploy: Deploy | null): Pick<DeployReport, 'running' | 'profile'> {
  if (deploy === null) return { running: null, profile: null };
  const { outcome, baseline, target, seen } = deploy;
  const old = baseline?.running ?? null;
  if (outcome === 'deployed') return { running: target, profile: target };
  if (outcome === 'reverted' || outcome === 'reverted-by-reboot') return { running: old, profile: old };
  const asked = lastAsked(deploy);
  if (outcome !== null && asked !== null && (seen === null || seen.at < asked)) {
    // It was told to change and never seen again: what it ran before is no news of it.
    return { running: null, profile: deploy.bootAsked ? null : (baseline?.profile ?? null) };
  }
  return { running: seen?.running ?? old, profile: seen?.profile ?? baseline?.profile ?? null };
}

/** The reason of a revert that did not come to its end; the deploy's own reason is then why it did not. */
function putBackFor(deploy: Deploy | null): ReportedReason | null {
  const reason = deploy?.revert?.reason ?? null;
  return reason === null || reason.code === deploy?.reason?.code ? null : reason;
}

/** When the host was last told to run another system. */
function lastAsked({ trail }: Deploy): number | null {
  return trail.findLast(({ step }) => step === 'test' || step === 'revert-test')?.at ?? null;
}

function waysOf({ manner: { mode, file }, dialect }: Deploy): DeployReport['ways'] {
  return [
    ...(mode === 'safe' ? [] : [mode]),
    ...(file ? (['file'] as const) : []),
    ...(dialect === 'store-path' ? [] : (['old-rebuild'] as const)),
  ];
}

function adoptedBy(deploy: Deploy | null): DeployReport['adopted'] {
  const before = deploy?.baseline ?? null;
  if (deploy?.manner.adopt !== true || before === null || before.running === before.profile) return null;
  return { running: before.running, profile: before.profile };
}

function watchdogOf({ manner: { watchdog }, armed }: Deploy): DeployReport['watchdog'] {
  return watchdog === null ? null : { level: watchdog.level, until: armed?.until ?? null };
}

function stepsOf(deploy: Deploy): readonly DeployStepReport[] {
  const done = deploy.trail.map(
    ({ step, at, tookMs, failed }): DeployStepReport => ({
      name: step,
      state: failed ? 'failed' : 'done',
      at,
      tookMs,
    }),
  );
  if (deploy.outcome !== null || deploy.queued !== null) return done;
  return [...done, { name: deploy.step, state: 'running', at: deploy.stepAt, tookMs: null }];
}
