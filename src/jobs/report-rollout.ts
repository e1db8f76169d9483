import type { HostName } from '../core/names.ts';
import { type Outcome, outcomeMeanings } from '../core/outcome.ts';
import { renderRollout, rolloutTitle } from '../report/deploy.ts';
import { readRecord } from '../rollout/change-record.ts';
import { deploymentPayload } from '../rollout/deployment-payload.ts';
import type { Deploy } from '../rollout/deploy.ts';
import { deployRecord } from '../rollout/drive-deps.ts';
import { placeOf, placesOf, type Rollout } from '../rollout/rollout.ts';
import { rolloutReport } from '../rollout/rollout-report.ts';
import type { Bot } from './bot.ts';
import type { Posting } from './forge.ts';
import { postingKeys } from './posting-keys.ts';

export const deployCheckName = 'fleetwright/deploy';

/** Shows where a rollout stands now, together with whoever asks for the same. */
export function reportRollout(bot: Pick<Bot, 'reports'>, id: string): Promise<void> {
  return bot.reports.now(id);
}

/**
 * What makes the reports of rollouts, from what is stored of them: one sticky comment and one check run. A deploy that
 * is over stays as it is and is read once, so that a report costs what is under way and not what is done.
 */
export function rolloutReporting(parts: Pick<Bot, 'records' | 'rollouts' | 'outbox'>): (id: string) => Promise<void> {
  const over = new Map<string, Map<HostName, Deploy>>();
  return async (id) => {
    const rollout = await parts.rollouts.read(id);
    if (rollout === null) return;
    const known = over.get(id) ?? new Map<HostName, Deploy>();
    const deploys = new Map(known);
    const open = placesOf(rollout).filter(([host, { state }]) => state.kind !== 'waiting' && !known.has(host));
    await Promise.all(
      open.map(async ([host]) => {
        const deploy = await readRecord(parts.records, deployRecord(id, host));
        if (deploy === null) return;
        deploys.set(host, deploy);
        if (deploy.outcome !== null) known.set(host, deploy);
      }),
    );
    if (rollout.endedAt === null) over.set(id, known);
    else over.delete(id);
    await putReport(parts, rollout, deploys);
  };
}

async function putReport(
  { outbox }: Pick<Bot, 'outbox'>,
  rollout: Rollout,
  deploys: ReadonlyMap<HostName, Deploy>,
): Promise<void> {
  const { id } = rollout;
  const report = rolloutReport(rollout, deploys);
  const lane = report.state === 'done' ? 'result' : 'progress';
  const body = renderRollout(report);
  const issue = rollout.cause.kind === 'merge' ? rollout.cause.pullRequest : rollout.cause.issue;
  await outbox.put(rollout.repository, postingKeys.rollout(id), lane, { kind: 'sticky', issue, body });
  if (rollout.sha === null || rollout.kind !== 'deploy') return;
  await outbox.put(rollout.repository, postingKeys.rolloutCheck(id), lane, {
    kind: 'check-run',
    name: deployCheckName,
    sha: rollout.sha,
    title: rolloutTitle(report),
    summary: body,
    annotations: [],
    ...(report.state === 'done'
      ? { status: 'completed', conclusion: report.good ? 'success' : 'failure' }
      : { status: 'in_progress' }),
  });
}

/**
 * The most hosts of a rollout that are mirrored. One that is mirrored from its begin to its end takes about eight
 * writes, and GitHub refuses an App that makes more than 500 an hour (docs, "About secondary rate limits").
 */
export const mostMirrored = 50;

/**
 * Whether the forge is to remember the host's deploy. Of a rollout with more hosts than that, it remembers only those
 * that are left in a state which must not be forgotten: held, or in need of a person.
 */
function isMirrored(rollout: Rollout, host: HostName): boolean {
  const places = placesOf(rollout);
  if (places.length <= mostMirrored) return true;
  const left = places.filter(([, { state }]) => state.kind === 'ended' && mustBeRemembered(state.outcome));
  return left.slice(0, mostMirrored).some(([one]) => one === host);
}

function mustBeRemembered(outcome: Outcome): boolean {
  const { held, callsForPerson } = outcomeMeanings[outcome];
  return held || callsForPerson;
}

/** Mirrors one host's deploy into its GitHub deployment, from which a lost Redis is made anew. */
export async function reportDeploy(bot: Bot, rollout: Rollout, host: HostName): Promise<void> {
  if (rollout.sha === null || rollout.kind !== 'deploy') return;
  const place = placeOf(rollout, host);
  if (place === null || !isMirrored(rollout, host)) return;
  const deploy = await readRecord(bot.records, deployRecord(rollout.id, host));
  const outcome = deploy?.outcome ?? (place.state.kind === 'ended' ? place.state.outcome : null);
  await bot.outbox.put(
    rollout.repository,
    postingKeys.deployment(rollout.id, host),
    // Not as results: at the end of two hundred hosts people would wait for as many deployments before the report.
    // What was begun is not held back as progress is, because it has to be there when the store is lost.
    deploy === null && outcome === null ? 'progress' : 'acknowledgement',
    {
      kind: 'deployment',
      sha: rollout.sha,
      environment: host,
      payload: { ...deploymentPayload(rollout, host, deploy) },
      ...shown(deploy, outcome),
    },
  );
}

/** Mirrors every host that is to be deployed, so that a rollout is known on the forge as a whole before it moves. */
export async function reportPlaces(bot: Bot, rollout: Rollout): Promise<void> {
  if (placesOf(rollout).length > mostMirrored) return;
  for (const [host, { state }] of placesOf(rollout)) if (state.kind !== 'ended') await reportDeploy(bot, rollout, host);
}

/** Closes the deployments of hosts that were never begun, once the rollout is over. */
export async function reportNeverBegun(bot: Bot, rollout: Rollout): Promise<void> {
  if (placesOf(rollout).length > mostMirrored) return;
  for (const [host, { state }] of placesOf(rollout)) {
    // One that was refused at the begin (held) was never mirrored.
    if (state.kind !== 'ended' || state.outcome !== 'cancelled') continue;
    if ((await readRecord(bot.records, deployRecord(rollout.id, host))) === null)
      await reportDeploy(bot, rollout, host);
  }
}

type DeploymentPosting = Posting & { readonly kind: 'deployment' };

function shown(deploy: Deploy | null, outcome: Outcome | null): Pick<DeploymentPosting, 'state' | 'description'> {
  if (outcome !== null) {
    const state = deploy === null ? 'inactive' : deploymentState(outcome);
    return { state, description: outcome };
  }
  return deploy === null
    ? { state: 'queued', description: 'waiting' }
    : { state: 'in_progress', description: 'in progress' };
}

function deploymentState(outcome: Outcome): DeploymentPosting['state'] {
  const { good, callsForPerson } = outcomeMeanings[outcome];
  if (good) return 'success';
  return callsForPerson ? 'error' : 'failure';
}
