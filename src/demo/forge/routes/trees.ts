import { z } from 'zod';
import { Denied, notAccessible, notFound } from '../denied.ts';
import type { TreeChange } from '../git/git-store.ts';
import { bodyOf, created, ok, onRepository, type Answer, type RepositoryCall, type Route } from '../route.ts';
import { apiOf } from '../shapes/repository.ts';

export const shaShape = z.string().regex(/^[0-9a-f]{40}$/, 'is not a valid SHA1 id');

/** GitHub cuts a recursive listing at this many entries. */
const mostTreeRows = 100_000;

async function treeAnswer(call: RepositoryCall, sha: string, recursive: boolean): Promise<Record<string, unknown>> {
  const api = apiOf(call.ground.world, call.repository);
  const rows = await call.repository.git.listTree(sha, recursive);
  return {
    sha,
    url: `${api}/git/trees/${sha}`,
    tree: rows.slice(0, mostTreeRows).map((row) => ({
      path: row.path,
      mode: row.mode,
      type: row.type,
      sha: row.sha,
      ...(row.size === null ? {} : { size: row.size }),
      ...(row.type === 'commit' ? {} : { url: `${api}/git/${row.type}s/${row.sha}` }),
    })),
    truncated: rows.length > mostTreeRows,
  };
}

async function getTree(call: RepositoryCall): Promise<Answer> {
  const tree = await call.repository.git.object(`${call.params['tree_sha'] ?? ''}^{tree}`);
  if (tree === null) throw notFound();
  // Any value counts, `0` and `false` included.
  return ok(await treeAnswer(call, tree.sha, call.query.has('recursive')));
}

const treeBody = z.object({
  base_tree: z.string().optional(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.enum(['100644', '100755', '040000', '160000', '120000']).default('100644'),
      type: z.enum(['blob', 'tree', 'commit']).optional(),
      sha: shaShape.nullish(),
      content: z.string().optional(),
    }),
  ),
});

const badState = (): Denied => new Denied(422, 'GitRPC::BadObjectState');

async function createTree(call: RepositoryCall): Promise<Answer> {
  const { git } = call.repository;
  const asked = bodyOf(call, 'Tree', treeBody);
  if (asked.tree.length === 0) throw new Denied(422, 'Invalid tree info');
  let base: string | null = null;
  if (asked.base_tree !== undefined) {
    const object = await git.object(`${asked.base_tree}^{tree}`);
    if (object === null) throw new Denied(422, 'base_tree is not a valid tree oid');
    base = object.sha;
  }
  const changes: TreeChange[] = [];
  for (const entry of asked.tree) changes.push(...(await changesOf(call, base, entry)));
  const sha = await git.writeTree(base, changes);
  if (sha === null) throw badState();
  return created(await treeAnswer(call, sha, false));
}

async function changesOf(
  call: RepositoryCall,
  base: string | null,
  entry: z.output<typeof treeBody>['tree'][number],
): Promise<TreeChange[]> {
  const { git } = call.repository;
  const { path, mode } = entry;
  const malformed = path
    .split('/')
    .some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');
  if (malformed || path.includes('\0')) throw new Denied(422, 'tree.path contains a malformed path component');
  // Workflows can hold code that runs with the repository's secrets, so they need a permission of their own.
  if (path.startsWith('.github/workflows/') && call.token.permissions['workflows'] !== 'write') throw notAccessible();
  if (entry.content !== undefined) {
    if (typeof entry.sha === 'string') throw new Denied(422, 'Must supply either tree.sha or tree.content, not both.');
    return [{ path, mode, sha: await git.writeBlob(Buffer.from(entry.content, 'utf8')) }];
  }
  if (entry.sha === undefined) throw new Denied(422, 'Must supply a valid tree.sha or tree.content.');
  if (entry.sha === null) return [await removal(call, base, path)];
  if (mode === '160000') return [{ path, mode, sha: entry.sha }];
  const object = await git.object(entry.sha);
  if (mode !== '040000') {
    if (object?.type !== 'blob') throw badState();
    return [{ path, mode, sha: entry.sha }];
  }
  if (object?.type !== 'tree') throw badState();
  const rows = await git.listTree(entry.sha, true);
  return rows
    .filter((row) => row.type !== 'tree')
    .map((row) => ({ path: `${path}/${row.path}`, mode: row.mode, sha: row.sha }));
}

async function removal(call: RepositoryCall, base: string | null, path: string): Promise<TreeChange> {
  const there = base === null ? null : await call.repository.git.object(`${base}:${path}`);
  if (there === null) throw badState();
  return { path, mode: '100644', sha: null };
}

export const treeRoutes: readonly Route[] = [
  onRepository('GET', '/git/trees/{tree_sha}', [{ contents: 'read' }], getTree),
  onRepository('POST', '/git/trees', [{ contents: 'write' }], createTree),
];
