import { z } from 'zod';
import { signatureOf, forgeSignature } from '../acts/pulls.ts';
import { moveRef } from '../acts/branches.ts';
import { Denied, notAccessible, notFound } from '../denied.ts';
import { zeroSha, type TreeChange } from '../git/git-store.ts';
import { bodyOf, created, ok, onRepository, type Answer, type RepositoryCall, type Route } from '../route.ts';
import { gitCommitShape } from '../shapes/commit.ts';
import { apiOf } from '../shapes/repository.ts';
import { nodeId } from '../shapes/text.ts';
import type { Repository, World } from '../state.ts';

const read = [{ contents: 'read' }] as const;
const write = [{ contents: 'write' }] as const;

const shaShape = z.string().regex(/^[0-9a-f]{40}$/, 'is not a valid SHA1 id');

function refShape(
  world: World,
  repository: Repository,
  ref: string,
  sha: string,
  type = 'commit',
): Record<string, unknown> {
  const api = apiOf(world, repository);
  return {
    ref,
    node_id: nodeId('Ref', `${repository.id}:${ref}`),
    url: `${api}/git/${ref}`,
    object: { type, sha, url: `${api}/git/${type}s/${sha}` },
  };
}

async function getRef(call: RepositoryCall): Promise<Answer> {
  const ref = `refs/${call.params['ref'] ?? ''}`;
  const object = await call.repository.git.object(ref);
  if (object === null) throw notFound();
  return ok(refShape(call.ground.world, call.repository, ref, object.sha, object.type));
}

async function createRef(call: RepositoryCall): Promise<Answer> {
  const { git } = call.repository;
  const { ref, sha } = bodyOf(call, 'Reference', z.object({ ref: z.string(), sha: shaShape }));
  if (!/^refs\/[^/]+\/.+/.test(ref)) {
    throw new Denied(422, "Reference name must start with 'refs/' and have at least two slashes.");
  }
  if (!(await git.validRefName(ref))) throw new Denied(422, `${ref} is not a valid ref name.`);
  if ((await git.commit(sha)) === null) throw new Denied(422, 'Object does not exist');
  if ((await git.ref(ref)) !== null) throw new Denied(422, 'Reference already exists');
  await moveRef(call.ground, call.repository, call.actor, { ref, before: zeroSha, after: sha });
  return created(refShape(call.ground.world, call.repository, ref, sha));
}

async function updateRef(call: RepositoryCall): Promise<Answer> {
  const { git } = call.repository;
  const ref = `refs/${call.params['ref'] ?? ''}`;
  const { sha, force } = bodyOf(call, 'Reference', z.object({ sha: shaShape, force: z.boolean().default(false) }));
  const before = await git.ref(ref);
  if (before === null) throw new Denied(422, 'Reference does not exist');
  if ((await git.commit(sha)) === null) throw new Denied(422, 'Object does not exist');
  if (!force && !(await git.isAncestor(before, sha))) throw new Denied(422, 'Update is not a fast forward');
  await moveRef(call.ground, call.repository, call.actor, { ref, before, after: sha });
  return ok(refShape(call.ground.world, call.repository, ref, sha));
}

async function deleteRef(call: RepositoryCall): Promise<Answer> {
  const ref = `refs/${call.params['ref'] ?? ''}`;
  const before = await call.repository.git.ref(ref);
  if (before === null) throw new Denied(422, 'Reference does not exist');
  await moveRef(call.ground, call.repository, call.actor, { ref, before, after: zeroSha });
  return { status: 204 };
}

const personShape = z.object({
  name: z.string(),
  email: z.string(),
  date: z.iso.datetime({ offset: true }).optional(),
});
const commitBody = z.object({
  message: z.string(),
  tree: shaShape,
  parents: z.array(shaShape).default([]),
  author: personShape.optional(),
  committer: personShape.optional(),
  signature: z.string().optional(),
});

async function createCommit(call: RepositoryCall): Promise<Answer> {
  const { world } = call.ground;
  const { git, signed } = call.repository;
  const asked = bodyOf(call, 'Commit', commitBody);
  if ((await git.object(asked.tree))?.type !== 'tree') throw new Denied(422, 'Tree SHA does not exist');
  for (const parent of asked.parents) {
    if ((await git.object(parent))?.type !== 'commit')
      throw new Denied(422, 'Parent SHA does not exist or is not a commit object');
  }
  const now = world.now();
  const named = (person: z.output<typeof personShape>) => ({
    name: person.name,
    email: person.email,
    date: person.date === undefined ? now : new Date(person.date),
  });
  const untouched = asked.author === undefined && asked.committer === undefined && asked.signature === undefined;
  const author = asked.author === undefined ? signatureOf(call.actor.user, now) : named(asked.author);
  const committer = asked.committer === undefined ? (untouched ? forgeSignature(now) : author) : named(asked.committer);
  const { message, tree, parents } = asked;
  const sha = await git.writeCommit({ tree, parents, author, committer, message });
  // GitHub signs for a bot only what it wrote wholly by itself.
  if (untouched) signed.add(sha);
  const commit = await git.commit(sha);
  if (commit === null) throw notFound();
  return created(gitCommitShape(world, call.repository, commit));
}

async function getCommit(call: RepositoryCall): Promise<Answer> {
  const sha = call.params['commit_sha'] ?? '';
  const commit = /^[0-9a-f]{40}$/.test(sha) ? await call.repository.git.commit(sha) : null;
  if (commit === null) throw notFound();
  return ok(gitCommitShape(call.ground.world, call.repository, commit));
}

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

async function createBlob(call: RepositoryCall): Promise<Answer> {
  const asked = bodyOf(call, 'Blob', z.object({ content: z.string(), encoding: z.string().default('utf-8') }));
  const bytes = Buffer.from(asked.content, asked.encoding === 'base64' ? 'base64' : 'utf8');
  const sha = await call.repository.git.writeBlob(bytes);
  return created({ sha, url: `${apiOf(call.ground.world, call.repository)}/git/blobs/${sha}` });
}

async function getBlob(call: RepositoryCall): Promise<Answer> {
  const sha = call.params['file_sha'] ?? '';
  const object = /^[0-9a-f]{40}$/.test(sha) ? await call.repository.git.object(sha) : null;
  if (object?.type !== 'blob') throw notFound();
  if (/vnd\.github(\.v3)?\.raw/.test(call.accept)) return { status: 200, body: object.bytes };
  return ok({
    sha,
    node_id: nodeId('Blob', sha),
    size: object.bytes.length,
    url: `${apiOf(call.ground.world, call.repository)}/git/blobs/${sha}`,
    // GitHub breaks base64 into lines of 60 characters.
    content: object.bytes.toString('base64').replaceAll(/(.{60})/g, '$1\n'),
    encoding: 'base64',
  });
}

export const gitRoutes: readonly Route[] = [
  onRepository('GET', '/git/ref/{ref}', read, getRef),
  onRepository('POST', '/git/refs', write, createRef),
  onRepository('PATCH', '/git/refs/{ref}', write, updateRef),
  onRepository('DELETE', '/git/refs/{ref}', write, deleteRef),
  onRepository('POST', '/git/commits', write, createCommit),
  onRepository('GET', '/git/commits/{commit_sha}', read, getCommit),
  onRepository('GET', '/git/trees/{tree_sha}', read, getTree),
  onRepository('POST', '/git/trees', write, createTree),
  onRepository('POST', '/git/blobs', write, createBlob),
  onRepository('GET', '/git/blobs/{file_sha}', read, getBlob),
];
