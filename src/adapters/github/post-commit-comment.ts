import type { ForgeReader, Posting, RepositoryRef } from '../../jobs/forge.ts';
import { type Hints, markLine, type Remote } from '../../jobs/forge-writer.ts';
import { isOurs } from './authored.ts';
import type { GitHub } from './github-client.ts';

type CommitComment = Extract<Posting, { readonly kind: 'commit-comment' }>;

interface Place {
  readonly github: GitHub;
  readonly reader: Pick<ForgeReader, 'identity'>;
  readonly repository: RepositoryRef;
}

/** Creates or edits the one comment on a commit. A commit has few comments, so looking for ours reads them all. */
export async function deliverCommitComment(place: Place, posting: CommitComment, hints: Hints): Promise<Remote> {
  const { github, repository } = place;
  const body = `${posting.body}\n\n${markLine(hints.mark)}`;
  const there = hints.known?.id ?? (hints.look ? await find(place, posting, hints) : null);
  if (there !== null) {
    // 404: a person deleted it. What must be on the forge is written anew.
    const edited = await github.withinOr(repository, 'editing a comment', [404], (octokit, path) =>
      octokit.rest.repos.updateCommitComment({ ...path, comment_id: there, body }),
    );
    if (edited !== null) return { id: edited.data.id, url: edited.data.html_url, memory: {} };
  }
  const { data } = await github.within(repository, 'commenting on a commit', (octokit, path) =>
    octokit.rest.repos.createCommitComment({ ...path, commit_sha: posting.sha, body }),
  );
  return { id: data.id, url: data.html_url, memory: {} };
}

async function find(place: Place, { sha }: CommitComment, hints: Hints): Promise<number | null> {
  const identity = await place.reader.identity();
  const line = markLine(hints.mark);
  return place.github.within(place.repository, 'looking for a comment', async (octokit, path) => {
    const query = { ...path, commit_sha: sha, per_page: 100 };
    for await (const { data } of octokit.paginate.iterator(octokit.rest.repos.listCommentsForCommit, query)) {
      const found = data.find((one) => one.body.trimEnd().endsWith(line) && isOurs(one, place.github.appId, identity));
      if (found !== undefined) return found.id;
    }
    return null;
  });
}
