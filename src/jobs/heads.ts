import { z } from 'zod';
import { type CommitSha, parseCommitSha, type RepositoryName } from '../core/names.ts';
import type { Records } from '../core/records.ts';
import type { EventOf } from './inbox-event.ts';

/**
 * The head of each pull request as signed `pull_request` events told it. A comment carries no commit, and the API can
 * be asked only for the head of now, which may be a push that came after the comment was written.
 */
export interface Head {
  readonly sha: CommitSha;
  /** GitHub's time of the event that told it, ISO 8601. */
  readonly at: string;
}

type HeadEvent = EventOf<
  'pull-request-opened' | 'pull-request-synchronized' | 'pull-request-closed' | 'pull-request-merged'
>;

const shape = z.object({
  schemaVersion: z.literal(1),
  sha: z.string().transform((text, context): CommitSha => {
    const sha = parseCommitSha(text);
    if (sha !== null) return sha;
    context.addIssue({ code: 'custom', message: 'not a commit id' });
    return z.NEVER;
  }),
  at: z.string(),
});

const keyOf = (repository: RepositoryName, pullRequest: number) => `head/${repository}/${pullRequest}`;

/** The head last told, or null where none was. */
export async function recordedHead(
  records: Records,
  repository: RepositoryName,
  pullRequest: number,
): Promise<Head | null> {
  const found = await records.read(keyOf(repository, pullRequest));
  const parsed = found === null ? undefined : shape.safeParse(found.value).data;
  return parsed === undefined ? null : { sha: parsed.sha, at: parsed.at };
}

/** Remembers what an event told, unless what is remembered is newer: deliveries arrive in any order. */
export async function recordHead(records: Records, event: HeadEvent): Promise<void> {
  const { number, headSha, updatedAt } = event.pullRequest;
  const key = keyOf(event.repository, number);
  for (;;) {
    const found = await records.read(key);
    const known = found === null ? undefined : shape.safeParse(found.value).data;
    if (known !== undefined && !isNewer(event, known)) return;
    const value = { schemaVersion: 1, sha: headSha, at: updatedAt };
    if (await records.write(key, found?.version ?? 0, value)) return;
  }
}

/**
 * Puts back the head that a yes was bound to, after a loss of the store, where no event told one since. It is as old as
 * can be, so any event wins over it; and before an activation the forge is asked whether it still is the head.
 */
export async function restoreHead(
  records: Records,
  repository: RepositoryName,
  pullRequest: number,
  sha: CommitSha,
): Promise<void> {
  const value = { schemaVersion: 1, sha, at: new Date(0).toISOString() };
  await records.write(keyOf(repository, pullRequest), 0, value);
}

/**
 * Whether the event tells of a later head. Times have whole seconds: of two pushes within one, the second names the
 * first as what was there before it.
 */
export function isNewer(event: HeadEvent, known: Head): boolean {
  const difference = Date.parse(event.pullRequest.updatedAt) - Date.parse(known.at);
  if (difference !== 0 || event.pullRequest.headSha === known.sha) return difference > 0;
  switch (event.kind) {
    case 'pull-request-opened':
      return false;
    case 'pull-request-synchronized':
      return event.before === known.sha;
    default:
      // Closing is the last thing that happens in its second.
      return true;
  }
}
