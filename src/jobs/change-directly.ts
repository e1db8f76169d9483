import { isRefusal, type Refusal } from '../core/refusal.ts';
import { directTitle, renderDirectChange } from '../report/change.ts';
import { readAsk } from '../writer/direct/read-ask.ts';
import type { Bot } from './bot.ts';
import { openPullRequest } from './change-postings.ts';
import type { ChangeJob } from './change-job.ts';
import { directPlan } from './direct-plan.ts';
import type { Fleet } from './read-fleet.ts';

/** The words that ask: the comment's where one asked, else the issue's own. */
export function wordsOf(job: ChangeJob): string {
  return job.said ?? `${job.title}\n${job.body}`;
}

/**
 * Makes a change that needs no model: the words are read strictly, resolved against the fleet, and turned into edits by
 * code. Refuses with `ask-not-understood` what is anything else than DNS; every other refusal is about the ask itself.
 */
export async function changeDirectly(bot: Bot, job: ChangeJob, fleet: Fleet): Promise<Refusal | null> {
  const asks = readAsk(wordsOf(job));
  if (isRefusal(asks)) return asks;
  const planned = await directPlan(
    bot,
    fleet.config,
    { repository: job.repository, sha: fleet.sha, tree: fleet.tree, current: fleet.tree },
    asks,
  );
  if (isRefusal(planned)) return planned;
  const { dns, findings, edits } = planned;
  const body = renderDirectChange({ issue: job.issue, asker: job.asker, dns, findings });
  const title = directTitle(planned.rows);
  if (!(await openPullRequest(bot, job, fleet, { title, body, edits }))) return null;
  bot.tell({ step: 'change-written', issue: job.issue, text: title });
  return null;
}
