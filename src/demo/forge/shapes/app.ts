import type { Installation, World } from '../state.ts';
import { nodeId, stamp } from './text.ts';
import { simpleUser } from './user.ts';

export function appShape(world: World): Record<string, unknown> {
  const { app } = world;
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: nodeId('App', app.id),
    owner: simpleUser(world, app.owner),
    name: app.slug,
    description: 'Registered on the practice forge.',
    external_url: `${world.url}/apps/${app.slug}`,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: stamp(app.createdAt),
    updated_at: stamp(app.createdAt),
    permissions: app.permissions,
    events: app.events,
    installations_count: world.installations.size,
  };
}

/** How events name the installation they are for. */
export function installationReference(installation: Installation): Record<string, unknown> {
  return { id: installation.id, node_id: nodeId('Installation', installation.id) };
}

export function installationShape(world: World, installation: Installation): Record<string, unknown> {
  return {
    id: installation.id,
    account: simpleUser(world, installation.account),
    repository_selection: 'selected',
    access_tokens_url: `${world.url}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${installation.id}`,
    app_id: world.app.id,
    app_slug: world.app.slug,
    client_id: world.app.clientId,
    target_id: installation.account.id,
    target_type: 'User',
    permissions: world.app.permissions,
    events: world.app.events,
    created_at: stamp(installation.createdAt),
    updated_at: stamp(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}
