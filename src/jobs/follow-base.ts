import { type CommitSha, shortSha } from '../core/names.ts';
import { changedEntries } from '../core/tree-diff.ts';
import { changedZones } from '../guard/zones-changed.ts';
import { renderByHand, renderMergedBase } from '../report/base-moved.ts';
import { dnsSection, renderDnsChanges } from '../report/dns-changes.ts';
import type { Bot } from './bot.ts';
import { issueOfBranch } from './change-postings.ts';
import { diffOf } from './diff-of.ts';
import { dnsChangesOf } from './dns-changes.ts';
import type { PullRequest, RepositoryRef } from './forge.ts';
import type { EventOf } from './inbox-event.ts';
import { knownServersAt } from './known-serials.ts';
import { mergeBase } from './merge-base.ts';
import { postingKeys } from './posting-keys.ts';
import { type Fleet, readFleet } from './read-fleet.ts';
import { repositoryOf } from './repository-of.ts';
import type { PlanJob } from './rollout-job.ts';
import { zoneTexts } from './zone-texts.ts';

/** The default branch moved: our own open branches follow where a zone's serial is all that is between them. */
export async function onBaseMoved(bot: Bot, event: EventOf<'push-to-default-branch'>, effect: string): Promise<void> {
  const repository = repositoryOf(event);
  const fleet = await readFleet(bot.forge, repository, event.defaultBranch);
  if (fleet.kind === 'no-fleet' || Object.keys(fleet.config.zones).length === 0) return;
  if (!(await movedZone(bot, repository, fleet, event.before))) return;
  const pullRequests = await bot.forge.openPullRequests(repository, fleet.branch);
  const { login } = await bot.forge.identity();
  for (const pullRequest of pullRequests) {
    if (pullRequest.fromFork) continue;
    if (isOwn(pullRequest, login)) await followBase(bot, repository, fleet, pullRequest);
    else await planAgain(bot, repository, fleet, pullRequest, effect);
  }
}

/** Most pushes change no zone, and cost nothing here. */
async function movedZone(bot: Bot, repository: RepositoryRef, fleet: Fleet, before: CommitSha): Promise<boolean> {
  if (/^0+$/.test(before)) return false;
  const files = new Set(Object.values(fleet.config.zones).map(({ file }) => file));
  const changed = await changedEntries(bot.forge.tree(repository, before), fleet.tree);
  if (changed.some(({ path }) => files.has(path))) return true;
  // Only what a zone can take in by `$INCLUDE` is worth reading the zones for.
  if (changed.every(({ path }) => /\.(nix|md|ya?ml|json|lock|toml|sh|py|age|pub|pem)$/i.test(path))) return false;
  const paths = await zonePaths(fleet);
  return changed.some(({ path }) => paths.has(path));
}

/** The files of the zones and those that they include. */
async function zonePaths(fleet: Fleet): Promise<ReadonlySet<string>> {
  return new Set([
    ...Object.values(fleet.config.zones).map(({ file }) => file),
    ...(await zoneTexts(fleet.tree, fleet.config)).keys(),
  ]);
}

/** A head of ours that was pushed while the default branch moved on. */
export async function onOwnHead(
  bot: Bot,
  event: EventOf<'pull-request-opened' | 'pull-request-synchronized'>,
): Promise<void> {
  const { pullRequest: news } = event;
  const { login } = await bot.forge.identity();
  if (news.fromFork || news.baseBranch !== event.defaultBranch) return;
  if (!isOwn({ author: news.author.login, headBranch: news.headBranch }, login)) return;
  const repository = repositoryOf(event);
  const fleet = await readFleet(bot.forge, repository, event.defaultBranch);
  if (fleet.kind === 'no-fleet') return;
  await followBase(bot, repository, fleet, { ...news, open: true });
  if (event.kind === 'pull-request-synchronized') await tellDns(bot, repository, fleet, news);
}

/**
 * The pull request's own table of records and serials, as of its newest commit: one that was asked for there, a merge
 * of the default branch, or somebody's own.
 */
async function tellDns(
  bot: Bot,
  repository: RepositoryRef,
  fleet: Fleet,
  { number, headSha }: Pick<PullRequest, 'number' | 'headSha'>,
): Promise<void> {
  const { mergeBase: base } = await bot.forge.compare(repository, fleet.sha, headSha);
  const sha = base ?? fleet.sha;
  const before = sha === fleet.sha ? fleet.tree : bot.forge.tree(repository, sha);
  const after = bot.forge.tree(repository, headSha);
  const diff = await diffOf(fleet.config, { before, after, current: before }, bot.clock.now());
  const changed = changedZones(diff).flatMap((zone) => zone.after ?? []);
  const { serials } = await knownServersAt(bot, { repository, sha: fleet.sha }, changed, async () => changed);
  await bot.outbox.put(repository, postingKeys.dnsSection(number), 'result', {
    kind: 'pull-request-section',
    number,
    section: dnsSection,
    text: renderDnsChanges(dnsChangesOf(diff, fleet.config, serials)),
  });
}

/** A branch of ours by our own hand. The name alone is nothing: people may push to any. */
export function isOwn(pullRequest: Pick<PullRequest, 'author' | 'headBranch'>, login: string): boolean {
  return pullRequest.author === login && issueOfBranch(pullRequest.headBranch) !== null;
}

async function followBase(
  bot: Bot,
  repository: RepositoryRef,
  fleet: Fleet,
  { number, headBranch, headSha }: Pick<PullRequest, 'number' | 'headBranch' | 'headSha'> & { readonly open: boolean },
): Promise<void> {
  const { mergeBase: base } = await bot.forge.compare(repository, fleet.sha, headSha);
  if (base === null || base === fleet.sha) return;
  const trees = {
    base: bot.forge.tree(repository, base),
    ours: bot.forge.tree(repository, headSha),
    theirs: fleet.tree,
  };
  const merged = await mergeBase(trees, fleet.config, {
    now: bot.clock.now(),
    knownServers: (zones, neighbours) => knownServersAt(bot, { repository, sha: fleet.sha }, zones, neighbours),
  });
  if (merged.kind === 'not-needed') return;
  const say = (body: string) =>
    bot.outbox.put(repository, postingKeys.baseMoved(number), 'result', { kind: 'sticky', issue: number, body });
  if (merged.kind === 'by-hand') {
    await say(renderByHand(fleet.branch, merged.files));
    bot.tell({ step: 'base-moved', pr: number, text: `#${number} needs a person: ${merged.files.join(', ')}` });
    return;
  }
  await bot.outbox.put(repository, postingKeys.merge(headSha, fleet.sha), 'result', {
    kind: 'branch-commit',
    branch: headBranch,
    expectedHead: headSha,
    merges: fleet.sha,
    edits: merged.edits,
    commitMessage: `Merge ${fleet.branch} with a serial that is newer than both`,
  });
  await say(renderMergedBase(fleet.branch, fleet.sha, merged.zones));
  bot.tell({ step: 'base-moved', pr: number, text: `#${number} follows ${fleet.branch} at ${shortSha(fleet.sha)}` });
}

/** A person's branch is theirs to merge. Its plan is made anew where both changed a zone, and says what the serial lacks. */
async function planAgain(
  bot: Bot,
  repository: RepositoryRef,
  fleet: Fleet,
  { number, headSha }: PullRequest,
  effect: string,
): Promise<void> {
  const compared = await bot.forge.compare(repository, fleet.sha, headSha);
  if (compared.mergeBase === fleet.sha) return;
  const zones = await zonePaths(fleet);
  if (!compared.files.some((file) => zones.has(file))) return;
  const job: PlanJob = { repository, branch: fleet.branch, pullRequest: number, sha: headSha };
  await bot.queue.add('plan', job, { id: `plan:${effect}:${number}` });
}
