import { createHash } from 'node:crypto';
import type { Posting, RepositoryRef } from '../../jobs/forge.ts';
import type { Hints, Remote } from '../../jobs/forge-writer.ts';
import { deploymentPayloadOf } from './deployment-shape.ts';
import type { GitHub } from './github-client.ts';

type Deployment = Extract<Posting, { readonly kind: 'deployment' }>;

/**
 * Creates a deployment and gives it statuses. GitHub never changes a deployment's payload, so a posting whose payload
 * or commit changed becomes a newer deployment of the same environment and the older one goes inactive.
 */
export async function deliverDeployment(
  github: GitHub,
  repository: RepositoryRef,
  posting: Deployment,
  hints: Hints,
): Promise<Remote> {
  const content = contentOf(posting);
  const { known } = hints;
  const kept = known !== null && known.memory['content'] === content ? known.id : null;
  const ours = kept === null && hints.look ? await find(github, repository, posting, hints.mark) : [];
  const there = kept ?? ours.find((one) => one.content === content)?.id ?? null;
  const id = there ?? (await create(github, repository, posting, hints.mark));
  const told = there !== null && hints.look && (await isTold(github, repository, id, posting));
  if (!told) await tell(github, repository, id, posting);
  if (known !== null && known.id !== id && known.memory['open'] === 1) await retire(github, repository, known.id);
  // Made before a store was lost: nobody else would ever close them.
  const forgotten = known === null ? ours.filter((one) => one.id !== id) : [];
  for (const one of forgotten) await retire(github, repository, one.id);
  const open = posting.state === 'queued' || posting.state === 'in_progress' ? 1 : 0;
  return { id, url: '', memory: { content, open } };
}

/** What GitHub never changes of a deployment, in short. */
function contentOf(posting: Deployment): string {
  const text = JSON.stringify([posting.sha, posting.environment, posting.payload]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

async function create(github: GitHub, repository: RepositoryRef, posting: Deployment, mark: string): Promise<number> {
  const { data } = await github.within(repository, 'creating a deployment', (octokit, path) =>
    octokit.rest.repos.createDeployment({
      ...path,
      ref: posting.sha,
      environment: posting.environment,
      description: posting.description,
      // Beside what the posting says, never in its place: the payload is read back when the store was lost.
      payload: { ...posting.payload, mark, content: contentOf(posting) },
      // Without these GitHub merges the default branch into the commit and waits for every check (docs, "Create a deployment").
      auto_merge: false,
      required_contexts: [],
    }),
  );
  if (!('id' in data)) throw new Error('bug: expected a deployment, for auto_merge is off');
  return data.id;
}

/** The deployments of this posting that are there, whatever their payloads. */
async function find(
  github: GitHub,
  repository: RepositoryRef,
  posting: Deployment,
  mark: string,
): Promise<readonly { readonly id: number; readonly content: unknown }[]> {
  const { data } = await github.within(repository, 'looking for a deployment', (octokit, path) =>
    octokit.rest.repos.listDeployments({
      ...path,
      sha: posting.sha,
      environment: posting.environment,
      per_page: 100,
    }),
  );
  return data.flatMap(({ id, payload }) => {
    const sent = deploymentPayloadOf(payload);
    return sent['mark'] === mark ? [{ id, content: sent['content'] }] : [];
  });
}

async function isTold(github: GitHub, repository: RepositoryRef, id: number, posting: Deployment): Promise<boolean> {
  const { data } = await github.within(repository, 'reading a deployment', (octokit, path) =>
    octokit.rest.repos.listDeploymentStatuses({ ...path, deployment_id: id, per_page: 1 }),
  );
  const newest = data[0];
  return newest !== undefined && newest.state === posting.state && newest.description === posting.description;
}

async function tell(github: GitHub, repository: RepositoryRef, id: number, posting: Deployment): Promise<void> {
  await github.within(repository, 'telling how a deployment goes', (octokit, path) =>
    octokit.rest.repos.createDeploymentStatus({
      ...path,
      deployment_id: id,
      state: posting.state,
      description: posting.description,
    }),
  );
}

async function retire(github: GitHub, repository: RepositoryRef, id: number): Promise<void> {
  await github.withinOr(repository, 'closing an older deployment', [404, 422], (octokit, path) =>
    octokit.rest.repos.createDeploymentStatus({ ...path, deployment_id: id, state: 'inactive' }),
  );
}
