import { invalid } from '../denied.ts';
import { tell, type Actor, type Ground } from '../ground.ts';
import { characters } from '../shapes/text.ts';
import { commentShape, issueShape, labelShape } from '../shapes/issue.ts';
import { fullPull, type PullItem } from '../shapes/pull.ts';
import type { Comment, Item, Label, Reaction, Repository, User } from '../state.ts';

/** GitHub refuses longer bodies of issues and comments. */
const longestBody = 65_536;

export function checkBody(resource: string, body: string): void {
  // GitHub counts characters, not bytes.
  if (characters(body) > longestBody) {
    throw invalid(resource, 'body', 'custom', `body is too long (maximum is ${longestBody} characters)`);
  }
}

export function isPull(item: Item): item is PullItem {
  return item.pull !== null;
}

/** Issue events name an issue; what happens to a pull request's title or labels is a pull_request event. */
async function tellItem(
  ground: Ground,
  repository: Repository,
  item: Item,
  what: { readonly action: string; readonly sender: User; readonly fields?: Readonly<Record<string, unknown>> },
): Promise<void> {
  const fields = isPull(item)
    ? { number: item.number, pull_request: await fullPull(ground.world, repository, item), ...what.fields }
    : { issue: issueShape(ground.world, repository, item), ...what.fields };
  tell(ground, repository, what.sender, isPull(item) ? 'pull_request' : 'issues', { action: what.action, fields });
}

export function newItem(
  ground: Ground,
  repository: Repository,
  user: User,
  input: { readonly title: string; readonly body: string | null; readonly pull: Item['pull'] },
): Item {
  const now = ground.world.now();
  const item: Item = {
    ...input,
    id: ground.world.nextId(),
    number: repository.nextNumber++,
    user,
    state: 'open',
    labels: [],
    reactions: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
  };
  repository.items.set(item.number, item);
  return item;
}

export async function openIssue(
  ground: Ground,
  repository: Repository,
  actor: Actor,
  input: { readonly title: string; readonly body: string | null; readonly labels: readonly string[] },
): Promise<Item> {
  if (input.title.trim() === '') throw invalid('Issue', 'title', 'missing_field');
  checkBody('Issue', input.body ?? '');
  const item = newItem(ground, repository, actor.user, { title: input.title, body: input.body, pull: null });
  for (const name of input.labels) attach(ground, repository, item, name);
  await tellItem(ground, repository, item, { action: 'opened', sender: actor.user });
  // GitHub tells of each label by itself, besides the opening that already shows them.
  for (const label of item.labels) {
    const fields = { label: labelShape(ground.world, repository, label) };
    await tellItem(ground, repository, item, { action: 'labeled', sender: actor.user, fields });
  }
  return item;
}

function attach(ground: Ground, repository: Repository, item: Item, name: string): Label | null {
  if (item.labels.some((label) => label.name.toLowerCase() === name.toLowerCase())) return null;
  const key = name.toLowerCase();
  const label = repository.labels.get(key) ?? { id: ground.world.nextId(), name, color: 'ededed' };
  repository.labels.set(key, label);
  item.labels.push(label);
  return label;
}

export async function addLabels(
  ground: Ground,
  repository: Repository,
  item: Item,
  actor: Actor,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const label = attach(ground, repository, item, name);
    if (label === null) continue;
    item.updatedAt = ground.world.now();
    const fields = { label: labelShape(ground.world, repository, label) };
    await tellItem(ground, repository, item, { action: 'labeled', sender: actor.user, fields });
  }
}

export interface ItemPatch {
  readonly title?: string | undefined;
  readonly body?: string | null | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** Changes a title, a body, labels or whether it is open, of an issue or a pull request. */
export async function editItem(
  ground: Ground,
  repository: Repository,
  item: Item,
  actor: Actor,
  patch: ItemPatch,
): Promise<void> {
  if (patch.title !== undefined && patch.title.trim() === '') throw invalid('Issue', 'title', 'missing_field');
  checkBody('Issue', patch.body ?? '');
  const changes: Record<string, { from: string | null }> = {};
  if (patch.title !== undefined && patch.title !== item.title) {
    changes['title'] = { from: item.title };
    item.title = patch.title;
  }
  if (patch.body !== undefined && patch.body !== item.body) {
    changes['body'] = { from: item.body };
    item.body = patch.body;
  }
  if (patch.labels !== undefined) {
    const keep = new Set(patch.labels.map((name) => name.toLowerCase()));
    const kept = item.labels.filter((label) => keep.has(label.name.toLowerCase()));
    item.labels.splice(0, item.labels.length, ...kept);
    await addLabels(ground, repository, item, actor, patch.labels);
  }
  if (Object.keys(changes).length > 0) {
    item.updatedAt = ground.world.now();
    await tellItem(ground, repository, item, { action: 'edited', sender: actor.user, fields: { changes } });
  }
  if (patch.state !== undefined && patch.state !== item.state)
    await setOpen(ground, repository, item, actor, patch.state);
}

async function setOpen(
  ground: Ground,
  repository: Repository,
  item: Item,
  actor: Actor,
  state: 'open' | 'closed',
): Promise<void> {
  if (item.pull !== null && item.pull.merge !== null)
    throw invalid('PullRequest', 'state', 'invalid', 'A merged pull request stays closed.');
  item.state = state;
  item.updatedAt = ground.world.now();
  item.closedAt = state === 'closed' ? item.updatedAt : null;
  item.closedBy = state === 'closed' ? actor.user : null;
  await tellItem(ground, repository, item, { action: state === 'closed' ? 'closed' : 'reopened', sender: actor.user });
}

export function addComment(ground: Ground, repository: Repository, item: Item, actor: Actor, body: string): Comment {
  if (body.trim() === '') throw invalid('IssueComment', 'body', 'missing_field');
  checkBody('IssueComment', body);
  const now = ground.world.now();
  const id = ground.world.nextId();
  const comment: Comment = {
    id,
    issue: item.number,
    user: actor.user,
    body,
    createdAt: now,
    updatedAt: now,
    reactions: [],
  };
  repository.comments.set(id, comment);
  item.updatedAt = now;
  tellComment(ground, repository, item, comment, { action: 'created', sender: actor.user });
  return comment;
}

/** `actor` need not be the author: whoever has write permission may edit anybody's comment. */
export function editComment(
  ground: Ground,
  repository: Repository,
  comment: Comment,
  actor: Actor,
  body: string,
): void {
  checkBody('IssueComment', body);
  const from = comment.body;
  const item = repository.items.get(comment.issue);
  if (item === undefined || from === body) return;
  comment.body = body;
  comment.updatedAt = ground.world.now();
  const fields = { changes: { body: { from } } };
  tellComment(ground, repository, item, comment, { action: 'edited', sender: actor.user, fields });
}

function tellComment(
  ground: Ground,
  repository: Repository,
  item: Item,
  comment: Comment,
  what: { readonly action: string; readonly sender: User; readonly fields?: Readonly<Record<string, unknown>> },
): void {
  const fields = {
    issue: issueShape(ground.world, repository, item),
    comment: commentShape(ground.world, repository, item, comment),
    ...what.fields,
  };
  tell(ground, repository, what.sender, 'issue_comment', { action: what.action, fields });
}

/** Adds a reaction; the same one by the same user is there once. */
export function react(
  ground: Ground,
  reactions: Reaction[],
  actor: Actor,
  content: Reaction['content'],
): { readonly reaction: Reaction; readonly isNew: boolean } {
  const there = reactions.find((one) => one.user.id === actor.user.id && one.content === content);
  if (there !== undefined) return { reaction: there, isNew: false };
  const reaction: Reaction = { id: ground.world.nextId(), user: actor.user, content, createdAt: ground.world.now() };
  reactions.push(reaction);
  return { reaction, isNew: true };
}
