import type { CommitComment, Repository, World } from '../state.ts';

import { apiOf, pageOf } from './repository.ts';
import { nodeId, stamp } from './text.ts';
import { association, simpleUser } from './user.ts';

export function commitCommentShape(
  world: World,
  repository: Repository,
  comment: CommitComment,
): Record<string, unknown> {
  return {
    url: `${apiOf(world, repository)}/comments/${comment.id}`,
    html_url: `${pageOf(world, repository)}/commit/${comment.sha}#commitcomment-${comment.id}`,
    id: comment.id,
    node_id: nodeId('CommitComment', comment.id),
    body: comment.body,
    path: null,
    position: null,
    line: null,
    commit_id: comment.sha,
    user: simpleUser(world, comment.user),
    created_at: stamp(comment.createdAt),
    updated_at: stamp(comment.updatedAt),
    author_association: association(repository, comment.user),
  };
}
