import type { CommitSha, HostName } from '../core/names.ts';
import { type Refusal, refuse } from '../core/refusal.ts';

/** What is known when a merge is about to reach a host. */
export interface MergeFacts {
  readonly host: HostName;
  readonly merge: CommitSha;
  /** The commit that the host runs, null where none is recorded (a host that the bot has never deployed). */
  readonly hostCommit: CommitSha | null;
  /** `hostCommit` is the merge itself or one of its ancestors. */
  readonly isAncestor: boolean;
  /** The heads of the pull requests that were merged into it. A squash leaves them outside its ancestors. */
  readonly mergedHeads: readonly CommitSha[];
}

/**
 * Whether a merge may be brought to a host: only forward. A host that somebody brought to another branch keeps it,
 * until that branch is merged or a person says otherwise, so that a merge never undoes a deploy in silence.
 */
export function mayDeployMerge({ host, merge, hostCommit, isAncestor, mergedHeads }: MergeFacts): Refusal | null {
  if (hostCommit === null || isAncestor || mergedHeads.includes(hostCommit)) return null;
  return refuse('not-an-ancestor', { host, hostCommit, merge }, `/deploy ${host}`);
}
