import { z } from 'zod';
import { signatureOf, forgeSignature } from '../acts/pulls.ts';
import { moveRef } from '../acts/branches.ts';
import { Denied, notFound } from '../denied.ts';
import { zeroSha } from '../git/git-store.ts';
import { bodyOf, created, ok, onRepository, type Answer, type RepositoryCall, type Route } from '../route.ts';
import { gitCommitShape } from '../shapes/commit.ts';
import { apiOf } from '../shapes/repository.ts';
import { nodeId } from '../shapes/text.ts';
import type { Repository, World } from '../state.ts';
import { shaShape } from './trees.ts';

const read = [{ contents: 'read' }] as const;
const write = [{ contents: 'write' }] as const;

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
  onRepository('POST', '/git/blobs', write, createBlob),
  onRepository('GET', '/git/blobs/{file_sha}', read, getBlob),
];
