import type { Deployment, DeploymentStatus, Repository, User, World } from '../state.ts';
import { appShape } from './app.ts';
import { apiOf } from './repository.ts';
import { nodeId, stamp } from './text.ts';
import { simpleUser } from './user.ts';

function viaApp(world: World, user: User): Record<string, unknown> | null {
  return user.id === world.app.bot.id ? appShape(world) : null;
}

export function deploymentShape(world: World, repository: Repository, deployment: Deployment): Record<string, unknown> {
  const api = apiOf(world, repository);
  return {
    url: `${api}/deployments/${deployment.id}`,
    id: deployment.id,
    node_id: nodeId('Deployment', deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: simpleUser(world, deployment.creator),
    created_at: stamp(deployment.createdAt),
    updated_at: stamp(deployment.updatedAt),
    statuses_url: `${api}/deployments/${deployment.id}/statuses`,
    repository_url: api,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: viaApp(world, deployment.creator),
  };
}

export function deploymentStatusShape(
  world: World,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
): Record<string, unknown> {
  const api = apiOf(world, repository);
  return {
    url: `${api}/deployments/${deployment.id}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DeploymentStatus', status.id),
    state: status.state,
    creator: simpleUser(world, status.creator),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: stamp(status.createdAt),
    updated_at: stamp(status.createdAt),
    deployment_url: `${api}/deployments/${deployment.id}`,
    repository_url: api,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: viaApp(world, status.creator),
  };
}
