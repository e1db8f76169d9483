import { fleetConfigPath } from '../config/fleet-config.ts';
import { entryAt } from '../core/tree.ts';
import { renderOpened } from '../report/change.ts';
import { renderConfigMistakes } from '../report/config-mistakes.ts';
import { renderPlanning } from '../report/plan.ts';
import type { Bot } from './bot.ts';
import { issueOfBranch } from './change-postings.ts';
import type { EventOf } from './inbox-event.ts';
import { postingKeys } from './posting-keys.ts';
import { readFleet } from './read-fleet.ts';
import { repositoryOf } from './repository-of.ts';
import type { PlanJob, RolloutJob } from './rollout-job.ts';

/** A head that people may want to deploy: planned at once. A fork's is not: evaluating it would run it. */
export async function onHead(
  bot: Bot,
  event: EventOf<'pull-request-opened' | 'pull-request-synchronized'>,
  effect: string,
): Promise<void> {
  const { pullRequest } = event;
  const repository = repositoryOf(event);
  bot.tell({
    step: event.kind,
    pr: pullRequest.number,
    sha: pullRequest.headSha,
    text: `#${pullRequest.number} ${pullRequest.title}`,
  });
  if (pullRequest.fromFork || pullRequest.baseBranch !== event.defaultBranch) return;
  if (event.kind === 'pull-request-opened') await tellIssue(bot, event);
  await bot.outbox.put(repository, postingKeys.plan(pullRequest.number), 'progress', {
    kind: 'sticky',
    issue: pullRequest.number,
    body: renderPlanning(pullRequest.headSha),
  });
  const job: PlanJob = {
    repository,
    branch: event.defaultBranch,
    pullRequest: pullRequest.number,
    sha: pullRequest.headSha,
  };
  await bot.queue.add('plan', job, { id: `plan:${effect}` });
}

/** The issue whose change this is learns where to read it. Only our own branch by our own hand counts. */
async function tellIssue(bot: Bot, event: EventOf<'pull-request-opened' | 'pull-request-synchronized'>): Promise<void> {
  const issue = issueOfBranch(event.pullRequest.headBranch);
  const { login } = await bot.forge.identity();
  if (issue === null || event.pullRequest.author.login !== login) return;
  await bot.outbox.put(repositoryOf(event), postingKeys.change(issue), 'acknowledgement', {
    kind: 'sticky',
    issue,
    body: renderOpened(event.pullRequest.number),
  });
}

/** A merge into the default branch is a yes to the whole change: the hosts that it changes are brought to it. */
export async function onMerged(bot: Bot, event: EventOf<'pull-request-merged'>): Promise<void> {
  const { pullRequest, mergeCommit } = event;
  bot.tell({
    step: 'merged',
    pr: pullRequest.number,
    sha: mergeCommit,
    text: `#${pullRequest.number} is merged by ${event.actor.login}`,
  });
  if (pullRequest.baseBranch !== event.defaultBranch) return;
  const id = `m${pullRequest.number}-${mergeCommit.slice(0, 12)}`;
  const job: RolloutJob = {
    kind: 'merge',
    repository: repositoryOf(event),
    id,
    by: event.actor.login,
    pullRequest: pullRequest.number,
    sha: mergeCommit,
    head: pullRequest.headSha,
    base: pullRequest.baseSha,
  };
  await bot.queue.add('rollout', job, { id: `rollout:${event.repository}:${id}` });
}

/** A push may bring a config file that cannot be read: the commit's check says so, where everybody looks. */
export async function onDefaultBranch(bot: Bot, event: EventOf<'push-to-default-branch'>): Promise<void> {
  const repository = repositoryOf(event);
  const file = (sha: typeof event.after) => entryAt(bot.forge.tree(repository, sha), fleetConfigPath);
  const isFirst = /^0+$/.test(event.before);
  const [before, after] = await Promise.all([isFirst ? null : file(event.before), file(event.after)]);
  if (after === null || before?.blob === after.blob) return;
  const fleet = await readFleet(bot.forge, repository, event.defaultBranch);
  if (fleet.sha !== event.after) return;
  const findings = fleet.kind === 'fleet' ? [] : fleet.findings;
  const bad = fleet.kind === 'no-fleet';
  const mistakes = renderConfigMistakes(findings, 'default-branch');
  // No pull request is about this commit, so whoever pushed it reads it on the commit itself.
  if (bad) {
    const comment = { kind: 'commit-comment', sha: event.after, body: mistakes } as const;
    await bot.outbox.put(repository, postingKeys.configMistakes(event.after), 'result', comment);
  }
  await bot.outbox.put(repository, postingKeys.configCheck(event.after), 'result', {
    kind: 'check-run',
    name: 'fleetwright/config',
    sha: event.after,
    status: 'completed',
    conclusion: bad ? 'failure' : 'success',
    title: bad ? 'The config file cannot be used' : 'The config file is right',
    summary: bad ? mistakes : 'Every key was understood.',
    annotations: findings.map(({ line, message }) => ({
      path: fleetConfigPath,
      line: line ?? 1,
      level: 'failure',
      message,
    })),
  });
}
