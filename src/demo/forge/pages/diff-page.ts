import type { FileChange } from '../git/diff-text.ts';
import type { Repository } from '../state.ts';
import { html, trusted, type Html } from './html.ts';
import { badge, layout, when } from './layout.ts';
import { colouredDiff } from './markdown.ts';

/** What changed since the two parted, as a pull request shows it. */
export async function changesOf(repository: Repository, base: string, head: string): Promise<readonly FileChange[]> {
  return repository.git.changes((await repository.git.mergeBase(base, head)) ?? base, head);
}

export function fileDiff(change: FileChange): Html {
  const from = change.previousPath === null ? null : html`${change.previousPath} → `;
  const patch =
    change.patch === null
      ? html`<p class="soft">Not shown: no text.</p>`
      : html`<pre><code>${trusted(colouredDiff(change.patch))}</code></pre>`;
  return html`<div class="box"><header><code>${from}${change.path}</code> <span class="good">+${change.additions}</span>
<span class="bad">−${change.deletions}</span> <span class="soft">${change.status}</span></header><div class="body">${patch}</div></div>`;
}

/** One commit with what it changed; null where there is none. */
export async function commitPage(repository: Repository, sha: string): Promise<string | null> {
  const commit = await repository.git.commit(sha);
  if (commit === null) return null;
  const changes = await repository.git.changes(commit.parents[0] ?? null, commit.sha);
  const body = html`<h1>${commit.message.split('\n')[0] ?? ''}</h1>
<p><code>${commit.sha}</code> ${badge(repository.signed.has(commit.sha) ? 'verified' : 'unverified')}</p>
<p class="soft">${commit.author.name}, ${when(commit.author.date)}</p><pre>${commit.message}</pre>${changes.map(fileDiff)}`;
  return layout(commit.sha.slice(0, 12), [{ text: repository.fullName, href: `/${repository.fullName}` }], body);
}

/** A file at a branch or commit; null where there is none, or where it is not text. */
export async function filePage(repository: Repository, ref: string, path: string): Promise<string | null> {
  const object = await repository.git.object(`${ref}:${path}`);
  if (object?.type !== 'blob') return null;
  const text = object.bytes.includes(0)
    ? html`<p class="soft">Not shown: no text.</p>`
    : html`<pre><code>${object.bytes.toString('utf8')}</code></pre>`;
  const body = html`<h1>${path}</h1><p class="soft">at <code>${ref}</code></p>${text}`;
  return layout(path, [{ text: repository.fullName, href: `/${repository.fullName}` }], body);
}
