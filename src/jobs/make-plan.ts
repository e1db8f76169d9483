import { shortSha } from '../core/names.ts';
import type { Plan } from '../core/plan.ts';
import { errorsIn, openRisks } from '../core/risk.ts';
import { planTitle, renderPlan } from '../report/plan.ts';
import { renderConfigMistakes } from '../report/config-mistakes.ts';
import { renderRefusal } from '../report/refusals.ts';
import type { Diff } from '../guard/guard.ts';
import { hostsBeneath } from '../rollout/hosts-beneath.ts';
import { affectedOf } from './affected-of.ts';
import type { Bot } from './bot.ts';
import { consentTo } from './consent.ts';
import { factsOf } from './facts-of.ts';
import type { Annotation } from './forge.ts';
import { recordedHead } from './heads.ts';
import { planOfCommit } from './plan-of-commit.ts';
import { postingKeys } from './posting-keys.ts';
import { type NoFleet, readFleet } from './read-fleet.ts';
import { type PlanJob, planJobShape } from './rollout-job.ts';
import { keepVerdict, verdictOf } from './verdict.ts';
import { zoneVerdicts } from './zone-verdicts.ts';

/** The check run that judges a pull request. Branch protection may require it, so its name never changes. */
export const planCheckName = 'fleetwright/plan';

/** Makes the plan for one head and shows it: a sticky comment and a check run. A head that was pushed over is left alone. */
export async function makePlan(bot: Bot, payload: unknown): Promise<void> {
  const job = planJobShape.parse(payload);
  const head = await recordedHead(bot.records, job.repository.name, job.pullRequest);
  if (head !== null && head.sha !== job.sha) return;
  const fleet = await readFleet(bot.forge, job.repository, job.branch);
  if (fleet.kind === 'no-fleet') return showNoFleet(bot, job, fleet);
  const { mergeBase } = await bot.forge.compare(job.repository, fleet.sha, job.sha);
  const base = mergeBase ?? fleet.sha;
  const before = base === fleet.sha ? fleet.tree : bot.forge.tree(job.repository, base);
  const after = bot.forge.tree(job.repository, job.sha);
  const affected = (changed: readonly string[]) =>
    affectedOf(
      bot,
      job.repository,
      fleet.config,
      { base, head: job.sha, merged: null, pullRequest: job.pullRequest },
      changed,
    );
  const consent = await consentTo(bot.records, job.repository.name, job.sha);
  const facts = await factsOf(bot, job.repository, fleet.config, { base, head: job.sha });
  const beneath = hostsBeneath(fleet.config, await bot.ground());
  const compared = {
    beneath,
    pullRequest: job.pullRequest,
    sha: job.sha,
    base,
    before,
    after,
    affected,
    consent,
    facts,
    verdicts: (diff: Diff) => zoneVerdicts(bot.zoneCompiler, diff),
  };
  const plan = await planOfCommit(fleet, compared, bot.clock.now());
  // Kept before it is shown: whoever reads the plan and types at once is answered by it.
  await keepVerdict(bot.records, job.repository.name, job.sha, verdictOf(plan.findings));
  await show(bot, job, plan);
}

async function show(bot: Bot, job: PlanJob, plan: Plan): Promise<void> {
  await Promise.all([
    bot.outbox.put(job.repository, postingKeys.plan(plan.pullRequest), 'result', {
      kind: 'sticky',
      issue: plan.pullRequest,
      body: renderPlan(plan),
      about: plan.sha,
    }),
    bot.outbox.put(job.repository, postingKeys.planCheck(plan.sha), 'result', {
      kind: 'check-run',
      name: planCheckName,
      sha: plan.sha,
      status: 'completed',
      conclusion: conclusionOf(plan),
      title: planTitle(plan),
      summary: renderPlan(plan),
      annotations: plan.findings.flatMap(annotationOf),
    }),
  ]);
  bot.tell({
    step: 'planned',
    pr: plan.pullRequest,
    sha: plan.sha,
    text: `plan for ${shortSha(plan.sha)}: ${planTitle(plan)}`,
  });
}

function conclusionOf({ findings, consent }: Plan): 'failure' | 'action_required' | 'success' {
  if (errorsIn(findings).length > 0) return 'failure';
  return openRisks(findings, consent).length > 0 ? 'action_required' : 'success';
}

function annotationOf({ file, line, level, message }: Plan['findings'][number]): Annotation[] {
  if (file === undefined || line === undefined) return [];
  return [
    { path: file, line, level: level === 'error' ? 'failure' : level === 'warning' ? 'warning' : 'notice', message },
  ];
}

/** Without a readable config on the default branch there is no plan; the pull request says so, and its check fails. */
async function showNoFleet(bot: Bot, job: PlanJob, { refusal, findings }: NoFleet): Promise<void> {
  const mistakes = findings.length === 0 ? [] : [renderConfigMistakes(findings, 'default-branch')];
  const body = [renderRefusal(refusal), ...mistakes].join('\n\n');
  await bot.outbox.put(job.repository, postingKeys.plan(job.pullRequest), 'result', {
    kind: 'sticky',
    issue: job.pullRequest,
    body,
  });
  await bot.outbox.put(job.repository, postingKeys.planCheck(job.sha), 'result', {
    kind: 'check-run',
    name: planCheckName,
    sha: job.sha,
    status: 'completed',
    conclusion: 'failure',
    title: 'The config file cannot be used',
    summary: body,
    annotations: findings.flatMap(annotationOf),
  });
  bot.tell({ step: 'refused', pr: job.pullRequest, sha: job.sha, text: refusal.code });
}
