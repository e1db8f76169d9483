import { isPull } from '../acts/issues.ts';
import type { PullItem } from '../shapes/pull.ts';
import type { CheckRun, Comment, Deployment, Item, Reaction, Repository, User } from '../state.ts';
import { changesOf, fileDiff } from './diff-page.ts';
import { loginField } from './forms.ts';
import { html, type Html } from './html.ts';
import { badge, layout, when } from './layout.ts';
import { markdown } from './markdown.ts';
import { statusOf } from './repository-page.ts';

const faces: Readonly<Record<Reaction['content'], string>> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  confused: '😕',
  heart: '❤️',
  hooray: '🎉',
  rocket: '🚀',
  eyes: '👀',
};

function said(
  user: User,
  at: Date,
  body: string | null,
  reactions: readonly Reaction[],
  more: Html | null = null,
): Html {
  const shown = reactions.map((one) => html`<span title="${one.user.login}">${faces[one.content]}</span> `);
  const bot = user.type === 'Bot' ? html` <span class="badge">bot</span>` : null;
  const text = body === null || body === '' ? html`<p class="soft">No text.</p>` : markdown(body);
  return html`<header><strong>${user.login}</strong>${bot} <span class="soft">${when(at)}</span>${more}</header><div class="body">${text}${
    shown.length === 0 ? null : html`<p>${shown}</p>`
  }</div>`;
}

function commentBox(comment: Comment): Html {
  const edited =
    comment.updatedAt > comment.createdAt ? html` <span class="soft">· edited ${when(comment.updatedAt)}</span>` : null;
  return html`<div class="box" id="issuecomment-${comment.id}">${said(comment.user, comment.createdAt, comment.body, comment.reactions, edited)}</div>`;
}

function checkBox(run: CheckRun): Html {
  const notes = run.annotations.map(
    (one) => html`<li>${badge(one.annotation_level)} <code>${one.path}:${one.start_line}</code> ${one.message}</li>`,
  );
  return html`<div class="box"><header>${badge(run.conclusion ?? run.status)} <strong>${run.name}</strong> ${run.title}</header>
<div class="body">${run.summary === null ? null : markdown(run.summary)}${run.text === null ? null : markdown(run.text)}${
    notes.length === 0 ? null : html`<ul>${notes}</ul>`
  }</div></div>`;
}

function deploymentRow(deployment: Deployment): Html {
  const states = deployment.statuses.map(
    (one) => html`<li>${badge(one.state)} ${one.description} <span class="soft">${when(one.createdAt)}</span></li>`,
  );
  return html`<div class="box"><header><strong>${deployment.environment}</strong> <code>${deployment.sha.slice(0, 12)}</code>
${badge(deployment.statuses.at(-1)?.state ?? 'pending')}</header><ul class="rows">${states}</ul></div>`;
}

async function commitRows(repository: Repository, item: PullItem): Promise<Html[]> {
  const { git, fullName, signed } = repository;
  const base = (await git.mergeBase(item.pull.baseSha, item.pull.headSha)) ?? item.pull.baseSha;
  const shas = await git.between(base, item.pull.headSha);
  const commits = await Promise.all(shas.map((sha) => git.commit(sha)));
  return commits
    .filter((commit) => commit !== null)
    .map(
      (commit) => html`<li><a href="/${fullName}/commit/${commit.sha}"><code>${commit.sha.slice(0, 12)}</code></a>
${commit.message.split('\n')[0] ?? ''} <span class="soft">by ${commit.author.name}</span> ${badge(signed.has(commit.sha) ? 'verified' : 'unverified')}</li>`,
    );
}

/** What a pull request has besides its conversation. */
async function pullParts(repository: Repository, item: PullItem): Promise<Html> {
  const { pull } = item;
  const runs = [...repository.checkRuns.values()].filter((run) => run.headSha === pull.headSha);
  const commits = await commitRows(repository, item);
  const shas = new Set([pull.headSha, pull.merge?.sha, ...(await repository.git.between(pull.baseSha, pull.headSha))]);
  const deployments = [...repository.deployments.values()].filter((one) => shas.has(one.sha)).reverse();
  const files = await changesOf(repository, pull.baseSha, pull.headSha);
  const none = html`<p class="soft">None.</p>`;
  return html`<h2>Checks</h2>${runs.length === 0 ? none : runs.map(checkBox)}
<h2>Deployments</h2>${deployments.length === 0 ? none : deployments.map(deploymentRow)}
<h2>Commits</h2><div class="box"><ul class="rows">${commits}</ul></div>
<h2>Files changed</h2>${files.map(fileDiff)}`;
}

function mergeForm(repository: Repository, item: PullItem): Html | null {
  if (item.state === 'closed') return null;
  return html`<form method="post" action="/_practice/${repository.fullName}/pull/${item.number}/merge"><div class="row">
<label>Merge by <select name="method"><option value="merge">a merge commit</option><option value="squash">squashing</option><option value="rebase">rebasing</option></select></label>
${loginField(repository)}<button>Merge pull request</button></div></form>`;
}

function pullLine(item: PullItem): Html {
  const { pull } = item;
  const into = html`<code>${pull.head.owner.login}:${pull.headBranch}</code> into <code>${pull.baseBranch}</code>, head <code>${pull.headSha.slice(0, 12)}</code>`;
  if (pull.merge === null) return html`<p>${into}</p>`;
  return html`<p>${into}; merged by ${pull.merge.by.login} as <code>${pull.merge.sha.slice(0, 12)}</code>, ${when(pull.merge.at)}</p>`;
}

/** An issue or a pull request with everything that belongs to it. */
export async function itemPage(repository: Repository, item: Item): Promise<string> {
  const comments = [...repository.comments.values()].filter((comment) => comment.issue === item.number);
  const labels = item.labels.map((label) => html` <span class="badge">${label.name}</span>`);
  const here = `/${repository.fullName}/${item.pull === null ? 'issues' : 'pull'}/${item.number}`;
  const body = html`<h1>${item.title} <span class="number">#${item.number}</span></h1>
<p>${badge(statusOf(item))}${labels}</p>${isPull(item) ? pullLine(item) : null}
<div class="box">${said(item.user, item.createdAt, item.body, item.reactions)}</div>
${comments.map(commentBox)}
<form method="post" action="/_practice/${repository.fullName}/issues/${item.number}/comments">
<label>Comment <textarea name="body" required placeholder="for example: /help"></textarea></label>
<div class="row">${loginField(repository)}<button>Comment</button></div></form>
${isPull(item) ? mergeForm(repository, item) : null}${isPull(item) ? await pullParts(repository, item) : null}`;
  const crumbs = [
    { text: repository.fullName, href: `/${repository.fullName}` },
    { text: `#${item.number}`, href: here },
  ];
  return layout(`${item.title} #${item.number}`, crumbs, body);
}
