import type { HostName } from '../core/names.ts';
import { type Outcome, outcomeMeanings } from '../core/outcome.ts';
import { renderRollout, rolloutTitle } from '../report/deploy.ts';
import { readRecord } from '../rollout/change-record.ts';
import { deploymentPayload } from '../rollout/deployment-payload.ts';
import type { Deploy } from '../rollout/deploy.ts';
import { deployRecord } from '../rollout/drive-deps.ts';
import { placesOf, type Rollout } from '../rollout/rollout.ts';
import { rolloutReport } from '../rollout/rollout-report.ts';
import type { Bot } from './bot.ts';
import type { Posting } from './forge.ts';
import { postingKeys } from './posting-keys.ts';

export const deployCheckName = 'fleetwright/deploy';

/** Shows where a rollout stands, from what is stored of it: one sticky comment and one check run. */
export async function reportRollout(bot: Bot, id: string): Promise<void> {
  const rollout = await bot.rollouts.read(id);
  if (rollout === null) return;
  const deploys = new Map<HostName, Deploy>();
  for (const [host] of placesOf(rollout)) {
    const deploy = await readRecord(bot.records, deployRecord(id, host));
    if (deploy !== null) deploys.set(host, deploy);
  }
  const report = rolloutReport(rollout, deploys);
  const lane = report.state === 'done' ? 'result' : 'progress';
  const body = renderRollout(report);
  const issue = rollout.cause.kind === 'merge' ? rollout.cause.pullRequest : rollout.cause.issue;
  await bot.outbox.put(rollout.repository, postingKeys.rollout(id), lane, { kind: 'sticky', issue, body });
  if (rollout.sha === null || rollout.kind !== 'deploy') return;
  await bot.outbox.put(rollout.repository, postingKeys.rolloutCheck(id), lane, {
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

/** Mirrors one host's deploy into its GitHub deployment, from which a lost Redis is made anew. */
export async function reportDeploy(bot: Bot, rollout: Rollout, host: HostName): Promise<void> {
  if (rollout.sha === null || rollout.kind !== 'deploy') return;
  const deploy = await readRecord(bot.records, deployRecord(rollout.id, host));
  if (deploy === null) return;
  const { outcome } = deploy;
  await bot.outbox.put(
    rollout.repository,
    postingKeys.deployment(rollout.id, host),
    outcome === null ? 'progress' : 'result',
    {
      kind: 'deployment',
      sha: rollout.sha,
      environment: host,
      payload: { ...deploymentPayload(rollout, host, deploy) },
      state: outcome === null ? 'in_progress' : deploymentState(outcome),
      description: outcome ?? 'in progress',
    },
  );
}

function deploymentState(outcome: Outcome): (Posting & { readonly kind: 'deployment' })['state'] {
  const { good, callsForPerson } = outcomeMeanings[outcome];
  if (good) return 'success';
  return callsForPerson ? 'error' : 'failure';
}
