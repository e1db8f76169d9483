import type { TreeRow } from '../git/git-store.ts';
import type { Item, Repository, World } from '../state.ts';
import { html, type Html } from './html.ts';
import { badge, layout, when } from './layout.ts';
import { loginField } from './forms.ts';

/** The first page: every repository of the forge. */
export function homePage(world: World): string {
  const rows = [...world.repositories.values()].map(
    (one) =>
      html`<li><a href="/${one.fullName}">${one.fullName}</a> <span class="soft">${one.private ? 'private' : 'public'}</span></li>`,
  );
  return layout('Repositories', [], html`<h1>Repositories</h1><div class="box"><ul class="rows">${rows}</ul></div>`);
}

export function statusOf(item: Item): string {
  if (item.pull === null || item.state === 'open') return item.state;
  return item.pull.merge === null ? 'closed' : 'merged';
}

function itemRow(repository: Repository, item: Item): Html {
  const href = `/${repository.fullName}/${item.pull === null ? 'issues' : 'pull'}/${item.number}`;
  const labels = item.labels.map((label) => html` <span class="badge">${label.name}</span>`);
  return html`<li>${badge(statusOf(item))} <a href="${href}">${item.title}</a> <span class="number">#${item.number}</span>${labels}
<span class="soft"> by ${item.user.login}, ${when(item.createdAt)}</span></li>`;
}

function section(repository: Repository, title: string, items: readonly Item[]): Html {
  const rows =
    items.length === 0 ? html`<li class="soft">None yet.</li>` : items.map((item) => itemRow(repository, item));
  return html`<h2>${title}</h2><div class="box"><ul class="rows">${rows}</ul></div>`;
}

/** One repository: its pull requests, issues and the files of its default branch. */
export async function repositoryPage(world: World, repository: Repository): Promise<string> {
  const newest = [...repository.items.values()].reverse();
  const head = await repository.git.commit(`refs/heads/${repository.defaultBranch}`);
  const files: readonly TreeRow[] = head === null ? [] : await repository.git.listTree(head.sha, true);
  const rows = files
    .filter((row) => row.type === 'blob')
    .map(
      (row) =>
        html`<li><a href="/${repository.fullName}/blob/${encodeURIComponent(repository.defaultBranch)}/${row.path.split('/').map(encodeURIComponent).join('/')}">${row.path}</a></li>`,
    );
  const body = html`<h1>${repository.fullName}</h1>
<p class="soft">${repository.private ? 'Private' : 'Public'}; default branch <code>${repository.defaultBranch}</code>${
    head === null
      ? null
      : html` at <a href="/${repository.fullName}/commit/${head.sha}"><code>${head.sha.slice(0, 12)}</code></a>`
  }. Clone: <code>${world.url}/${repository.fullName}.git</code></p>
${section(
  repository,
  'Pull requests',
  newest.filter((item) => item.pull !== null),
)}
${section(
  repository,
  'Issues',
  newest.filter((item) => item.pull === null),
)}
<form method="post" action="/_practice/${repository.fullName}/issues"><strong>New issue</strong>
<label>Title <input name="title" required></label><label>Text <textarea name="body"></textarea></label>
<div class="row">${loginField(repository)}<button>Open issue</button></div></form>
<h2>Files</h2><div class="box"><ul class="rows">${rows}</ul></div>`;
  return layout(repository.fullName, [{ text: repository.fullName, href: `/${repository.fullName}` }], body);
}
