import type { CommitSha, Fingerprint, HostName } from '../core/names.ts';
import type { Refusal } from '../core/refusal.ts';
import { hostKey, parseHostRecord } from '../rollout/host-record.ts';
import { mayDeployMerge } from '../rollout/may-deploy-merge.ts';
import type { Bot } from './bot.ts';
import type { RepositoryRef } from './forge.ts';

/** A merge: its commit, and the head that was merged. */
interface Merge {
  readonly repository: RepositoryRef;
  readonly sha: CommitSha;
  readonly head: CommitSha;
}

/** Why a merge may not be brought to a host, or null: it would take something back that the host runs. */
export async function onlyForward(
  bot: Pick<Bot, 'forge' | 'records'>,
  merge: Merge,
  { host, fingerprint }: { readonly host: HostName; readonly fingerprint: Fingerprint },
): Promise<Refusal | null> {
  const found = await bot.records.read(hostKey(fingerprint));
  const hostCommit = found === null ? null : (parseHostRecord(found.value).current?.sha ?? null);
  if (hostCommit === null || hostCommit === merge.sha) return null;
  const { isAncestor } = await bot.forge.compare(merge.repository, hostCommit, merge.sha);
  const mergedHeads = isAncestor ? [] : await headsMergedInto(bot, merge, hostCommit);
  return mayDeployMerge({ host, merge: merge.sha, hostCommit, isAncestor, mergedHeads });
}

/** `commit`, where it is the head of a pull request whose merge commit the merge contains. */
async function headsMergedInto(
  { forge }: Pick<Bot, 'forge'>,
  { repository, sha, head }: Merge,
  commit: CommitSha,
): Promise<readonly CommitSha[]> {
  if (head === commit) return [commit];
  for (const { headSha, merged, mergeCommit } of await forge.pullRequestsOf(repository, commit)) {
    if (headSha !== commit || !merged || mergeCommit === null) continue;
    if ((await forge.compare(repository, mergeCommit, sha)).isAncestor) return [commit];
  }
  return [];
}
