import type { ForgeReader, Posting, RepositoryRef } from '../../jobs/forge.ts';
import { type Hints, markLine, type Remote } from '../../jobs/forge-writer.ts';
import { isOurs } from './authored.ts';
import type { GitHub } from './github-client.ts';

type Comment = Extract<Posting, { readonly kind: 'comment' | 'sticky' }>;

interface Place {
  readonly github: GitHub;
  readonly reader: Pick<ForgeReader, 'identity'>;
  readonly repository: RepositoryRef;
}

/** Clocks of two machines differ, and `since` compares with theirs. */
const clockSlackMs = 60 * 60 * 1000;

/** Creates or edits one comment. Only a comment that is our own by its author, and not only by its text, is edited. */
export async function deliverComment(place: Place, posting: Comment, hints: Hints): Promise<Remote> {
  const { github, repository } = place;
  const body = `${posting.body}\n\n${markLine(hints.mark)}`;
  const there = hints.known?.id ?? (hints.look ? await find(place, posting.issue, hints) : null);
  if (there !== null) {
    // 404: a person deleted it. What must be on the forge is written anew.
    const edited = await github.withinOr(repository, 'editing a comment', [404], (octokit, path) =>
      octokit.rest.issues.updateComment({ ...path, comment_id: there, body }),
    );
    if (edited !== null) return { id: edited.data.id, url: edited.data.html_url, ...about(posting), memory: {} };
  }
  const { data } = await github.within(repository, 'commenting', (octokit, path) =>
    octokit.rest.issues.createComment({ ...path, issue_number: posting.issue, body }),
  );
  return { id: data.id, url: data.html_url, ...about(posting), memory: {} };
}

/** What the shown revision is about: a person who reads it has seen exactly this commit. */
function about(posting: Comment): Pick<Remote, 'sha'> {
  return posting.kind === 'sticky' && posting.about !== undefined ? { sha: posting.about } : {};
}

async function find(place: Place, issue: number, hints: Hints): Promise<number | null> {
  const identity = await place.reader.identity();
  const since = hints.since === null ? {} : { since: new Date(hints.since - clockSlackMs).toISOString() };
  const line = markLine(hints.mark);
  return place.github.within(place.repository, 'looking for a comment', async (octokit, path) => {
    const query = { ...path, issue_number: issue, per_page: 100, ...since };
    for await (const { data } of octokit.paginate.iterator(octokit.rest.issues.listComments, query)) {
      const found = data.find(
        (one) => (one.body ?? '').trimEnd().endsWith(line) && isOurs(one, place.github.appId, identity),
      );
      if (found !== undefined) return found.id;
    }
    return null;
  });
}
