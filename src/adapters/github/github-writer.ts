import { never } from '../../core/bug.ts';
import type { ForgeReader } from '../../jobs/forge.ts';
import type { ForgeWriter } from '../../jobs/forge-writer.ts';
import type { ForgeTrees } from './forge-tree.ts';
import type { GitHub } from './github-client.ts';
import { deliverBranchCommit } from './post-branch-commit.ts';
import { deliverCheckRun } from './post-check-run.ts';
import { deliverComment } from './post-comment.ts';
import { deliverCommitComment } from './post-commit-comment.ts';
import { deliverDeployment } from './post-deployment.ts';
import { deliverPullRequest } from './post-pull-request.ts';
import { deliverPullRequestSection } from './post-pull-request-section.ts';
import { deliverReaction } from './post-reaction.ts';

/** Puts postings on GitHub, each kind by its own file. */
export function createGitHubWriter(
  github: GitHub,
  reader: Pick<ForgeReader, 'identity'>,
  trees: ForgeTrees,
): ForgeWriter {
  return {
    async deliver(repository, posting, hints) {
      switch (posting.kind) {
        case 'reaction':
          return deliverReaction(github, repository, posting, hints);
        case 'comment':
        case 'sticky':
          return deliverComment({ github, reader, repository }, posting, hints);
        case 'commit-comment':
          return deliverCommitComment({ github, reader, repository }, posting, hints);
        case 'check-run':
          return deliverCheckRun(github, repository, posting, hints);
        case 'deployment':
          return deliverDeployment(github, repository, posting, hints);
        case 'pull-request':
          return deliverPullRequest({ github, reader, trees, repository }, posting, hints);
        case 'pull-request-section':
          return deliverPullRequestSection({ github, repository }, posting);
        case 'branch-commit':
          return deliverBranchCommit({ github, trees, repository }, posting, hints);
        default:
          return never(posting);
      }
    },
  };
}
