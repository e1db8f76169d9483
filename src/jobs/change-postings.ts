import type { Edit } from '../core/edit.ts';
import { renderHasMoreCommits } from '../report/branch-change.ts';
import { renderHidden } from '../report/hidden.ts';
import { hiddenText } from '../writer/hidden-text.ts';
import type { Bot } from './bot.ts';
import type { ChangeJob } from './change-job.ts';
import { postingKeys } from './posting-keys.ts';
import type { Fleet } from './read-fleet.ts';

/** What stands on the issue about its change: one comment, edited in place. */
export async function sayOnIssue(bot: Bot, job: ChangeJob, lane: 'result' | 'progress', body: string): Promise<void> {
  await bot.outbox.put(job.repository, postingKeys.change(job.issue), lane, { kind: 'sticky', issue: job.issue, body });
}

/**
 * Puts the change up for review: one commit on a branch of its own, from the commit that it was made against. Where the
 * issue has an open pull request with more commits than that one, its branch is nobody's to write over: it is said.
 */
export async function openPullRequest(
  bot: Bot,
  job: ChangeJob,
  fleet: Fleet,
  change: { readonly title: string; readonly body: string; readonly edits: readonly Edit[] },
): Promise<boolean> {
  const further = await furtherCommits(bot, job);
  if (further !== null) {
    await sayOnIssue(bot, job, 'result', renderHasMoreCommits(further));
    bot.tell({ step: 'refused', issue: job.issue, text: `#${further} has further commits` });
    return false;
  }
  const message = [
    change.title,
    '',
    `Issue: #${job.issue}`,
    `Requested-by: ${job.asker}`,
    `Base-sha: ${fleet.sha}`,
  ].join('\n');
  const asked = [job.title, job.body, job.said ?? ''].join('\n');
  const hidden = renderHidden(hiddenText(asked, Object.keys(fleet.config.hosts)));
  await bot.outbox.put(job.repository, postingKeys.pullRequest(job.issue), 'result', {
    kind: 'pull-request',
    branch: branchFor(job.issue, change.title),
    base: fleet.branch,
    baseSha: fleet.sha,
    edits: change.edits,
    commitMessage: message,
    title: change.title,
    body: hidden === '' ? change.body : `${change.body}\n\n${hidden}`,
    labels: [],
  });
  return true;
}

/** The number of the issue's open pull request whose head is not the commit that was made for it. */
async function furtherCommits(bot: Bot, job: ChangeJob): Promise<number | null> {
  const posted = await bot.outbox.posted(job.repository, postingKeys.pullRequest(job.issue));
  if (posted?.sha === undefined) return null;
  const { open, headSha } = await bot.forge.pullRequest(job.repository, posted.id);
  return open && headSha !== posted.sha ? posted.id : null;
}

/** `fleetwright/issue-7-add-a-consul`: letters, digits and dashes only, whatever the title holds; at most five words. */
export function branchFor(issue: number, title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .slice(0, 5);
  return ['fleetwright/issue', String(issue), ...words].join('-').slice(0, 80).replace(/-+$/, '');
}

/** The issue whose change a branch is, or null where it is none of ours. */
export function issueOfBranch(branch: string): number | null {
  const number = /^fleetwright\/issue-(\d+)(?:-|$)/.exec(branch)?.[1];
  return number === undefined ? null : Number(number);
}
