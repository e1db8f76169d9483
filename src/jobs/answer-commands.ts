import type { PullRequestSnapshot, Snapshot } from '../commands/command.ts';
import { addressedTo, type Decided, decideComment } from '../commands/decide.ts';
import { noFlags } from '../commands/flags.ts';
import { commands } from '../commands/list.ts';
import { readCommands } from '../commands/read-commands.ts';
import { never } from '../core/bug.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { renderConfigMistakes } from '../report/config-mistakes.ts';
import { renderHelp } from '../report/help.ts';
import { renderRefusals } from '../report/refusals.ts';
import { readAsk } from '../writer/direct/read-ask.ts';
import { approveRisks } from './approve-risks.ts';
import type { Bot } from './bot.ts';
import type { ChangeJob } from './change-job.ts';
import type { Lane, RepositoryRef } from './forge.ts';
import { actOnHosts } from './host-acts.ts';
import { isOwn } from './follow-base.ts';
import { recordedHead } from './heads.ts';
import type { Comment, EventOf } from './inbox-event.ts';
import { mayInstruct } from './may-instruct.ts';
import { postingKeys } from './posting-keys.ts';
import { readFleet } from './read-fleet.ts';
import { repositoryOf } from './repository-of.ts';
import type { PlanJob, RolloutJob } from './rollout-job.ts';
import type { LogsJob } from './show-logs.ts';
import { statusOf } from './status-of.ts';

/** Where a comment stands. On a pull request, `issue` is its number. */
interface Where {
  readonly repository: RepositoryRef;
  readonly branch: string;
  readonly issue: number;
  /** The issue's own words; none on a pull request. */
  readonly ask?: { readonly title: string; readonly body: string };
}

export async function onPullRequestComment(bot: Bot, event: EventOf<'pull-request-comment'>): Promise<void> {
  const where = { repository: repositoryOf(event), branch: event.defaultBranch, issue: event.number };
  await answerCommands(bot, where, event.comment, event.number);
}

/**
 * Answers the command lines of a comment: 👀 at once, then every line is decided on one snapshot, what is refused is
 * answered in one comment, and the rest begins. False where the comment holds no command.
 */
export async function answerCommands(
  bot: Bot,
  where: Where,
  comment: Comment,
  pullRequest: number | null,
): Promise<boolean> {
  const lines = addressedTo(readCommands(comment.body));
  if (lines.length === 0) return false;
  const { repository } = where;
  await bot.outbox.put(repository, postingKeys.reactionToComment(comment.id), 'acknowledgement', {
    kind: 'reaction',
    subject: { comment: comment.id },
    content: 'eyes',
  });
  const mayWrite = await mayInstruct(bot.forge, repository, comment.author);
  // Asked before anything is read for them: an outsider costs one answer and nothing else.
  if (!mayWrite) {
    const [line] = lines;
    const refusal = refuse('no-write-permission', { author: comment.author.login });
    await answer(bot, where, comment, renderRefusals([{ refusal, typed: line?.text ?? '' }]));
    return true;
  }
  const fleet = await readFleet(bot.forge, repository, where.branch);
  if (fleet.kind === 'no-fleet') {
    const mistakes = fleet.findings.length === 0 ? [] : [renderConfigMistakes(fleet.findings, 'default-branch')];
    const refused = renderRefusals(lines.map((line) => ({ refusal: fleet.refusal, typed: line.text })));
    await answer(bot, where, comment, [refused, ...mistakes].join('\n\n'));
    return true;
  }
  const snapshot: Snapshot = {
    author: comment.author.login,
    mayWrite,
    config: fleet.config,
    pullRequest: pullRequest === null ? null : await pullRequestSnapshot(bot, repository, pullRequest),
  };
  const decided = decideComment(lines, snapshot);
  const words = await Promise.all(decided.map((one, index) => begin(bot, where, comment, one, { index, snapshot })));
  const said = [...words, await beginDns(bot, where, comment, decided)].filter((text) => text !== null);
  for (const { line, decision } of decided) {
    const outcome = isRefusal(decision) ? ` (refused: ${decision.code})` : '';
    bot.tell({ step: 'command', issue: where.issue, text: `${comment.author.login}: ${line.text}${outcome}` });
  }
  if (said.length > 0) await answer(bot, where, comment, said.join('\n\n---\n\n'));
  return true;
}

/** Everything about a pull request that a decision needs: the head only from signed events, the rest from the forge. */
async function pullRequestSnapshot(bot: Bot, repository: RepositoryRef, number: number): Promise<PullRequestSnapshot> {
  const [now, head, plan, { login }] = await Promise.all([
    bot.forge.pullRequest(repository, number),
    recordedHead(bot.records, repository.name, number),
    bot.outbox.posted(repository, postingKeys.plan(number)),
    bot.forge.identity(),
  ]);
  return {
    number,
    state: now.merged ? 'merged' : now.open ? 'open' : 'closed',
    fromFork: now.fromFork,
    recordedHead: head?.sha ?? null,
    shownHead: plan?.sha ?? null,
    mergeCommit: now.mergeCommit,
    ownBranch: !now.fromFork && isOwn(now, login) ? now.headBranch : null,
  };
}

/** Begins what was decided, and gives back what is to be said about it now, if anything. */
async function begin(
  bot: Bot,
  where: Where,
  comment: Comment,
  { line, decision }: Decided,
  { index, snapshot }: { readonly index: number; readonly snapshot: Snapshot },
): Promise<string | null> {
  const id = `c${comment.id}-${index}`;
  const asked = { repository: where.repository, id, by: comment.author.login, comment: comment.id };
  const enqueue = (job: RolloutJob) => bot.queue.add('rollout', job, { id: `rollout:${where.repository.name}:${id}` });
  switch (decision.kind) {
    case 'refused':
      return renderRefusals([{ refusal: decision, typed: line.text }]);
    case 'help':
      return renderHelp(commands, snapshot.config);
    case 'dns':
      // All lines of the comment are one change: see `beginDns`.
      return null;
    case 'status':
      return statusOf(bot, snapshot.config, decision.hosts);
    case 'logs': {
      const { host, unit } = decision;
      const job: LogsJob = { repository: where.repository, id, issue: where.issue, host, unit, typed: line.text };
      await bot.queue.add('logs', job, { id: `logs:${where.repository.name}:${id}` });
      return null;
    }
    case 'lock':
    case 'unlock':
    case 'locks':
    case 'cancel':
    case 'stop':
    case 'free':
      return actOnHosts(bot, decision, {
        repository: where.repository,
        branch: where.branch,
        config: snapshot.config,
        issue: where.issue,
        by: comment.author.login,
        typed: line.text,
      });
    case 'plan':
      await planAgain(bot, where, decision, id);
      return null;
    case 'approve': {
      const { sha } = decision;
      const { given, words } = await approveRisks(bot, { ...asked, sha, typed: line.text });
      // The plan and its check are shown again, with the yes in them.
      if (given && snapshot.pullRequest?.state === 'open') await planAgain(bot, where, decision, id);
      return words;
    }
    case 'deploy':
      await enqueue({
        ...asked,
        kind: 'deploy',
        pullRequest: decision.pullRequest,
        sha: decision.sha,
        hosts: [...decision.hosts],
        named: [...decision.named],
        flags: decision.flags,
        merged: snapshot.pullRequest?.state === 'merged',
      });
      return null;
    case 'verify':
      await enqueue({ ...asked, kind: 'verify', issue: where.issue, hosts: [...decision.hosts], flags: noFlags });
      return null;
    case 'rollback':
      await enqueue({
        ...asked,
        kind: 'rollback',
        issue: where.issue,
        hosts: [decision.host],
        flags: decision.flags,
      });
      return null;
    case 'reboot':
      await enqueue({
        ...asked,
        kind: 'reboot',
        issue: where.issue,
        host: decision.host,
        commit: decision.commit,
        flags: decision.flags,
      });
      return null;
    default:
      return never(decision);
  }
}

async function planAgain(
  bot: Bot,
  { repository, branch }: Where,
  { pullRequest, sha }: Pick<PlanJob, 'pullRequest' | 'sha'>,
  id: string,
): Promise<void> {
  const job: PlanJob = { repository, branch, pullRequest, sha };
  await bot.queue.add('plan', job, { id: `plan:${repository.name}:${id}` });
}

/** Begins the `/dns` lines of a comment as one change, all or none; gives back the words where they cannot be read. */
async function beginDns(bot: Bot, where: Where, comment: Comment, decided: readonly Decided[]): Promise<string | null> {
  const own = decided.filter(({ line }) => line.verb === 'dns');
  const [first] = own;
  if (first === undefined || own.some(({ decision }) => decision.kind !== 'dns')) return null;
  const said = own.map(({ line }) => line.text).join('\n');
  const asks = readAsk(said);
  if (isRefusal(asks)) return renderRefusals([{ refusal: asks, typed: own.length === 1 ? said : first.line.text }]);
  const branch = first.decision.kind === 'dns' ? first.decision.onto : null;
  const job: ChangeJob = {
    repository: where.repository,
    branch: where.branch,
    issue: where.issue,
    title: where.ask?.title ?? '',
    body: where.ask?.body ?? '',
    said,
    asker: comment.author.login,
    ...(branch === null ? {} : { onto: { branch, comment: comment.id } }),
  };
  await bot.queue.add('change', job, { id: `change:${where.repository.name}:c${comment.id}` });
  return null;
}

async function answer(
  bot: Bot,
  where: Where,
  comment: Comment,
  body: string,
  lane: Lane = 'acknowledgement',
): Promise<void> {
  await bot.outbox.put(where.repository, postingKeys.answer(comment.id), lane, {
    kind: 'comment',
    issue: where.issue,
    body,
  });
}
