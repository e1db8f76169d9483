import { z } from 'zod';
import { addComment, addLabels, editComment, editItem, openIssue, react } from '../acts/issues.ts';
import { notFound } from '../denied.ts';
import {
  bodyOf,
  created,
  itemIn,
  numberIn,
  ok,
  onRepository,
  page,
  pathOf,
  type Answer,
  type RepositoryCall,
  type Route,
} from '../route.ts';
import { commentShape, issueShape, labelShape, reactionShape } from '../shapes/issue.ts';
import { reactionContents, type Comment, type Item, type Reaction } from '../state.ts';

/** Pull requests are issues too: GitHub accepts either permission. */
const read = [{ issues: 'read' }, { pull_requests: 'read' }] as const;
const write = [{ issues: 'write' }, { pull_requests: 'write' }] as const;

const labelNames = z.array(z.union([z.string(), z.object({ name: z.string() }).transform((label) => label.name)]));

function list(call: RepositoryCall): Answer {
  const { repository, ground } = call;
  const state = call.query.get('state') ?? 'open';
  const labels = (call.query.get('labels') ?? '').split(',').filter((name) => name !== '');
  const since = call.query.get('since');
  const creator = call.query.get('creator');
  const rows = [...repository.items.values()]
    .filter((item) => state === 'all' || item.state === state)
    .filter((item) =>
      labels.every((name) => item.labels.some((label) => label.name.toLowerCase() === name.toLowerCase())),
    )
    .filter((item) => since === null || item.updatedAt >= new Date(since))
    .filter((item) => creator === null || item.user.login.toLowerCase() === creator.toLowerCase())
    .sort((a, b) => b.number - a.number);
  if (call.query.get('direction') === 'asc') rows.reverse();
  return page(call, `/repos/${repository.fullName}/issues`, rows, (shown) =>
    shown.map((item) => issueShape(ground.world, repository, item)),
  );
}

async function open(call: RepositoryCall): Promise<Answer> {
  const shape = z.object({
    title: z.union([z.string(), z.number().transform(String)]),
    body: z.string().nullish(),
    labels: labelNames.default([]),
  });
  const asked = bodyOf(call, 'Issue', shape);
  const input = { title: asked.title, body: asked.body ?? null, labels: asked.labels };
  const item = await openIssue(call.ground, call.repository, call.actor, input);
  return created(issueShape(call.ground.world, call.repository, item));
}

async function edit(call: RepositoryCall): Promise<Answer> {
  const shape = z.object({
    title: z.string().optional(),
    body: z.string().nullable().optional(),
    state: z.enum(['open', 'closed']).optional(),
    labels: labelNames.optional(),
  });
  const item = itemIn(call, 'issue_number');
  await editItem(call.ground, call.repository, item, call.actor, bodyOf(call, 'Issue', shape));
  return ok(issueShape(call.ground.world, call.repository, item));
}

async function label(call: RepositoryCall): Promise<Answer> {
  const item = itemIn(call, 'issue_number');
  const shape = z.union([z.object({ labels: labelNames }).transform((body) => body.labels), labelNames]);
  await addLabels(call.ground, call.repository, item, call.actor, bodyOf(call, 'Label', shape));
  return ok(item.labels.map((one) => labelShape(call.ground.world, call.repository, one)));
}

function commentIn(call: RepositoryCall): { readonly comment: Comment; readonly item: Item } {
  const comment = call.repository.comments.get(numberIn(call, 'comment_id'));
  const item = comment === undefined ? undefined : call.repository.items.get(comment.issue);
  if (comment === undefined || item === undefined) throw notFound();
  return { comment, item };
}

function listComments(call: RepositoryCall): Answer {
  const { repository, ground } = call;
  const item = itemIn(call, 'issue_number');
  const since = call.query.get('since');
  const rows = [...repository.comments.values()]
    .filter((comment) => comment.issue === item.number)
    .filter((comment) => since === null || comment.updatedAt >= new Date(since));
  return page(call, `/repos/${repository.fullName}/issues/${item.number}/comments`, rows, (shown) =>
    shown.map((comment) => commentShape(ground.world, repository, item, comment)),
  );
}

const bodyShape = z.object({ body: z.string() });

function comment(call: RepositoryCall): Answer {
  const item = itemIn(call, 'issue_number');
  const { body } = bodyOf(call, 'IssueComment', bodyShape);
  const made = addComment(call.ground, call.repository, item, call.actor, body);
  return created(commentShape(call.ground.world, call.repository, item, made));
}

function changeComment(call: RepositoryCall): Answer {
  const found = commentIn(call);
  const { body } = bodyOf(call, 'IssueComment', bodyShape);
  editComment(call.ground, call.repository, found.comment, call.actor, body);
  return ok(commentShape(call.ground.world, call.repository, found.item, found.comment));
}

function deleteComment(call: RepositoryCall): Answer {
  call.repository.comments.delete(commentIn(call).comment.id);
  return { status: 204 };
}

function addReaction(call: RepositoryCall, reactions: Reaction[]): Answer {
  const { content } = bodyOf(call, 'Reaction', z.object({ content: z.enum(reactionContents) }));
  const { reaction, isNew } = react(call.ground, reactions, call.actor, content);
  return { status: isNew ? 201 : 200, body: reactionShape(call.ground.world, reaction) };
}

function listReactions(call: RepositoryCall, template: string, reactions: readonly Reaction[]): Answer {
  const content = call.query.get('content');
  const rows = reactions.filter((one) => content === null || one.content === content);
  return page(call, pathOf(call, template), rows, (shown) => shown.map((one) => reactionShape(call.ground.world, one)));
}

const issueReactions = '/issues/{issue_number}/reactions';
const commentReactions = '/issues/comments/{comment_id}/reactions';

export const issueRoutes: readonly Route[] = [
  onRepository('GET', '/issues', read, list),
  onRepository('POST', '/issues', write, open),
  onRepository('GET', commentReactions, read, (call) =>
    listReactions(call, `/repos/{owner}/{repo}${commentReactions}`, commentIn(call).comment.reactions),
  ),
  onRepository('POST', commentReactions, write, (call) => addReaction(call, commentIn(call).comment.reactions)),
  onRepository('GET', '/issues/comments/{comment_id}', read, (call) => {
    const { comment: one, item } = commentIn(call);
    return ok(commentShape(call.ground.world, call.repository, item, one));
  }),
  onRepository('PATCH', '/issues/comments/{comment_id}', write, changeComment),
  onRepository('DELETE', '/issues/comments/{comment_id}', write, deleteComment),
  onRepository('GET', '/issues/{issue_number}', read, (call) =>
    ok(issueShape(call.ground.world, call.repository, itemIn(call, 'issue_number'))),
  ),
  onRepository('PATCH', '/issues/{issue_number}', write, edit),
  onRepository('GET', '/issues/{issue_number}/labels', read, (call) =>
    page(
      call,
      pathOf(call, '/repos/{owner}/{repo}/issues/{issue_number}/labels'),
      itemIn(call, 'issue_number').labels,
      (rows) => rows.map((one) => labelShape(call.ground.world, call.repository, one)),
    ),
  ),
  onRepository('POST', '/issues/{issue_number}/labels', write, label),
  onRepository('GET', '/issues/{issue_number}/comments', read, listComments),
  onRepository('POST', '/issues/{issue_number}/comments', write, comment),
  onRepository('GET', issueReactions, read, (call) =>
    listReactions(call, `/repos/{owner}/{repo}${issueReactions}`, itemIn(call, 'issue_number').reactions),
  ),
  onRepository('POST', issueReactions, write, (call) => addReaction(call, itemIn(call, 'issue_number').reactions)),
];
