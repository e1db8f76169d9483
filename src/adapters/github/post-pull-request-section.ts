import { withSection } from '../../core/body-section.ts';
import type { Posting, RepositoryRef } from '../../jobs/forge.ts';
import type { Remote } from '../../jobs/forge-writer.ts';
import type { GitHub } from './github-client.ts';

type Section = Extract<Posting, { readonly kind: 'pull-request-section' }>;

/** Writes one part of a pull request's text anew. Whoever merged or closed it meanwhile still reads what was in it. */
export async function deliverPullRequestSection(
  { github, repository }: { readonly github: GitHub; readonly repository: RepositoryRef },
  { number, section, text }: Section,
): Promise<Remote> {
  const { data: now } = await github.within(repository, 'reading the pull request', (octokit, path) =>
    octokit.rest.pulls.get({ ...path, pull_number: number }),
  );
  const before = now.body ?? '';
  const body = withSection(before, section, text);
  if (body !== before)
    await github.within(repository, 'editing the pull request', (octokit, path) =>
      octokit.rest.pulls.update({ ...path, pull_number: number, body }),
    );
  return { id: number, url: now.html_url, memory: {} };
}
