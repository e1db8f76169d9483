import { z } from 'zod';
import { checkBody } from '../acts/issues.ts';
import { Denied, notFound } from '../denied.ts';
import {
  bodyOf,
  created,
  numberIn,
  ok,
  onRepository,
  page,
  pathOf,
  type Answer,
  type RepositoryCall,
  type Route,
} from '../route.ts';
import { commitCommentShape } from '../shapes/commit-comment.ts';
import type { CommitComment } from '../state.ts';

const read = [{ contents: 'read' }] as const;
/** GitHub asks for no more than reading the contents to comment on a commit. */
const comment = read;

const bodyShape = z.object({ body: z.string() });

async function commitIn(call: RepositoryCall): Promise<string> {
  const sha = call.params['commit_sha'] ?? '';
  const commit = /^[0-9a-f]{40}$/.test(sha) ? await call.repository.git.commit(sha) : null;
  if (commit === null) throw new Denied(422, `No commit found for SHA: ${sha}`);
  return commit.sha;
}

async function create(call: RepositoryCall): Promise<Answer> {
  const { body } = bodyOf(call, 'CommitComment', bodyShape);
  checkBody('CommitComment', body);
  const { world } = call.ground;
  const now = world.now();
  const made: CommitComment = {
    id: world.nextId(),
    sha: await commitIn(call),
    user: call.actor.user,
    body,
    createdAt: now,
    updatedAt: now,
  };
  call.repository.commitComments.set(made.id, made);
  return created(commitCommentShape(world, call.repository, made));
}

async function list(call: RepositoryCall): Promise<Answer> {
  const sha = await commitIn(call);
  const rows = [...call.repository.commitComments.values()].filter((one) => one.sha === sha);
  return page(call, pathOf(call, '/repos/{owner}/{repo}/commits/{commit_sha}/comments'), rows, (shown) =>
    shown.map((one) => commitCommentShape(call.ground.world, call.repository, one)),
  );
}

function change(call: RepositoryCall): Answer {
  const found = call.repository.commitComments.get(numberIn(call, 'comment_id'));
  if (found === undefined) throw notFound();
  const { body } = bodyOf(call, 'CommitComment', bodyShape);
  checkBody('CommitComment', body);
  found.body = body;
  found.updatedAt = call.ground.world.now();
  return ok(commitCommentShape(call.ground.world, call.repository, found));
}

export const commitCommentRoutes: readonly Route[] = [
  onRepository('POST', '/commits/{commit_sha}/comments', comment, create),
  onRepository('GET', '/commits/{commit_sha}/comments', read, list),
  onRepository('PATCH', '/comments/{comment_id}', comment, change),
];
