import type { RepositoryRef } from '../../jobs/forge.ts';
import type { GitHub } from './github-client.ts';

/** How git reaches a repository. The header is a secret: it travels in git's environment, never in argv or a log. */
export interface CloneAccess {
  readonly url: string;
  readonly authorizationHeader: string;
}

/** Read-only access for the worker's mirror, for the hour that GitHub's tokens live. */
export function createCloneAccess(
  github: GitHub,
  baseUrl: string,
): (repository: RepositoryRef) => Promise<CloneAccess> {
  return async (repository) => {
    const token = await github.readToken(repository);
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    return { url: `${gitHost(baseUrl)}/${repository.name}.git`, authorizationHeader: `Authorization: Basic ${basic}` };
  };
}

/** The git address that belongs to a REST address: github.com itself has a host of its own for the API, others a path. */
function gitHost(baseUrl: string): string {
  const api = new URL(baseUrl);
  if (api.hostname === 'api.github.com') return 'https://github.com';
  // GitHub Enterprise Cloud with data residency: api.<name>.ghe.com serves git at <name>.ghe.com.
  if (/^api\.[^.]+\.ghe\.com$/.test(api.hostname)) return `https://${api.hostname.slice('api.'.length)}`;
  return api.origin;
}
