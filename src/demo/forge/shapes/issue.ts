import {
  reactionContents,
  type Comment,
  type Item,
  type Label,
  type Reaction,
  type Repository,
  type World,
} from '../state.ts';
import { appShape } from './app.ts';
import { apiOf, pageOf } from './repository.ts';
import { nodeId, stamp, stampOrNull } from './text.ts';
import { association, simpleUser } from './user.ts';

export function labelShape(world: World, repository: Repository, label: Label): Record<string, unknown> {
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${apiOf(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: null,
    color: label.color,
    default: false,
  };
}

export function reactionShape(world: World, reaction: Reaction): Record<string, unknown> {
  return {
    id: reaction.id,
    node_id: nodeId('Reaction', reaction.id),
    user: simpleUser(world, reaction.user),
    content: reaction.content,
    created_at: stamp(reaction.createdAt),
  };
}

function rollup(url: string, reactions: readonly Reaction[]): Record<string, unknown> {
  const counts = reactionContents.map((content) => [
    content,
    reactions.filter((one) => one.content === content).length,
  ]);
  return { url: `${url}/reactions`, total_count: reactions.length, ...Object.fromEntries(counts) };
}

/** The App behind what its bot wrote, or null for what a person wrote. */
function viaApp(world: World, user: { readonly id: number }): Record<string, unknown> | null {
  return user.id === world.app.bot.id ? appShape(world) : null;
}

export function itemPage(world: World, repository: Repository, item: Pick<Item, 'number' | 'pull'>): string {
  return `${pageOf(world, repository)}/${item.pull === null ? 'issues' : 'pull'}/${item.number}`;
}

/** An issue. A pull request is one too, with a field that says so. */
export function issueShape(world: World, repository: Repository, item: Item): Record<string, unknown> {
  const url = `${apiOf(world, repository)}/issues/${item.number}`;
  const pullUrl = `${apiOf(world, repository)}/pulls/${item.number}`;
  const page = itemPage(world, repository, item);
  return {
    url,
    repository_url: apiOf(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: item.id,
    node_id: nodeId('Issue', item.id),
    number: item.number,
    title: item.title,
    user: simpleUser(world, item.user),
    labels: item.labels.map((label) => labelShape(world, repository, label)),
    state: item.state,
    state_reason: item.state === 'closed' && item.pull === null ? 'completed' : null,
    locked: false,
    active_lock_reason: null,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: [...repository.comments.values()].filter((one) => one.issue === item.number).length,
    created_at: stamp(item.createdAt),
    updated_at: stamp(item.updatedAt),
    closed_at: stampOrNull(item.closedAt),
    closed_by: item.closedBy === null ? null : simpleUser(world, item.closedBy),
    author_association: association(repository, item.user),
    body: item.body,
    reactions: rollup(url, item.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: viaApp(world, item.user),
    draft: item.pull?.draft ?? false,
    ...(item.pull === null
      ? {}
      : {
          pull_request: {
            url: pullUrl,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: stampOrNull(item.pull.merge?.at ?? null),
          },
        }),
  };
}

export function commentShape(
  world: World,
  repository: Repository,
  item: Pick<Item, 'number' | 'pull'>,
  comment: Comment,
): Record<string, unknown> {
  const url = `${apiOf(world, repository)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${itemPage(world, repository, item)}#issuecomment-${comment.id}`,
    issue_url: `${apiOf(world, repository)}/issues/${comment.issue}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: simpleUser(world, comment.user),
    created_at: stamp(comment.createdAt),
    updated_at: stamp(comment.updatedAt),
    author_association: association(repository, comment.user),
    body: comment.body,
    reactions: rollup(url, comment.reactions),
    performed_via_github_app: viaApp(world, comment.user),
  };
}
