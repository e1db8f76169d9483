import { Denied } from '../denied.ts';
import type { TreeRow } from '../git/git-store.ts';
import { ok, onRepository, type Answer, type RepositoryCall, type Route } from '../route.ts';
import { apiOf, pageOf } from '../shapes/repository.ts';

/** Larger files come without their content; they are read as blobs. */
const largestInline = 1024 * 1024;

function kindOf(row: Pick<TreeRow, 'mode' | 'type'>): 'file' | 'dir' | 'symlink' | 'submodule' {
  if (row.type === 'tree') return 'dir';
  if (row.type === 'commit') return 'submodule';
  return row.mode === '120000' ? 'symlink' : 'file';
}

function entry(call: RepositoryCall, ref: string, row: TreeRow, path: string): Record<string, unknown> {
  const { world } = call.ground;
  const api = apiOf(world, call.repository);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const kind = kindOf(row);
  const url = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const html = `${pageOf(world, call.repository)}/${kind === 'dir' ? 'tree' : 'blob'}/${ref}/${encoded}`;
  const git = kind === 'submodule' ? null : `${api}/git/${row.type}s/${row.sha}`;
  return {
    // In listings GitHub calls a submodule a file.
    type: kind === 'submodule' ? 'file' : kind,
    name: path.split('/').at(-1) ?? '',
    path,
    sha: row.sha,
    size: row.size ?? 0,
    url,
    html_url: html,
    git_url: git,
    download_url: kind === 'file' ? `${pageOf(world, call.repository)}/raw/${ref}/${encoded}` : null,
    _links: { self: url, git, html },
  };
}

async function contents(call: RepositoryCall): Promise<Answer> {
  const { git, defaultBranch } = call.repository;
  const path = (call.params['path'] ?? '').replace(/\/$/, '');
  const ref = call.query.get('ref') ?? defaultBranch;
  const commit = (await git.commit(`refs/heads/${ref}`)) ?? (await git.commit(ref));
  if (commit === null) throw new Denied(404, `No commit found for the ref ${ref}`);
  const missing = new Denied(404, 'Not Found');
  if (path.split('/').some((part) => part === '.' || part === '..')) throw missing;
  if (path === '') {
    const rows = await git.listTree(commit.sha, false);
    return ok(rows.map((row) => entry(call, ref, row, row.path)));
  }
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  if (folder !== '' && (await git.object(`${commit.sha}:${folder}`))?.type !== 'tree') throw missing;
  const siblings = await git.listTree(`${commit.sha}:${folder}`, false);
  const row = siblings.find((one) => one.path === path.split('/').at(-1));
  if (row === undefined) throw missing;
  if (row.type === 'tree') {
    const rows = await git.listTree(row.sha, false);
    return ok(rows.map((one) => entry(call, ref, one, `${path}/${one.path}`)));
  }
  return file(call, ref, row, path);
}

async function file(call: RepositoryCall, ref: string, row: TreeRow, path: string): Promise<Answer> {
  const base = entry(call, ref, row, path);
  if (row.type === 'commit') return ok({ ...base, type: 'submodule', submodule_git_url: '' });
  const bytes = (await call.repository.git.object(row.sha))?.bytes ?? Buffer.alloc(0);
  if (/vnd\.github(\.v3)?\.raw/.test(call.accept)) return { status: 200, body: bytes };
  if (row.mode === '120000') return ok({ ...base, target: bytes.toString('utf8') });
  const inline = bytes.length <= largestInline;
  const content = inline ? bytes.toString('base64').replaceAll(/(.{60})/g, '$1\n') : '';
  return ok({ ...base, encoding: inline ? 'base64' : 'none', content });
}

export const contentRoutes: readonly Route[] = [
  onRepository('GET', '/contents/{path}', [{ contents: 'read' }], contents),
  onRepository('GET', '/contents', [{ contents: 'read' }], contents),
];
