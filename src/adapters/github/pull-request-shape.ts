import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { parseCommitSha } from '../../core/names.ts';
import type { PullRequest } from '../../jobs/forge.ts';

/** The fields that one pull request and the entries of a list have in common. */
const shape = z.object({
  number: z.number().int(),
  state: z.string(),
  merged_at: z.string().nullish(),
  title: z.string(),
  user: z.object({ login: z.string() }).nullable(),
  merge_commit_sha: z.string().nullish(),
  head: z.object({ ref: z.string(), sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
  base: z.object({ ref: z.string(), sha: z.string(), repo: z.object({ full_name: z.string() }) }),
});

/** A pull request from any of the routes that tell of one. */
export function pullRequestOf(data: unknown): PullRequest {
  const parsed = shape.safeParse(data);
  const one = parsed.data;
  const headSha = parseCommitSha(one?.head.sha ?? '');
  const baseSha = parseCommitSha(one?.base.sha ?? '');
  if (one === undefined || headSha === null || baseSha === null) {
    throw new Fault('unexpected-answer', 'reading a pull request', 'never', { cause: parsed.error });
  }
  const merged = typeof one.merged_at === 'string';
  return {
    number: one.number,
    open: one.state === 'open',
    merged,
    title: one.title,
    // An account that was deleted: GitHub shows it as "ghost".
    author: one.user?.login ?? 'ghost',
    headBranch: one.head.ref,
    headSha,
    // A head whose repository is gone was in another one, or its branch would still have it.
    fromFork: one.head.repo?.full_name.toLowerCase() !== one.base.repo.full_name.toLowerCase(),
    baseBranch: one.base.ref,
    baseSha,
    // Before the merge this field names GitHub's own trial merge, which is no part of the history.
    mergeCommit: merged ? parseCommitSha(one.merge_commit_sha ?? '') : null,
  };
}
