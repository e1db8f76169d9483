import type { Repository, User, World } from '../state.ts';
import { roleOf } from '../state.ts';
import { nodeId } from './text.ts';

export function simpleUser(world: World, user: User): Record<string, unknown> {
  const api = `${world.url}/users/${encodeURIComponent(user.login)}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('User', user.id),
    avatar_url: `${world.url}/_practice/avatars/${encodeURIComponent(user.login)}`,
    gravatar_id: '',
    url: api,
    // A bot's page is its App's.
    html_url:
      user.type === 'Bot' ? `${world.url}/apps/${user.login.replace('[bot]', '')}` : `${world.url}/${user.login}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: user.type,
    site_admin: false,
  };
}

/** How GitHub calls what somebody is to a repository. */
export function association(repository: Repository, user: User): string {
  if (user.login.toLowerCase() === repository.owner.login.toLowerCase()) return 'OWNER';
  switch (roleOf(repository, user.login)) {
    case 'admin':
    case 'maintain':
    case 'write':
    case 'triage':
      return 'COLLABORATOR';
    case 'read':
      return repository.private ? 'COLLABORATOR' : 'NONE';
    case 'none':
      return 'NONE';
  }
}
