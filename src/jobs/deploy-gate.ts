import { noFlags } from '../commands/flags.ts';
import type { CommitSha } from '../core/names.ts';
import type { Refusal } from '../core/refusal.ts';
import { judge } from '../guard/list.ts';
import type { Bot } from './bot.ts';
import { consentTo } from './consent.ts';
import { diffOf } from './diff-of.ts';
import { factsOf } from './facts-of.ts';
import { recordedHead } from './heads.ts';
import type { Fleet } from './read-fleet.ts';
import type { RolloutJob } from './rollout-job.ts';
import { keepVerdict, keptVerdict, mayDeploy, type Verdict, verdictOf } from './verdict.ts';

type CommitJob = RolloutJob & { readonly kind: 'deploy' | 'merge' | 'catch-up' };

/**
 * What the guards found in a commit decides here, once more and last, whether it reaches a host: a merge is somebody's
 * yes to the text, and a risk of its plan still wants one of its own.
 */
export async function gateRefusal(bot: Bot, job: CommitJob, fleet: Fleet): Promise<Refusal | null> {
  const { name } = job.repository;
  const head = await judgedHead(bot, job);
  const verdict = (await keptVerdict(bot.records, name, head)) ?? (await judgedAnew(bot, job, fleet, head));
  const consent = await consentTo(bot.records, name, head);
  const flags = job.kind === 'deploy' ? job.flags : noFlags;
  const retype = job.kind === 'deploy' ? `/deploy ${job.hosts.join(' ')}` : '/deploy all';
  return mayDeploy(head, { verdict, consent, flags }, retype);
}

/** The commit whose plan people read: of a merged pull request its head, and not the commit that the merge made. */
async function judgedHead(bot: Bot, job: CommitJob): Promise<CommitSha> {
  if (job.kind !== 'deploy') return job.head;
  if ((await keptVerdict(bot.records, job.repository.name, job.sha)) !== null) return job.sha;
  return (await recordedHead(bot.records, job.repository.name, job.pullRequest))?.sha ?? job.sha;
}

/** A push and a merge in one breath leave no plan behind, and so does a store that was lost. */
async function judgedAnew(bot: Bot, job: CommitJob, fleet: Fleet, head: CommitSha): Promise<Verdict> {
  const against = job.kind === 'deploy' ? fleet.sha : job.base;
  const { mergeBase } = await bot.forge.compare(job.repository, against, head);
  const treeAt = (sha: CommitSha) => (sha === fleet.sha ? fleet.tree : bot.forge.tree(job.repository, sha));
  // Serials are judged against what the branch left: the default branch of now holds the merge itself.
  const base = mergeBase ?? against;
  const before = treeAt(base);
  const facts = await factsOf(bot, job.repository, fleet.config, { base, head });
  const diff = await diffOf(fleet.config, { before, after: treeAt(head), current: before }, bot.clock.now(), facts);
  const verdict = verdictOf(judge(diff));
  await keepVerdict(bot.records, job.repository.name, head, verdict);
  return verdict;
}
