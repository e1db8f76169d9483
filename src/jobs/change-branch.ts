import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { renderAddedToBranch } from '../report/branch-change.ts';
import { directTitle } from '../report/change.ts';
import { readAsk } from '../writer/direct/read-ask.ts';
import type { Bot } from './bot.ts';
import { wordsOf } from './change-directly.ts';
import type { ChangeJob } from './change-job.ts';
import { sayOnIssue } from './change-postings.ts';
import { directPlan } from './direct-plan.ts';
import { postingKeys } from './posting-keys.ts';
import type { Fleet } from './read-fleet.ts';

/** Adds what a comment asks for to the branch of the bot's own pull request, as one commit. */
export async function changeBranch(
  bot: Bot,
  job: ChangeJob,
  fleet: Fleet,
  onto: NonNullable<ChangeJob['onto']>,
): Promise<Refusal | null> {
  const key = postingKeys.commit(onto.comment);
  // A run that was cut off after its commit came to the branch would find its own records there.
  if ((await bot.outbox.posted(job.repository, key)) !== null) return null;
  const asks = readAsk(wordsOf(job));
  if (isRefusal(asks)) return asks;
  const head = await bot.forge.branchHead(job.repository, onto.branch);
  if (head === null) return refuse('pull-request-closed', { number: job.issue });
  const tree = bot.forge.tree(job.repository, head);
  const planned = await directPlan(
    bot,
    fleet.config,
    { repository: job.repository, sha: fleet.sha, tree, current: fleet.tree },
    asks,
  );
  if (isRefusal(planned)) return planned;
  const title = directTitle(planned.rows);
  await bot.outbox.put(job.repository, key, 'result', {
    kind: 'branch-commit',
    branch: onto.branch,
    expectedHead: head,
    merges: null,
    edits: planned.edits,
    commitMessage: [title, '', `Pull-request: #${job.issue}`, `Requested-by: ${job.asker}`].join('\n'),
  });
  await sayOnIssue(bot, job, 'result', renderAddedToBranch(title, job.asker, planned.findings));
  bot.tell({ step: 'change-written', pr: job.issue, text: title });
  return null;
}
