import { z } from 'zod';
import { type CommitSha, parseCommitSha, parseRepositoryName, type RepositoryName } from '../core/names.ts';
import type { Comment, InboxEvent, Issue, Person, PullRequestNews, Where } from './inbox-event.ts';

const sha = z.string().transform((text, context): CommitSha => {
  const parsed = parseCommitSha(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'not a commit id' });
  return z.NEVER;
});

const repositoryName = z.string().transform((text, context): RepositoryName => {
  const parsed = parseRepositoryName(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'not a repository name' });
  return z.NEVER;
});

const person = z
  .object({ login: z.string().min(1), id: z.number().int(), type: z.string().optional() })
  .transform(
    (one): Person => ({ login: one.login, id: one.id, bot: one.type === 'Bot' || one.login.endsWith('[bot]') }),
  );

const where = z.object({
  repository: z.object({ full_name: repositoryName, default_branch: z.string().min(1) }),
  installation: z.object({ id: z.number().int() }),
  sender: person,
});

const issueShape = z.object({
  number: z.number().int(),
  title: z.string(),
  body: z.string().nullable(),
  user: person,
  labels: z.array(z.object({ name: z.string() })).default([]),
  state: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  // Present on pull requests only, which the issues API also tells of.
  pull_request: z.unknown().optional(),
});

const commentShape = z.object({
  id: z.number().int(),
  body: z.string().nullable(),
  user: person,
  created_at: z.string(),
});

const pullRequestShape = z.object({
  number: z.number().int(),
  title: z.string(),
  user: person,
  merged: z.boolean().nullish(),
  merge_commit_sha: sha.nullish(),
  updated_at: z.string(),
  // The head's repository is null once its owner deleted it: then it certainly is not ours.
  head: z.object({ ref: z.string(), sha, repo: z.object({ full_name: repositoryName }).nullable() }),
  base: z.object({ ref: z.string(), sha, repo: z.object({ full_name: repositoryName }) }),
});

const issuesPayload = where.extend({
  action: z.string(),
  issue: issueShape,
  label: z.object({ name: z.string() }).optional(),
});
const commentPayload = where.extend({
  action: z.literal('created'),
  issue: issueShape,
  comment: commentShape,
});
const pullRequestPayload = where.extend({
  action: z.string(),
  pull_request: pullRequestShape,
  before: sha.optional(),
});
const pushPayload = where.extend({
  // Set by the server, unlike any time inside a commit. Seconds here, text in every other payload.
  repository: where.shape.repository.extend({ pushed_at: z.union([z.number(), z.string()]) }),
  ref: z.string(),
  before: sha,
  after: sha,
  deleted: z.boolean().default(false),
});

/**
 * What a signed payload says, or null where it says nothing that the bot acts on. The event name comes from a header
 * that is not signed; the payload shapes exclude each other, so a swapped name finds nothing to read.
 */
export function readEvent(eventName: string, payload: unknown): InboxEvent | null {
  switch (eventName) {
    case 'issues':
      return readIssues(payload);
    case 'issue_comment':
      return readComment(payload);
    case 'pull_request':
      return readPullRequest(payload);
    case 'push':
      return readPush(payload);
    default:
      return null;
  }
}

function readIssues(payload: unknown): InboxEvent | null {
  const { success, data } = issuesPayload.safeParse(payload);
  if (!success || data.issue.pull_request !== undefined) return null;
  const issue = issueOf(data.issue);
  const common = whereOf(data, data.issue.updated_at);
  if (data.action === 'opened') return { ...common, kind: 'issue-opened', issue };
  if (data.action !== 'labeled' || data.label === undefined) return null;
  if (isOpening(data)) return { ...common, kind: 'issue-opened', issue };
  return { ...common, kind: 'issue-labeled', issue, label: data.label.name };
}

/**
 * Labels that an issue form sets arrive as events of their own, in any order with the opening, of which they are a part.
 * GitHub's times have whole seconds and its own steps take a few, so that much apart still is one act of one person.
 */
function isOpening({ issue, sender }: z.output<typeof issuesPayload>): boolean {
  return sender.id === issue.user.id && Date.parse(issue.updated_at) - Date.parse(issue.created_at) <= 5_000;
}

function readComment(payload: unknown): InboxEvent | null {
  const { success, data } = commentPayload.safeParse(payload);
  if (!success) return null;
  const common = whereOf(data, data.comment.created_at);
  const comment: Comment = {
    id: data.comment.id,
    body: data.comment.body ?? '',
    author: data.comment.user,
    createdAt: data.comment.created_at,
  };
  if (data.issue.pull_request === undefined) {
    return { ...common, kind: 'issue-comment', issue: issueOf(data.issue), comment };
  }
  const { number, state } = data.issue;
  return { ...common, kind: 'pull-request-comment', number, open: state === 'open', comment };
}

function readPullRequest(payload: unknown): InboxEvent | null {
  const { success, data } = pullRequestPayload.safeParse(payload);
  if (!success) return null;
  const common = whereOf(data, data.pull_request.updated_at);
  const pullRequest = pullRequestOf(data.pull_request);
  switch (data.action) {
    case 'opened':
    case 'reopened':
      return { ...common, kind: 'pull-request-opened', pullRequest };
    case 'synchronize':
      if (data.before === undefined) return null;
      return { ...common, kind: 'pull-request-synchronized', pullRequest, before: data.before };
    case 'closed': {
      const mergeCommit = data.pull_request.merge_commit_sha ?? null;
      if (data.pull_request.merged !== true) return { ...common, kind: 'pull-request-closed', pullRequest };
      return mergeCommit === null ? null : { ...common, kind: 'pull-request-merged', pullRequest, mergeCommit };
    }
    default:
      return null;
  }
}

function readPush(payload: unknown): InboxEvent | null {
  const { success, data } = pushPayload.safeParse(payload);
  if (!success || data.deleted || data.ref !== `refs/heads/${data.repository.default_branch}`) return null;
  const pushedAt = data.repository.pushed_at;
  const at = typeof pushedAt === 'number' ? new Date(pushedAt * 1000).toISOString() : pushedAt;
  return { ...whereOf(data, at), kind: 'push-to-default-branch', before: data.before, after: data.after };
}

function whereOf(data: z.output<typeof where>, at: string): Where {
  return {
    repository: data.repository.full_name,
    installation: data.installation.id,
    defaultBranch: data.repository.default_branch,
    actor: data.sender,
    at,
  };
}

function issueOf(data: z.output<typeof issueShape>): Issue {
  return {
    number: data.number,
    title: data.title,
    body: data.body ?? '',
    author: data.user,
    labels: data.labels.map((label) => label.name),
    open: data.state === 'open',
    createdAt: data.created_at,
  };
}

function pullRequestOf(data: z.output<typeof pullRequestShape>): PullRequestNews {
  return {
    number: data.number,
    title: data.title,
    author: data.user,
    headBranch: data.head.ref,
    headSha: data.head.sha,
    fromFork: data.head.repo?.full_name !== data.base.repo.full_name,
    baseBranch: data.base.ref,
    baseSha: data.base.sha,
    updatedAt: data.updated_at,
  };
}
