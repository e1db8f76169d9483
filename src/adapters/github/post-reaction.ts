import type { Posting, RepositoryRef } from '../../jobs/forge.ts';
import type { Hints, Remote } from '../../jobs/forge-writer.ts';
import type { GitHub } from './github-client.ts';

type Reaction = Extract<Posting, { readonly kind: 'reaction' }>;

/** GitHub answers a repeated reaction with the one that is there, so creating it again is looking it up. */
export async function deliverReaction(
  github: GitHub,
  repository: RepositoryRef,
  posting: Reaction,
  { known }: Hints,
): Promise<Remote> {
  const { subject, content } = posting;
  if (known !== null && known.memory['content'] !== content) {
    // 404: somebody took it away already.
    await github.withinOr(repository, 'taking a reaction back', [404], (octokit, path) =>
      'issue' in subject
        ? octokit.rest.reactions.deleteForIssue({ ...path, issue_number: subject.issue, reaction_id: known.id })
        : octokit.rest.reactions.deleteForIssueComment({
            ...path,
            comment_id: subject.comment,
            reaction_id: known.id,
          }),
    );
  }
  const { data } = await github.within(repository, 'reacting', (octokit, path) =>
    'issue' in subject
      ? octokit.rest.reactions.createForIssue({ ...path, issue_number: subject.issue, content })
      : octokit.rest.reactions.createForIssueComment({ ...path, comment_id: subject.comment, content }),
  );
  return { id: data.id, url: '', memory: { content } };
}
